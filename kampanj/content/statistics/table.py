"""What an editor pastes from a spreadsheet, read into a table that nobody can change, and written back as text.

The first row holds the columns' headings, the first column the rows'. Cells are separated by tabs (as spreadsheets put
them on the clipboard), else by semicolons or commas (CSV, RFC 4180). Numbers may be written as in Swedish or English.
"""

from __future__ import annotations

import csv
import enum
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _


class Mark(enum.Enum):
    """What stands in a cell instead of a number that is known but not shown."""

    HIDDEN = ".."


HIDDEN = Mark.HIDDEN
# A number, hidden, or missing: nobody has measured it.
Cell = Decimal | Mark | None

LONGEST_TEXT = 40_000
LONGEST_LABEL = 80
MOST_ROWS = 60
MOST_COLUMNS = 12
WHOLE_DIGITS, DECIMAL_DIGITS = 12, 6
# So many faults are listed; who mends them sees the rest.
MOST_FAULTS = 5

MISSING_WORDS = {"", "-", "–", "—", "−", "…", "..."}
SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
# Not characters of XML 1.0: no page, chart or letter can hold them.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FRACTION = rf"(?:[.,](?P<part>\d{{1,{DECIMAL_DIGITS}}}))?"
NUMBERS = tuple(
    re.compile(rf"(?P<sign>[-−–+]?) ?(?P<whole>{whole}){fraction} ?%?", re.ASCII)
    for whole, fraction in (
        (rf"\d{{1,{WHOLE_DIGITS}}}", FRACTION),
        (r"\d{1,3}(?: \d{3}){1,3}", FRACTION),
        (r"\d{1,3}(?:\.\d{3}){1,3}", r",(?P<part>\d{1,6})"),
        (r"\d{1,3}(?:,\d{3}){1,3}", r"\.(?P<part>\d{1,6})"),
        # Two groups or more: one alone is read as decimals.
        (r"\d{1,3}(?:\.\d{3}){2,3}|\d{1,3}(?:,\d{3}){2,3}", "(?P<part>)"),
    )
)


@dataclass(frozen=True, slots=True)
class Faults:
    """Why a text is no table: translated sentences that name row and column."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`cells[row][column]`; `corner` heads the column of row labels. Labels are unique, not empty, and on one line."""

    corner: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    def with_cells(self, cells: tuple[tuple[Cell, ...], ...]) -> Table:
        """The same labels with other cells of the same shape."""
        return replace(self, cells=cells)

    def transposed(self) -> Table:
        """Rows as columns and columns as rows."""
        return Table(self.corner, self.rows, self.columns, tuple(zip(*self.cells, strict=True)))

    def places(self) -> Iterator[tuple[int, int, Cell]]:
        """(row, column, cell) of every cell, row by row."""
        for row, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                yield row, column, cell

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return sum(cell is HIDDEN for _row, _column, cell in self.places())

    @property
    def decimals(self) -> int:
        """The most decimals that any number is written with."""
        return max((_decimals(cell) for _row, _column, cell in self.places() if isinstance(cell, Decimal)), default=0)


def parse(text: str) -> Table | Faults:
    """The table in a pasted text, or what is wrong with it. Never raises."""
    if len(text) > LONGEST_TEXT:
        return Faults((_("The table is too long: at most %(most)d characters. Paste fewer rows.") % {"most": LONGEST_TEXT},))
    try:
        lines = [line for line in _lines(NOT_XML.sub("", text)) if any(line)]
    except csv.Error:
        return Faults((_("The table cannot be read. Copy the cells in the spreadsheet and paste them again."),))
    if len(lines) < 2 or max(map(len, lines)) < 2:
        return Faults((_("This is no table yet. Paste a row of headings, then rows that begin with a label and hold numbers."),))
    found = list(_shape_faults(lines))
    if not found:
        width = len(lines[0])
        rows = [line + [""] * (width - len(line)) for line in lines[1:]]
        found = list(_cell_faults(lines[0], rows))
        if not found:
            cells = tuple(tuple(_cell(written) for written in row[1:]) for row in rows)
            return Table(lines[0][0], tuple(lines[0][1:]), tuple(row[0] for row in rows), cells)
    rest = len(found) - MOST_FAULTS
    more = [_("And %(rest)d more of the same kind.") % {"rest": rest}] if rest > 0 else []
    return Faults((*found[:MOST_FAULTS], *more))


