"""Opening what says that it is an archive, whatever bytes it is: its files and its manifest, or what is wrong in sentences.

Nothing is unpacked to disk. The form is looked at before a single file is read, so that no crafted ZIP costs more than its size.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kampanj.followup.archive.packing import FORMAT, MANIFEST, as_json, packed, sha256

# No archive of ours comes near it: letters, their papers and JSON. It bounds the memory that a check takes.
LARGEST = 512 * 1024 * 1024
# ASCII, no absolute path, no way up.
NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*")
ENCRYPTED = 0x1
# What a database can have for a number of a mailing.
NUMBERS = range(1, 2**63)
# What the standard library raises for a ZIP that is not in order.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself: the mailing's number, the installation's address, when it was written, and of each file
    (by path) its `size` in bytes and `sha256`. A supplement also says its number (else 0) and the archive's checksum."""

    mailing: int
    origin: str
    written_at: dt.datetime
    files: dict[str, dict[str, object]]
    supplement: int = 0
    archive_sha256: str = ""

    def sha256_of(self, path: str) -> object:
        """What it says of a file's content."""
        return self.files[path].get("sha256")


class NotSound(Exception):
    """An archive with something wrong in it; `faults` are translated sentences, at least one."""

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = list(faults)


def opened(content: bytes) -> Manifest:
    """The manifest of an archive in which nothing is wrong by itself; NotSound for any other bytes."""
    files = _read(content)
    manifest = _manifest(files.get(MANIFEST, b""))
    if faults := _against(manifest, files):
        raise NotSound(*faults)
    if packed(files) != content:
        raise NotSound(_("Something has been changed or added outside the files in it."))
    return manifest


def _not_ours() -> NotSound:
    return NotSound(_("It is not an archive of a mailing, or its list of files has been changed."))


def _changed(name: str) -> str:
    return _("The file “%(name)s” in it has been changed.") % {"name": name}


def _read(content: bytes) -> dict[str, bytes]:
    """The files by name, in their order."""
    if len(content) > LARGEST:
        raise NotSound(_("It is too large to be an archive of a mailing."))
    files: dict[str, bytes] = {}
    broken: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if not _has_our_form(entries, len(content)):
                raise _not_ours()
            for one in entries:
                try:
                    files[one.filename] = archive.read(one)
                except BROKEN:
                    broken.append(_changed(one.filename))
    except BROKEN as fault:
        raise NotSound(_("It is not a whole ZIP file: something in it has been changed or cut off.")) from fault
    if broken:
        raise NotSound(*broken)
    return files


def _has_our_form(entries: list[zipfile.ZipInfo], size: int) -> bool:
    """Stored as they are, each under a name of its own, and together no larger than the file that they stand in."""
    names = {one.filename for one in entries}
    return (
        len(names) == len(entries)
        and all(NAME.fullmatch(name) for name in names)
        and all(one.compress_type == zipfile.ZIP_STORED and one.file_size == one.compress_size for one in entries)
        and not any(one.flag_bits & ENCRYPTED for one in entries)
        and sum(one.file_size for one in entries) <= size
    )


def _manifest(content: bytes) -> Manifest:
    """Nothing but what `packing.with_manifest` writes, byte for byte."""
    try:
        found = json.loads(content)
        mailing, origin, files = found["mailing"], found["origin"], found["files"]
        written_at = dt.datetime.fromisoformat(found["written_at"])
        is_ours = found["format"] == FORMAT and as_json(found) == content
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise _not_ours() from fault
    if not (is_ours and type(mailing) is int and mailing in NUMBERS and isinstance(origin, str)):
        raise _not_ours()
    if not (isinstance(files, dict) and all(isinstance(told, dict) for told in files.values())):
        raise _not_ours()
    number, of_archive = found.get("supplement", 0), found.get("archive_sha256", "")
    if not (type(number) is int and isinstance(of_archive, str)):
        raise _not_ours()
    return Manifest(mailing, origin, written_at, files, number, of_archive)


def _against(manifest: Manifest, files: dict[str, bytes]) -> list[str]:
    listed = manifest.files
    missing = [_("The file “%(name)s” is missing in it.") % {"name": _shown(name)} for name in listed if name not in files]
    added = [
        _("The file “%(name)s” in it does not belong there.") % {"name": name}
        for name in files
        if name != MANIFEST and name not in listed
    ]
    changed = [
        _changed(name)
        for name, told in listed.items()
        if name in files and told != {"size": len(files[name]), "sha256": sha256(files[name])}
    ]
    return [*missing, *added, *changed]


def _shown(name: str) -> str:
    """A name that anybody can have written into a manifest, on one short line."""
    return name if NAME.fullmatch(name) else ascii(name)[1:61]
