"""Whoever makes a file that looks like an archive is found out, with one sentence; and no file makes the check fail itself."""

from __future__ import annotations

import io
import json
import os
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import Mailing
from kampanj.followup.archive import writing
from kampanj.followup.archive.models import Archive
from kampanj.followup.archive.packing import FORMAT, MANIFEST, as_json, packed, with_manifest
from kampanj.followup.archive.verifying import faults_in
from kampanj.tasks import write_archives
from tests.followup.archive.conftest import ended
from tests.followup.archive.test_archive import bytes_of, lose_row, opened, verify
from tests.followup.archive.test_every_byte import FILES, SOUND

ABOUT = {"mailing": 1, "origin": "https://kampanj.example.org", "written_at": "2026-11-27T08:00:00+00:00"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["files", "format", "mailing", "a.txt"]), inner),
    max_leaves=8,
)


def one_line_each(content: bytes) -> list[str]:
    faults = faults_in(content)
    assert all(fault and fault.isprintable() for fault in faults)
    return faults


# --- By itself -------------------------------------------------------------------------------------------------------


@given(key=st.sampled_from(["mailing", "origin", "written_at", "files", "format"]), value=JSON)
@example(key="files", value=[["a.txt", {}]])
@example(key="files", value="")
@example(key="files", value={"a.txt": None})
@example(key="files", value={"rad\nbryts\x1b[2J": {}})
@example(key="mailing", value=True)
@example(key="mailing", value=0)
@example(key="mailing", value=10**30)
@example(key="mailing", value="1")
@example(key="written_at", value="i går")
def test_a_manifest_of_any_shape_gets_a_sentence(key: str, value: Any) -> None:
    sound = json.loads(with_manifest(FILES, **ABOUT)[MANIFEST])
    is_sound = (key == "mailing" and type(value) is int and 0 < value < 2**63) or (key == "origin" and isinstance(value, str))
    assert bool(one_line_each(packed({**FILES, MANIFEST: as_json({**sound, key: value})}))) != is_sound


@given(content=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 100_000)
@example(b"9" * 10_000)
@example(b'{"format": "' + FORMAT.encode() + b'"}')
@example(as_json({"format": FORMAT, **ABOUT, "files": {}}).replace(b'"files": {}', b'"files": {}, "files": {}'))
@example(as_json({"format": FORMAT, **ABOUT, "files": {}}) + b"\n")
def test_a_manifest_of_any_bytes_gets_a_sentence(content: bytes) -> None:
    assert one_line_each(packed({**FILES, MANIFEST: content}))


def test_every_truncation_is_found() -> None:
    assert [length for length in range(len(SOUND)) if not one_line_each(SOUND[:length])] == []


def with_names(*names: str) -> bytes:
    """An archive whose files have these names, with a manifest that lists them."""
    content = dict.fromkeys(names, b"x")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Two files of one name.
        for name in names:
            archive.writestr(name, b"x")
        archive.writestr(MANIFEST, with_manifest(content, **ABOUT)[MANIFEST])
    return out.getvalue()


def with_comment() -> bytes:
    out = io.BytesIO(SOUND)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"hej"
    return out.getvalue()


def pressed() -> bytes:
    """Small on disk, huge when it is unpacked."""
    files = with_manifest({"bomb.txt": b"\0" * 3_000_000}, **ABOUT)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def overlapping() -> bytes:
    """A central directory that names the same megabyte two hundred times."""
    sound = packed({"a.txt": b"x" * 1_000_000})
    start, size = struct.unpack("<L", sound[-6:-2])[0], struct.unpack("<L", sound[-10:-6])[0]
    entries = sound[start : start + size] * 200
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 200, 200, len(entries), start, 0)
    return sound[:start] + entries + end


def in_central_directory(change: Callable[[bytearray, int], None]) -> bytes:
    changed = bytearray(SOUND)
    change(changed, SOUND.index(b"PK\1\2"))
    return bytes(changed)


def encrypt(changed: bytearray, at: int) -> None:
    changed[at + 8] |= 1
    changed[6] |= 1


def another_time(changed: bytearray, at: int) -> None:
    changed[at + 12] ^= 1


