"""A film's file, whole and in parts, by RFC 9110: what is asked for is what is sent, and nothing asked for is a fault of ours."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kampanj.municipality.media.serving import Unsatisfiable, part_of
from tests.ung.filming import CONTENT, SIZE, body, files_of
from ung.models import FilmPage


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=1000-5000", 1000, SIZE - 1),
        ("bytes=-24", SIZE - 24, SIZE - 1),
        ("bytes=-9999", 0, SIZE - 1),
        ("BYTES= 5-9 ", 5, 9),
        (f"bytes=0-{'9' * 5000}", 0, SIZE - 1),
        (f"bytes={'0' * 5000}7-7", 7, 7),
    ],
)
def test_one_range_is_answered_with_its_part(client: Client, page: FilmPage, asked: str, first: int, last: int) -> None:
    response = client.get(files_of(page)[0], headers={"range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999-100000", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_a_range_beyond_the_end_cannot_be_satisfied(client: Client, page: FilmPage, asked: str) -> None:
    response = client.get(files_of(page)[0], headers={"range": asked})
    assert (response.status_code, response["Content-Range"], body(response)) == (416, f"bytes */{SIZE}", b"")


@pytest.mark.parametrize(
    "asked",
    ["", "bytes", "bytes=", "bytes=-", "bytes=9-3", "bytes=a-b", "bytes=1-2,5-6", "items=0-5", "bytes=0-5;x", "bytes=٣-٤"],
)
def test_a_range_that_means_nothing_or_too_much_gives_the_whole(client: Client, page: FilmPage, asked: str) -> None:
    response = client.get(files_of(page)[0], headers={"range": asked})
    assert (response.status_code, response["Content-Length"], body(response)) == (200, str(SIZE), CONTENT)


@given(asked=st.one_of(st.text(max_size=60), st.from_regex(r"bytes=[0-9]{0,25}-[0-9]{0,25}(,[0-9-]*)?")), size=st.integers(0, 9))
@example(asked="bytes=0-", size=0)
def test_any_range_is_a_part_of_the_file_or_nothing(asked: str, size: int) -> None:
    try:
        part = part_of(asked, size)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part[0] <= part[1] < size


@given(asked=st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=80))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_range_is_a_fault_of_ours(client: Client, page: FilmPage, asked: str) -> None:
    for header in (asked, f"bytes={asked}"):
        answer = client.get(files_of(page)[0], headers={"range": header, "if-range": asked, "if-modified-since": asked})
        assert answer.status_code in (200, 206, 416)
        body(answer)


def test_a_part_is_given_only_of_the_file_that_the_reader_has_begun(client: Client, page: FilmPage) -> None:
    address = files_of(page)[0]
    whole = client.get(address)
    etag, changed = whole["ETag"], whole["Last-Modified"]
    assert etag.startswith('"')
    tries = {etag: 206, changed: 206, f"W/{etag}": 200, '"another"': 200, "Sat, 01 Jan 2000 00:00:00 GMT": 200, "nonsense": 200}
    found = {value: client.get(address, headers={"range": "bytes=0-9", "if-range": value}).status_code for value in tries}
    assert found == tries
    page.film.file.storage.delete(page.film.file.name)
    page.film.file.save("prov.mp4", ContentFile(CONTENT[::-1] + b"!"))
    assert client.get(address, headers={"range": "bytes=0-9", "if-range": etag}).status_code == 200


def test_a_reader_who_has_it_is_told_so(client: Client, page: FilmPage) -> None:
    address = files_of(page)[0]
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    assert client.get(address, headers={"if-none-match": etag, "range": "bytes=0-1"}).status_code == 304


def test_head_tells_all_but_sends_nothing(client: Client, page: FilmPage) -> None:
    for address, size in zip(files_of(page), (SIZE, page.film.captions.size), strict=True):
        response = client.head(address, headers={"range": "bytes=0-1"})
        assert (response.status_code, response["Content-Length"], body(response)) == (200, str(size), b"")
        assert response["Accept-Ranges"] == "bytes"
    assert client.post(files_of(page)[0]).status_code == 405


def test_the_file_can_do_nothing_and_is_kept_by_nobody_between(client: Client, page: FilmPage) -> None:
    for address, kind in zip(files_of(page), ("video/mp4", "text/vtt; charset=utf-8"), strict=True):
        response = client.get(address)
        assert response["Content-Type"] == kind
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert {"private", "no-cache"} <= set(re.split(r",\s*", response["Cache-Control"]))
        assert not response.cookies
        body(response)


def test_a_long_film_is_never_in_memory(client: Client, page: FilmPage) -> None:
    with Path(page.film.file.path).open("r+b") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    response = client.get(files_of(page)[0], headers={"range": "bytes=5-"})
    sent = sum(len(piece) for piece in response.streaming_content)  # type: ignore[attr-defined]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent == 100_000_000 - 5
    assert peak < 5_000_000
