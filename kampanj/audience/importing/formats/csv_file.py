"""CSV as numbered rows (RFC 4180 with semicolon, comma or tab as the delimiter), read as it streams by.

A file whose quotation marks do not match is refused as a whole, because a lost one may have swallowed other rows.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.formats.encodings import Opener, codec, find_encoding, no_text
from kampanj.audience.importing.formats.record import (
    MAX_RECORD,
    MAX_ROW_NUMBER,
    MAX_TITLES,
    Rows,
    heading_place,
    is_empty,
    too_large_record,
    too_many_rows,
)

DELIMITERS = (";", ",", "\t")
# How many empty rows may stand above the headings.
MAX_EMPTY_START = 1_000
# Written for spreadsheets, which obey it and do not show it as a row.
DELIMITER_LINE = re.compile(r"\"?sep=.\"?(\r\n|\r|\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A text file that is known well enough to be read."""

    opened: Opener
    encoding: str
    delimiter: str

    def rows(self) -> Rows:
        """Every row with its number, empty ones included; RosterRefused at the first that cannot be read."""
        return _rows(self.opened, self.encoding, self.delimiter)


def read_csv(opened: Opener, *, known_names: Callable[[Sequence[str]], int], encoding: str = "") -> CsvFile:
    """Find out encoding and delimiter; the delimiter is the one that makes the heading row hold most `known_names`.

    Raises RosterRefused for a file that is not text.
    """
    found = find_encoding(opened, encoding)

    def merit(delimiter: str) -> tuple[int, int]:
        first: list[list[str]] = []
        # The chosen delimiter's rows are read again, and refused then.
        with contextlib.suppress(RosterRefused):
            for _number, cells in islice(_rows(opened, found, delimiter), MAX_EMPTY_START):
                if not is_empty(cells):
                    first.append(cells)
                if len(first) == MAX_TITLES:
                    break
        if not first:
            return (-1, 0)
        heading = first[heading_place(first, known_names)]
        return (known_names(heading), len(heading))

    return CsvFile(opened, found, max(DELIMITERS, key=merit))


class _Lines:
    """The file's lines with their ends, for one csv reader; which is told when a row is complete."""

    def __init__(self, opened: Opener, encoding: str) -> None:
        self._text = io.TextIOWrapper(opened(), encoding=codec(encoding), newline="")
        self._room = MAX_RECORD
        self._is_first = True
        self.row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read()
        if self._is_first and DELIMITER_LINE.fullmatch(line):
            line = self._read()
        self._is_first = False
        if not line:
            raise StopIteration
        self._room -= len(line)
        if self._room < 0:
            raise too_large_record(self.row + 1)
        if "\0" in line:
            raise no_text()
        return line

    def complete(self, row: int) -> None:
        """The row of this number has been read."""
        self.row = row
        self._room = MAX_RECORD

    def close(self) -> None:
        """Let the stream go, open."""
        self._text.detach()

    def _read(self) -> str:
        try:
            return self._text.readline(MAX_RECORD + 1)
        except UnicodeDecodeError:
            raise no_text() from None


def _rows(opened: Opener, encoding: str, delimiter: str) -> Rows:
    lines = _Lines(opened, encoding)
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            lines.complete(number)
            if number > MAX_ROW_NUMBER:
                raise too_many_rows(MAX_ROW_NUMBER)
            yield number, cells
    except csv.Error:
        raise RosterRefused(
            _("Row %(row)s cannot be read: a quotation mark lacks its other half, or a cell is far too long. Correct the row.")
            % {"row": lines.row + 1}
        ) from None
    finally:
        lines.close()