def write(table: Table) -> str:
    """The table as tab separated text with decimal commas; `parse` gives the same table back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow([table.corner, *table.columns])
    for label, cells in zip(table.rows, table.cells, strict=True):
        writer.writerow([label, *map(written_cell, cells)])
    return out.getvalue()


def written_cell(cell: Cell) -> str:
    """A cell as text: the decimals it was given, after a comma; “..” when hidden, “–” when missing."""
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",")
    return "–" if cell is None else cell.value


def _lines(text: str) -> list[list[str]]:
    """Fields on one line each, without the empty ones at the end of a row."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    separator = "\t" if "\t" in text else ";" if ";" in text else ","
    lines = [[" ".join(field.split()) for field in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    for line in lines:
        while line and not line[-1]:
            line.pop()
    return lines


def _shape_faults(lines: list[list[str]]) -> Iterator[str]:
    head, rows = lines[0], lines[1:]
    if len(rows) > MOST_ROWS or len(head) - 1 > MOST_COLUMNS:
        yield _("The table is too large: at most %(rows)d rows and %(columns)d columns. Make two tables of it.") % {
            "rows": MOST_ROWS,
            "columns": MOST_COLUMNS,
        }
        return
    for number, row in enumerate(rows, start=2):
        if len(row) > len(head):
            yield _("Row %(row)d (“%(label)s”) has more cells than there are headings. Give every column a heading.") % {
                "row": number,
                "label": row[0],
            }
        if not row[0]:
            yield _("Row %(row)d has no label in the first column. Write what the row is about.") % {"row": number}
    for number, label in enumerate(head[1:], start=2):
        if not label:
            yield _("Column %(column)d has no heading. Write what the column is about.") % {"column": number}
    yield from _label_faults([row[0] for row in rows])
    yield from _label_faults(head[1:])


def _label_faults(labels: list[str]) -> Iterator[str]:
    for label, times in Counter(label.casefold() for label in labels if label).items():
        if times > 1:
            yield _("“%(label)s” is there %(times)d times. Give every row and column a label of its own.") % {
                "label": next(one for one in labels if one.casefold() == label),
                "times": times,
            }
    for label in labels:
        if len(label) > LONGEST_LABEL:
            yield _("The label “%(label)s …” is too long: at most %(most)d characters.") % {
                "label": label[:30],
                "most": LONGEST_LABEL,
            }


def _cell_faults(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    for number, row in enumerate(rows, start=2):
        for label, written in zip(head[1:], row[1:], strict=True):
            try:
                _cell(written)
            except ValueError:
                yield _(
                    "Row %(row)d (“%(label)s”), column “%(column)s”: “%(text)s” is no number that can be read. "
                    "Write it like 1 234,5, or leave the cell empty."
                ) % {"row": number, "label": row[0], "column": label, "text": written[:30]}


def _cell(written: str) -> Cell:
    """The cell that a field says; ValueError when it says none."""
    text = written.translate(SPACES)
    if text in MISSING_WORDS:
        return None
    if text in (HIDDEN.value, "‥"):
        return HIDDEN
    for form in NUMBERS:
        if found := form.fullmatch(text):
            return _number(found)
    raise ValueError(written)


def _number(found: re.Match[str]) -> Decimal:
    whole = re.sub(r"\D", "", found["whole"])
    if len(whole) > WHOLE_DIGITS:
        raise ValueError(found[0])
    sign = "-" if found["sign"] in ("-", "−", "–") and int(whole + (found["part"] or "")) else ""
    return Decimal(f"{sign}{whole}.{found['part']}" if found["part"] else f"{sign}{whole}")


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
