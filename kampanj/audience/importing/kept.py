"""The sealed files of an import: what was uploaded, the plan, and what undoing needs."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import time
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import vault
from kampanj.audience.importing.formats.opening import MAX_MEGABYTES, format_of
from kampanj.audience.importing.models import RosterImport

CHUNK = 1024 * 1024
SECONDS_BETWEEN_SIGNS = 1.0
UPLOAD, PLAN, UNDO = "upload", "plan", "undo"


def keep(staged: RosterImport, chunks: Iterable[bytes]) -> None:
    """Seal the bytes as the import's file, and measure them; RosterRefused, with no file left, for none or too many."""
    measured = _Measured(chunks)
    try:
        vault.seal(path(staged, UPLOAD), measured)
        if not measured.size:
            raise RosterRefused(_("The file is empty. Export the roster again."))
        with uploaded(staged) as file:
            staged.file_format = format_of(file)
    except RosterRefused:
        vault.shred(folder(staged))
        raise
    staged.size, staged.sha256 = measured.size, measured.sha256


@contextlib.contextmanager
def uploaded(staged: RosterImport) -> Iterator[BinaryIO]:
    """The uploaded file, seekable. What does not fit in memory lies in a file without a name, gone with this process."""
    with vault.unseal(path(staged, UPLOAD)) as sealed, tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as file:
        for piece in pieces(sealed):
            file.write(piece)
        file.seek(0)
        yield file  # type: ignore[misc]  # A spooled file reads, seeks and tells as a BinaryIO does.


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file's bytes, a megabyte at a time."""
    while piece := file.read(CHUNK):
        yield piece


def folder(staged: RosterImport) -> str:
    """Where the import's files lie in private storage."""
    return f"rosters/{staged.folder}"


def path(staged: RosterImport, name: str) -> str:
    """Where one of them lies: UPLOAD, PLAN or UNDO."""
    return f"{folder(staged)}/{name}"


class Progress:
    """Writes how far a file has been read, once a second: short transactions that nobody waits for.

    In thousandths of the whole check, of which reading is about two thirds; the number of rows would give away, together
    with the figures, how many of them are protected. A workbook is read at once by another process: its rows tell nothing.
    """

    READING = 650

    def __init__(self, staged: RosterImport, file: BinaryIO) -> None:
        self._staged = staged
        self._file = file
        self._last = time.monotonic()

    def __call__(self, rows: int) -> None:
        now = time.monotonic()
        if now - self._last >= SECONDS_BETWEEN_SIGNS:
            self._last = now
            done = self.READING * self._file.tell() // max(self._staged.size, 1) if self._staged.file_format == "csv" else 0
            changes = {"rows_done": done, "rows_total": 1000 if done else 0}
            RosterImport.objects.filter(pk=self._staged.pk).update(touched_at=timezone.now(), **changes)


class _Measured:
    """Pieces of a file as they pass: their size and SHA-256. RosterRefused beyond the largest size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._digest = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > MAX_MEGABYTES * 1_000_000:
                raise RosterRefused(_("The file is larger than %(count)s MB. Is it the right file?") % {"count": MAX_MEGABYTES})
            self._digest.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        """Hexadecimal, of what has passed."""
        return self._digest.hexdigest()
