"""A roster file's bytes as numbered records (RFC 4180 with semicolon, comma or tab as the delimiter).

Encodings: a byte order mark decides (UTF-8, UTF-16 as some spreadsheets' “Unicode text”), else strict UTF-8, else
Windows-1252. Guessing by statistics is left out on purpose: it reads Swedish Windows-1252 as other code pages.
A file whose quotation marks do not match is refused as a whole, because a lost one may have swallowed other rows.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused

DELIMITERS = (";", ",", "\t")
# Written for spreadsheets, which obey it and do not show it as a row.
DELIMITER_LINE = re.compile(r"\A\"?sep=.\"?(\r\n|\r|\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file: its number as a spreadsheet shows it (the first row is 1) and its cells as written."""

    number: int
    cells: list[str]


def read_records(data: bytes, *, known_names: Callable[[Sequence[str]], int]) -> list[Record]:
    """The rows that are not empty, the heading row first.

    The delimiter is the one that makes the first row hold most `known_names`. Raises RosterRefused for a file without
    text, with NUL bytes, in no known encoding, or with quotation marks that do not match.
    """
    text = DELIMITER_LINE.sub("", decoded(data))
    if not text.strip():
        raise RosterRefused(_("The file is empty. Export the roster again."))
    return _split(text, delimiter=_delimiter(text, known_names))


def decoded(data: bytes) -> str:
    """The file's text; RosterRefused when it is not text."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif data.startswith(codecs.BOM_UTF8):
        encodings = ("utf-8-sig",)
    else:
        encodings = ("utf-8", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterRefused(_("The file cannot be read as text. Save it as CSV (UTF-8) in the spreadsheet and import that."))


def _delimiter(text: str, known_names: Callable[[Sequence[str]], int]) -> str:
    def merit(delimiter: str) -> tuple[int, int]:
        try:
            first = next((cells for cells in _reader(text, delimiter) if not _is_empty(cells)), [])
        except csv.Error:
            return (-1, 0)
        return (known_names(first), len(first))

    return max(DELIMITERS, key=merit)


def _split(text: str, *, delimiter: str) -> list[Record]:
    records: list[Record] = []
    number = 0
    try:
        for number, cells in enumerate(_reader(text, delimiter), start=1):
            if not _is_empty(cells):
                records.append(Record(number, cells))
    except csv.Error as fault:
        raise RosterRefused(
            _("Row %(row)s cannot be read: a quotation mark lacks its other half, or a cell is far too long. Correct the row.")
            % {"row": number + 1}
        ) from fault
    return records


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _is_empty(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)
