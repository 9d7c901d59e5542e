"""A zip file may claim what it likes: it is measured before anything in it is read."""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.formats.opening import open_records
from tests.audience.files import oneroster, person, role, workbook, zipped
from tests.audience.rosters import HEADINGS

few = settings(max_examples=25)
SHEET = "xl/worksheets/sheet1.xml"
BOOK = workbook([HEADINGS, ["A"]])
ROSTER = oneroster([person("P1", agents="G1", grades="07"), person("G1")], [role("P1", "student"), role("G1", "parent")])


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are told apart by their sentences' sources."""
    with translation.override("en"):
        yield


def refused(data: bytes) -> str:
    with pytest.raises(RosterRefused) as refusal:
        list(open_records(io.BytesIO(data), name="roster.xlsx"))
    return str(refusal.value)


def with_sheet(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, SHEET: content})


def claiming(data: bytes, *, name: str, size: int) -> bytes:
    """The archive with another unpacked size for one entry, in both places where it stands."""
    changed = bytearray(data)
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        place = changed.find(signature)
        while place >= 0:
            if changed[place + name_at : place + name_at + len(name)] == name.encode():
                struct.pack_into("<I", changed, place + size_at, size)
            place = changed.find(signature, place + 4)
    return bytes(changed)


@functools.cache
def bomb() -> bytes:
    return with_sheet(b" " * 205_000_000)


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert "far too large" in refused(bomb())


@pytest.mark.parametrize("size", [1_000_000_000, 10, 0])
def test_a_size_that_lies_is_refused(size):
    refused(claiming(BOOK, name=SHEET, size=size))


def test_a_small_claim_before_a_large_content_is_refused():
    assert "damaged" in refused(claiming(bomb(), name=SHEET, size=1_000))


def test_many_entries_are_refused():
    assert "far too large" in refused(zipped({f"{number}": b"" for number in range(2_001)}))


def test_a_list_of_contents_without_end_is_refused_unread():
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    listed = entry * 60_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(listed), 30, 0)
    assert "damaged" in refused(b"PK\x03\x04".ljust(30, b"\0") + listed + end)


def test_entries_that_overlap_are_refused():
    """One compressed block that many names point at (after David Fifield's zip bomb)."""
    content = b"0" * 1_000_000
    packed = zlib.compress(content, 9)[2:-4]
    head = (20, 0, 8, 0, 0, zlib.crc32(content), len(packed), len(content), 1, 0)
    body = struct.pack("<4s5H3I2H", b"PK\x03\x04", *head) + b"a" + packed
    listed = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *head, 0, 0, 0, 0, 0) + bytes([97 + number]) for number in range(20)
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 20, 20, len(listed), len(body), 0)
    assert "damaged" in refused(body + listed + end)


def test_a_name_that_comes_twice_is_refused():
    file = io.BytesIO(BOOK)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")
    assert "damaged" in refused(file.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_methods_that_spreadsheets_use_are_unpacked(method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("manifest.csv", "propertyName,value")
    assert "damaged" in refused(file.getvalue())


def test_what_is_locked_or_old_or_something_else_says_what_to_do():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 300_000
    assert "password" in refused(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "XLS" in refused(ole + "Workbook".encode("utf-16-le"))
    locked = bytearray(BOOK)
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    assert "password" in refused(bytes(locked))
    assert "“roster.xlsx”" in refused(
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})
    )
    refused(zipped({}))


@few
@given(st.sampled_from([BOOK, ROSTER]), st.data())
def test_any_changed_zip_gives_rows_or_one_sentence(whole, data):
    changed = bytearray(whole)
    for _change in range(data.draw(st.integers(1, 4))):
        # Most of what breaks a reader stands in the headers: at the end, and at each signature.
        heads = [place for place in range(len(changed)) if changed[place : place + 2] == b"PK"] or [0]
        place = min(data.draw(st.sampled_from(heads)) + data.draw(st.integers(0, 45)), len(changed) - 1)
        changed[place] = data.draw(st.sampled_from([0, 1, 0x50, 0x7F, 0xFF]) | st.integers(0, 255))
    rows_or_one_sentence(bytes(changed[: data.draw(st.sampled_from([len(changed), len(changed) // 2, -1]))]))


def rows_or_one_sentence(data: bytes) -> None:
    try:
        with open_records(io.BytesIO(data), name="roster.xlsx") as records:
            assert all(record.number > 0 for record in records)
    except RosterRefused as refusal:
        assert str(refusal).endswith((".", "?"))
