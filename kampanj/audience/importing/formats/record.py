"""Records, and how many and how large they may be: bounds that hold for every format."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from types import TracebackType
from typing import Protocol, TypeAlias

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused

MAX_ROWS = 300_000
# A spreadsheet's own limits: beyond them a row or a column has no number that anybody can look up.
MAX_ROW_NUMBER = 1_048_576
MAX_COLUMNS = 16_384
# Characters: of one record, and of all. A file of 100 MB cannot hold more, but a workbook that repeats its texts can.
MAX_RECORD = 1_000_000
MAX_TEXT = 100_000_000
MAX_CELLS = 10_000_000
# Systems and people put titles above the headings: so many rows that hold something are looked at, and so many known names tell
# the headings from them.
MAX_TITLES = 10
HEADING_NAMES = 3


# Rows as a format gives them: number and cells, the heading row first.
Rows: TypeAlias = Generator[tuple[int, list[str]], None, None]


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file: its number as a spreadsheet shows it (the first row is 1) and its cells as written."""

    number: int
    cells: list[str]


class Readable(Protocol):
    """A roster as headings and numbered rows, to be gone through once."""

    @property
    def headings(self) -> list[str]:
        """The heading row's cells."""

    def __iter__(self) -> Iterator[Record]: ...


class Records:
    """A file's records below its heading row, to be gone through once, while the file is open.

    The heading row is the first one, or below titles the first in which `known_names` finds a roster's columns.

    `format` is csv, xlsx or oneroster; `encoding` and `delimiter` are what was found (empty where the format has none).
    `columns` is how many cells of one of the first rows hold something. Going through them raises RosterRefused as soon as
    something cannot be read. `close`, or `with`, ends the work early.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        file_format: str,
        encoding: str = "",
        delimiter: str = "",
        known_names: Callable[[Sequence[str]], int] | None = None,
    ) -> None:
        self.format = file_format
        self.encoding = encoding
        self.delimiter = delimiter
        self._source = rows
        self._rows = _bounded(rows)
        first = list(islice(self._rows, MAX_TITLES if known_names else 1))
        if not first:
            raise RosterRefused(_("The file is empty. Export the roster again."))
        place = heading_place([record.cells for record in first], known_names) if known_names else 0
        if row := next((record for record in first[:place] if _is_like(record.cells, first[place].cells)), None):
            self.close()
            raise RosterRefused(
                _("Row %(row)s is above the headings, but seems to hold data. Move the headings to the top and import again.")
                % {"row": row.number}
            )
        self.headings: list[str] = first[place].cells
        self.columns = max(filled(record.cells) for record in first)
        self._below: Iterator[Record] = chain(first[place + 1 :], self._rows)

    def __iter__(self) -> Iterator[Record]:
        return self._below

    def __enter__(self) -> Records:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading; whatever works on the file ends."""
        self._rows.close()
        self._source.close()


def heading_place(rows: Sequence[Sequence[str]], known_names: Callable[[Sequence[str]], int]) -> int:
    """Where among a file's first rows its headings stand: at the first with enough names that we know, else at the top."""
    return next((place for place, cells in enumerate(rows) if known_names(cells) >= HEADING_NAMES), 0)


def filled(cells: Iterable[str]) -> int:
    """How many cells hold something."""
    return sum(bool(cell.strip()) for cell in cells)


def _is_like(cells: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether a row is filled as one below these headings would be: a title fills a cell or two."""
    return filled(cells) >= HEADING_NAMES and filled(cells) * 2 > filled(headings)


def is_empty(cells: Iterable[str]) -> bool:
    """Whether no cell holds anything but white space."""
    return not any(cell.strip() for cell in cells)


def too_large_record(number: int) -> RosterRefused:
    """The refusal of a row that is larger than any row of a roster."""
    return RosterRefused(
        _("Row %(row)s is far too large. A quotation mark may lack its other half. Correct the row and import the file again.")
        % {"row": number}
    )


def too_many_rows(count: int) -> RosterRefused:
    """The refusal of a file with more than `count` rows."""
    return RosterRefused(
        _("The file has more than %(count)s rows. Delete the empty rows, or divide it by source.") % {"count": count}
    )


def _bounded(rows: Rows) -> Generator[Record, None, None]:
    """The rows that are not empty, as long as they keep within the bounds."""
    count = cell_count = characters = 0
    for number, cells in rows:
        if number > MAX_ROW_NUMBER or count > MAX_ROWS:
            raise too_many_rows(MAX_ROWS)
        text = "".join(cells)
        if not text.strip():
            continue
        if "\0" in text:
            raise RosterRefused(
                _("Row %(row)s holds a sign that is no text. Copy the roster to a new file and import that.") % {"row": number}
            )
        size = len(text)
        if size > MAX_RECORD or len(cells) > MAX_COLUMNS:
            raise too_large_record(number)
        count += 1
        cell_count += len(cells)
        characters += size
        if cell_count > MAX_CELLS or characters > MAX_TEXT:
            raise RosterRefused(_("The file holds far more than a roster. Keep only the columns that are needed."))
        yield Record(number, cells)
