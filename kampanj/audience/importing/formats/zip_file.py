"""A zip file that is safe to read: its sizes have been measured, not believed.

Before anything is unpacked, the list of contents must be short and what it claims must be possible: so many entries, so many
bytes in all, no more compressed bytes than the file has (entries that overlap), each name once. Then everything is unpacked once
into nothing, which shows the claims to be true: a size or checksum that lies is a fault of the file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200_000_000
# The list of contents of 2,000 entries with long names; zipfile reads it in one piece.
MAX_READ = 1_000_000
CHUNK = 64 * 1024
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
IS_ENCRYPTED = 0x1
# Whatever zipfile lets through of a file that somebody has changed at random.
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class _SmallReads:
    """The file, for zipfile: it gives no more than MAX_READ bytes in one piece, whatever a header asks for."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell
        self.seekable = stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > MAX_READ:
            size = MAX_READ + 1
        data = self._stream.read(size)
        if len(data) > MAX_READ:
            raise zipfile.BadZipFile
        return data


def open_zip(stream: BinaryIO) -> zipfile.ZipFile:
    """The archive, with every entry measured. The stream stays the caller's.

    Raises RosterRefused for a file that is damaged, encrypted, or larger than a roster can be.
    """
    stream.seek(0, 2)
    size = stream.tell()
    try:
        archive = zipfile.ZipFile(_SmallReads(stream))
        _check_claims(archive, size)
        for entry in archive.infolist():
            _measure(archive, entry)
    except FAULTS:
        raise RosterRefused(_("The file is damaged. Save or export it again, and upload the new file.")) from None
    return archive


def _check_claims(archive: zipfile.ZipFile, size: int) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & IS_ENCRYPTED for entry in entries):
        raise RosterRefused(_("The file is locked with a password. Remove the password and upload the file again."))
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise RosterRefused(_("The file is far too large when it is unpacked. Keep only the roster in it."))
    is_possible = (
        sum(entry.compress_size for entry in entries) <= size
        and len({entry.filename.casefold() for entry in entries}) == len(entries)
        and all(entry.compress_type in METHODS for entry in entries)
    )
    if not is_possible:
        raise zipfile.BadZipFile


def _measure(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack the entry into nothing; zipfile stops at the claimed size and then compares the checksum."""
    measured = 0
    with archive.open(entry) as unpacked:
        while chunk := unpacked.read(CHUNK):
            measured += len(chunk)
    if measured != entry.file_size:
        raise zipfile.BadZipFile
