"""The receipt that a fetch leaves: once, with what was fetched, and never who."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from kampanj.audience.models import School
from kampanj.distribution.models import Mailing
from kampanj.followup.models import Receipt
from kampanj.followup.schools.versions import editions_of
from tests.followup.schools.conftest import Linker

pytestmark = pytest.mark.django_db


def fetch(client: Client, path: str, **headers: str) -> tuple[int, bytes]:
    """The status and the bytes of a GET."""
    answer = client.get(path, headers=headers)
    return answer.status_code, answer.getvalue()


def test_a_fetch_leaves_school_form_language_version_and_time(
    client: Client, mailing: Mailing, school: School, link: Linker
) -> None:
    fetch(client, f"{link(school)}cc11/sv/")
    receipt = Receipt.objects.get()
    edition = next(edition for edition in editions_of(mailing) if edition.language == "sv")
    assert (receipt.mailing, receipt.school, receipt.channel, receipt.language) == (mailing, school, "cc11", "sv")
    assert receipt.version == edition.fingerprint
    assert {field.name for field in Receipt._meta.get_fields()} == {
        "id", "mailing", "school", "channel", "language", "version", "fetched_at",
    }  # fmt: skip


def test_looking_leaves_none(client: Client, school: School, link: Linker) -> None:
    fetch(client, link(school))
    client.head(link(school))
    client.head(f"{link(school)}cc11/sv/")
    fetch(client, f"{link(school)}titta/sv/index.html")
    assert not Receipt.objects.exists()


def test_what_a_browser_fetches_on_a_guess_leaves_none(client: Client, school: School, link: Linker) -> None:
    assert fetch(client, f"{link(school)}pdf/sv/", sec_purpose="prefetch")[0] == 200
    assert not Receipt.objects.exists()


def test_a_double_click_is_one_fetch_and_the_next_day_another(client: Client, school: School, link: Linker) -> None:
    for _click in range(2):
        fetch(client, f"{link(school)}pdf/sv/")
    assert Receipt.objects.count() == 1
    Receipt.objects.update(fetched_at=timezone.now() - dt.timedelta(days=1))
    fetch(client, f"{link(school)}pdf/sv/")
    assert Receipt.objects.count() == 2


def test_another_form_or_school_is_another_fetch(client: Client, school: School, link: Linker) -> None:
    other = School.objects.exclude(pk=school.pk)[0]
    for path in (f"{link(school)}pdf/sv/", f"{link(school)}guide/sv/", f"{link(school)}pdf/ar/", f"{link(other)}pdf/sv/"):
        fetch(client, path)
    assert Receipt.objects.count() == 4


def test_a_download_in_parts_is_one_fetch_of_the_same_bytes(client: Client, school: School, link: Linker) -> None:
    path = f"{link(school)}pdf/sv/"
    _status, whole = fetch(client, path)
    Receipt.objects.all().delete()
    first, rest = (fetch(client, path, range=part) for part in ("bytes=0-999", "bytes=1000-"))
    assert (first[0], rest[0]) == (206, 206)
    assert first[1] + rest[1] == whole
    assert Receipt.objects.count() == 1


def test_the_rest_of_a_download_leaves_none(client: Client, school: School, link: Linker) -> None:
    path = f"{link(school)}pdf/sv/"
    assert fetch(client, path, range="bytes=1000-")[0] == 206
    assert fetch(client, path, range="bytes=99999999999-")[0] == 416
    assert not Receipt.objects.exists()


def test_who_has_the_file_already_is_told_so_and_leaves_none(client: Client, school: School, link: Linker) -> None:
    path = f"{link(school)}pdf/sv/"
    tag = client.head(path).headers["ETag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    assert not Receipt.objects.exists()


def test_a_post_fetches_nothing(client: Client, school: School, link: Linker) -> None:
    assert client.post(f"{link(school)}pdf/sv/").status_code == 405
    assert client.post(link(school)).status_code == 405