CRAFTED = {
    "up": with_names("../../etc/cron.d/x"),
    "absolute": with_names("/etc/passwd"),
    "backslash": with_names("..\\x"),
    "drive": with_names("C:x"),
    "twice": with_names("a.txt", "a.txt"),
    "not-ascii": with_names("å.txt"),
    "folder": with_names("a/"),
    "no-manifest": packed(FILES),
    "nothing": packed({}),
    "one-more": packed({**with_manifest(FILES, **ABOUT), "till.txt": b""}),
    "one-less": packed({name: content for name, content in with_manifest(FILES, **ABOUT).items() if name != "tom.json"}),
    "manifest-first": packed(dict(reversed(with_manifest(FILES, **ABOUT).items()))) + b" ",
    "comment": with_comment(),
    "before": b"#!/bin/sh\n" + SOUND,
    "after": SOUND + b"\n",
    "pressed": pressed(),
    "overlapping": overlapping(),
    "encrypted": in_central_directory(encrypt),
    "time": in_central_directory(another_time),
    "another-zip": (b"PK\5\6" + b"\0" * 18) * 2,
}


@pytest.mark.parametrize("content", CRAFTED.values(), ids=CRAFTED)
def test_what_is_crafted_is_found(content: bytes) -> None:
    assert one_line_each(content)


# --- Against the database --------------------------------------------------------------------------------------------


def forged(archive: Archive, **about: Any) -> bytes:
    """The archive with one figure changed and every checksum in it made to fit."""
    files = opened(archive)
    manifest = json.loads(files.pop(MANIFEST))
    files["siffror.json"] = files["siffror.json"].replace(b'"failed": 0', b'"failed": 1')
    told = {key: value for key, value in manifest.items() if key not in ("files", "format")}
    return packed(with_manifest(files, **{**told, **about}))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "about",
    [{}, {"mailing": 4711}, {"mailing": 2**63 - 1}, {"origin": "https://annan.example.org"}],
    ids=str,
)
def test_a_forged_archive_whose_checksums_fit_is_found(mailing: Mailing, tmp_path: Path, about: dict[str, Any]) -> None:
    content = forged(writing.write(mailing), **about)
    assert faults_in(content) == []
    (tmp_path / "utskick.zip").write_bytes(content)
    sentences, last = verify(str(tmp_path / "utskick.zip"))
    assert (len(sentences), last) == (1, {"archives": 1, "faults": 1})


@pytest.mark.django_db
def test_two_archives_that_have_changed_places_are_found(in_swedish_only: None, own_storage: Path) -> None:
    one, other = (writing.write(ended()) for _number in range(2))
    (own_storage / one.path).write_bytes(bytes_of(other))
    sentences, last = verify(str(own_storage / one.path))
    assert (len(sentences), last["faults"]) == (1, 1)
    assert verify(str(own_storage / other.path))[1]["faults"] == 0
    assert verify()[1] == {"archives": 2, "faults": 1}


@pytest.mark.django_db
def test_an_archive_that_the_database_has_forgotten_is_said_to_be_so(mailing: Mailing, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(bytes_of(writing.write(mailing)))
    assert verify(str(tmp_path / "a.zip"))[1]["faults"] == 0
    lose_row(mailing)
    sentences, last = verify(str(tmp_path / "a.zip"))
    assert last == {"archives": 1, "faults": 1}
    assert "säkerhetskopia" in sentences[0] or "backup" in sentences[0]


@pytest.mark.django_db
def test_an_archive_of_a_lost_database_is_not_taken_for_another_mailings(mailing: Mailing, own_storage: Path) -> None:
    """A database that begins anew gives the old numbers to new mailings."""
    content = bytes_of(writing.write(mailing))
    lose_row(mailing)
    old = own_storage / "archives" / f"utskick-{mailing.pk}.zip"
    letter = mailing.approval.letters.get()
    type(letter).objects.filter(pk=letter.pk).update(sha256="0" * 64)
    with pytest.raises(DistributionError):
        writing.write(mailing)
    type(letter).objects.filter(pk=letter.pk).update(sha256=letter.sha256)
    type(mailing.run).objects.filter(pk=mailing.run.pk).update(finished_at="2126-01-01T00:00:00+00:00")
    write_archives()
    assert old.read_bytes() == content
    assert Archive.objects.get(mailing=mailing).path == f"archives/utskick-{mailing.pk}-2.zip"


@pytest.mark.django_db
@settings(max_examples=30)
@given(content=st.binary(max_size=200))
@example(SOUND)
def test_the_command_has_a_sentence_for_any_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "fil.zip"
    file.write_bytes(content)
    assert verify(str(file))[1] == {"archives": 1, "faults": 1}


@pytest.mark.django_db
def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", Path("/dev/zero"), tmp_path / "saknas.zip"):
        sentences, last = verify(str(place))
        assert (len(sentences), last) == (1, {"archives": 0, "faults": 1})
