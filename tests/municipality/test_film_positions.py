"""Where a film was recorded is not published with it, and nothing else of the film is touched."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.municipality.uploads.positions import without_positions

PLACE = b"+59.3775+017.0314/"
DEMO = Path(__file__).resolve().parent.parent.parent / "kampanj" / "management" / "demo" / "livet-pa-natet.mp4"


def box(kind: bytes, content: bytes, *, is_long: bool = False) -> bytes:
    if is_long:
        return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content
    return struct.pack(">I4s", 8 + len(content), kind) + content


def film(*, is_long: bool = False, at_the_end: bool = False) -> bytes:
    """What a telephone writes: where in user data and in metadata, of the film and of a track, and as XMP."""
    where = box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7) + PLACE)
    apple = box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709") + box(b"ilst", PLACE))
    track = box(b"trak", box(b"tkhd", b"\1" * 20) + box(b"udta", where) + box(b"mdia", b"\2" * 30))
    movie = box(b"moov", box(b"mvhd", b"\3" * 20) + track + box(b"udta", where, is_long=is_long) + apple)
    samples = box(b"mdat", b"udta meta " * 50)
    parts = [
        box(b"ftyp", b"isom\0\0\2\0"),
        *([samples, movie] if at_the_end else [movie, samples]),
        box(b"uuid", b"x" * 16 + PLACE),
    ]
    return b"".join(parts)


@pytest.mark.parametrize("is_long", [False, True])
@pytest.mark.parametrize("at_the_end", [False, True])
def test_the_place_is_gone_and_everything_else_stands_where_it_stood(is_long: bool, at_the_end: bool) -> None:
    before = film(is_long=is_long, at_the_end=at_the_end)
    assert PLACE in before
    after = without_positions(io.BytesIO(before)).read()
    assert PLACE not in after
    assert b"ISO6709" not in after
    assert len(after) == len(before)
    for kept in (b"\1" * 20, b"\2" * 30, b"\3" * 20, b"udta meta " * 50, b"ftypisom"):
        assert after.index(kept) == before.index(kept)
    assert without_positions(io.BytesIO(after)).read() == after


def test_a_real_film_is_still_the_same_film() -> None:
    before = DEMO.read_bytes()
    after = without_positions(io.BytesIO(before)).read()
    assert len(after) == len(before)
    changed = sum(first != second for first, second in zip(before, after, strict=True))
    assert changed < 2000
    if shutil.which("ffprobe"):
        told = subprocess.run(["ffprobe", "-v", "error", "-"], input=after, capture_output=True, check=False)
        assert told.stderr == b""


@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=12))
def test_no_file_is_too_odd(tail: bytes, place: int, scratch: bytes) -> None:
    content = bytearray(film() + tail)
    content[place : place + len(scratch)] = scratch
    after = without_positions(io.BytesIO(bytes(content))).read()
    assert len(after) == len(content)
    assert without_positions(io.BytesIO(tail)).read()[:4] == tail[:4]
