"""Workbooks (XLSX) as numbered rows, read by a process of its own.

The library for workbooks lays a sheet out as a full table, so a few bytes can ask for any amount of memory, and it may give up
on a changed file in ways that no exception tells of. Therefore `sheet_process` does the reading, with limits on memory and time
and without our settings; whatever befalls it is one refusal here.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.formats.record import MAX_RECORD, MAX_TITLES, Rows, heading_place

PROGRAM = Path(__file__).with_name("sheet_process.py")
# Bytes of address space beyond an idle interpreter's; 100,000 rows of seven columns take about 90 MB.
MEMORY = 250_000_000
# Seconds of processor time for the process, and of waiting for it here.
CPU_SECONDS = 7
PATIENCE = 8.0
CHUNK = 256 * 1024
# One answer: the largest record, written with as many bytes as its characters can take.
MAX_ANSWER = 8 * MAX_RECORD
# A roster lies among the first sheets; each has to be laid out to be looked at.
MAX_SHEETS = 20


def read_xlsx(stream: BinaryIO, *, known_names: Callable[[Sequence[str]], int]) -> Rows:
    """The rows that hold something, of the first visible sheet whose heading row has a heading that we know, else of the first
    that holds anything.

    Numbers, dates and truth values are written as a spreadsheet shows them. Raises RosterRefused when the workbook cannot be
    read. The process ends when the iterator is closed.
    """
    reader = _Reader(stream)
    try:
        first = _choose_sheet(reader, known_names)
        yield from first
        if not first:
            return
        reader.tell("rows")
        while (batch := reader.answer()) is not None:
            yield from ((number, cells) for number, cells in batch)
    finally:
        reader.close()


def _choose_sheet(reader: _Reader, known_names: Callable[[Sequence[str]], int]) -> list[tuple[int, list[str]]]:
    """Load the sheet with the roster and give its first rows; none when every sheet is empty."""
    filled: int | None = None
    for sheet in range(min(reader.sheets, MAX_SHEETS)):
        first = reader.load(sheet)
        if not first:
            continue
        cells = [row for _number, row in first]
        if known_names(cells[heading_place(cells, known_names)]) or reader.sheets == 1:
            return first
        filled = sheet if filled is None else filled
    return [] if filled is None else reader.load(filled)


class _Reader:
    """The process that reads a workbook. Everything that goes wrong with it is a RosterRefused."""

    def __init__(self, stream: BinaryIO) -> None:
        self._patience = PATIENCE
        stream.seek(0, 2)
        size = stream.tell()
        stream.seek(0)
        limits = (size, MEMORY, CPU_SECONDS, MAX_RECORD)
        self._process = subprocess.Popen(  # noqa: S603 - our own program, with numbers as its arguments
            [sys.executable, "-I", "-X", "utf8", str(PROGRAM), *map(str, limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
        try:
            self._patiently(lambda: self._send(stream))
            self.sheets: int = self.answer()
        except BaseException:
            self.close()
            raise

    def tell(self, command: str) -> None:
        """Give a command of `sheet_process`."""
        try:
            self._input.write(command.encode() + b"\n")
            self._input.flush()
        except OSError:
            raise _unreadable() from None

    def load(self, sheet: int) -> list[tuple[int, list[str]]]:
        """Lay a sheet out (from 0) and give its first rows that hold something, with their numbers."""
        self.tell(f"sheet {sheet} {MAX_TITLES}")
        return [(number, cells) for number, cells in self.answer()]

    def answer(self) -> Any:
        """The next answer."""
        line: bytes = self._patiently(lambda: self._output.readline(MAX_ANSWER))
        if not line.endswith(b"\n"):
            raise _unreadable()
        return json.loads(line)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError):
                pipe.close()
        self._process.wait()

    @property
    def _input(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    @property
    def _output(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdout)

    def _send(self, stream: BinaryIO) -> None:
        try:
            while chunk := stream.read(CHUNK):
                self._input.write(chunk)
            self._input.flush()
        except OSError:
            raise _unreadable() from None

    def _patiently(self, work: Callable[[], Any]) -> Any:
        """Wait for the process, all in all no longer than PATIENCE; then it is ended, and so is the waiting."""
        started = time.monotonic()
        timer = threading.Timer(max(self._patience, 0), self._process.kill)
        timer.start()
        try:
            return work()
        finally:
            timer.cancel()
            self._patience -= time.monotonic() - started


def _unreadable() -> RosterRefused:
    return RosterRefused(
        _("The workbook cannot be read: it is damaged or far too large. Copy the roster to a new workbook and import that.")
    )
