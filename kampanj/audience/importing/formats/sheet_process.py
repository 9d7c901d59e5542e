"""A workbook's sheets as lines of JSON: the program of a process of its own, so that a workbook can bring down only that.

It is started by path (`xlsx_file`), with limits as its arguments, and imports nothing of ours, no Django and no settings. The
workbook's bytes come first on standard input, then commands, one a line:

    sheet N M load the sheet (from 0); answered by a list of its first rows that hold something, at most M
    rows      every further row that holds something as [number, cells], in lists; null after the last

When anything is wrong it ends with an exit code that is not 0: who called it knows what to say.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MIDNIGHT = dt.time()
# Characters in one line of rows.
LINE = 64 * 1024
CHUNK = 64 * 1024
# The value of the attribute by which a cell says that its formula failed; the reader of sheets takes it for an empty one.
ERROR_TYPES = (b'"e"', b"'e'")


def main(size: int, memory: int, seconds: int, record: int) -> None:
    """Read `size` bytes and serve the commands, within `memory` bytes beyond what an idle interpreter has.

    `seconds` of processor time, and records of at most `record` characters.
    """
    limit(memory=memory, seconds=seconds)
    data = sys.stdin.buffer.read(size)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    answer(len(names))
    rows: Iterator[tuple[int, list[str]]] = iter(())
    for line in sys.stdin.buffer:
        command, *number = line.split()
        if command == b"sheet":
            name = names[int(number[0])]
            rows = filled_rows(workbook.get_sheet_by_name(name), error_cells(data, name), record)
            answer(beginning(rows, int(number[1])))
        else:
            for batch in batches(rows):
                answer(batch)
            answer(None)


def limit(*, memory: int, seconds: int) -> None:
    """Bound this process, as far as the system can."""
    try:
        import resource
    except ImportError:
        return
    pages = resource.getpagesize()
    # Some systems have no /proc; there the interpreter's own part comes out of `memory`.
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as sizes:
        memory += int(sizes.read().split()[0]) * pages
    for name, value in (("RLIMIT_AS", memory), ("RLIMIT_CPU", seconds), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))


def answer(value: object) -> None:
    """One line on standard output."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()


def beginning(rows: Iterator[tuple[int, list[str]]], most: int) -> list[tuple[int, list[str]]]:
    """The first rows, at most so many, and none after LINE characters: each may be as long as an answer."""
    first: list[tuple[int, list[str]]] = []
    size = 0
    while len(first) < most and size < LINE and (row := next(rows, None)) is not None:
        first.append(row)
        size += sum(map(len, row[1]))
    return first


def batches(rows: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    """The rows in lists of about LINE characters."""
    batch: list[tuple[int, list[str]]] = []
    size = 0
    for number, cells in rows:
        batch.append((number, cells))
        size += sum(map(len, cells)) + len(cells)
        if size >= LINE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def filled_rows(sheet: CalamineSheet, errors: dict[tuple[int, int], str], record: int) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, with the spreadsheet's numbers; empty cells at their ends are left out."""
    left = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows() if sheet.start else (), start=1):
        cells = [shown(value) for value in row]
        if errors:
            cells = [cell or errors.get((number, place), "") for place, cell in enumerate(cells, start=left + 1)]
        while cells and not cells[-1].strip():
            cells.pop()
        if sum(map(len, cells)) > record:
            raise ValueError(number)
        if cells:
            yield number, cells


def shown(value: Any) -> str:
    """A cell as a spreadsheet shows it; dates as ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def error_cells(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """What stands in the sheet's cells whose formulas failed (`#N/A`), by row and column from 1."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if not any(has_errors(archive, name) for name in archive.namelist() if name.startswith("xl/worksheets/")):
            return {}
        cells = ErrorCells()
        with archive.open(part_of(archive, sheet)) as part:
            while chunk := part.read(CHUNK):
                cells.parser.Parse(chunk)
        return cells.found


def has_errors(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a part of the workbook may hold such a cell."""
    overlap = b""
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            if any(value in overlap + chunk for value in ERROR_TYPES):
                return True
            overlap = chunk[-2:]
    return False


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where in the archive the sheet of this name lies. KeyError when it is nowhere."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - this process is the protection
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in book.iter():
        if entry.tag.endswith("}sheet") and entry.get("name") == sheet:
            link = next(value for key, value in entry.attrib.items() if key.endswith("}id"))
            return str(PurePosixPath("/xl") / targets[link]).removeprefix("/")
    raise KeyError(sheet)


class ErrorCells:
    """Gathers failed cells out of a sheet's XML as it passes by."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._row = self._column = 0
        self._is_failed = self._is_value = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            place = attributes.get("r", "")
            self._column = column_number(place) if place else self._column + 1
            self._is_failed = attributes.get("t") == "e"
        elif name == "v":
            self._is_value = self._is_failed

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "v":
            self._is_value = False

    def _text(self, text: str) -> None:
        if self._is_value:
            place = (self._row, self._column)
            self.found[place] = self.found.get(place, "") + text


def column_number(place: str) -> int:
    """1 for A7, 28 for AB3."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
