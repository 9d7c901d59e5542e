"""Where a table's sums are: what the labels say, and what anybody can see in the numbers whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from kampanj.content.statistics.network import Totals
from kampanj.content.statistics.table import Cell, Table

# A label is a total when it begins like this: “Totalt (antal)”, “Alla elever”, “Båda könen”.
STEMS = ("total", "summa", "sammanlagt")
WORDS = (
    *("alla", "samtliga", "hela", "tillsammans", "båda", "bägge"),
    *("sum", "all", "everyone", "in all", "in total", "altogether", "both"),
    *("المجموع", "الكل", "الإجمالي", "усього", "всього", "разом", "wadar", "wadarta", "guud ahaan"),
)
TOTAL = re.compile(rf"(?:{'|'.join(STEMS)}|(?:{'|'.join(WORDS)})\b)(?P<more>.*)")

# Two numbers that are alike hide nothing of one another.
FEWEST_PARTS = 2
# A part of a line that makes up another number once may do so by chance.
FEWEST_LINES_OF_A_RUN = 2

Line = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A part of a table, or all of it, that has sums: places of its rows and columns, and `totals` counted among those."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    totals: Totals

    def of(self, table: Table) -> Table:
        """The part as a table of its own."""
        return Table(
            table.corner,
            tuple(table.columns[column] for column in self.columns),
            tuple(table.rows[row] for row in self.rows),
            tuple(tuple(table.cells[row][column] for column in self.columns) for row in self.rows),
        )


def totals_by_name(table: Table) -> Totals:
    """The row and the column that are called a sum, the last where several are; “Totalt” goes before “Alla elever i tvåan”."""
    row, column = (_last_total(labels) for labels in (table.rows, table.columns))
    return Totals(row=row, column=column)


def views(table: Table, said: Totals) -> list[View]:
    """Every view of the table where a reader finds sums: where it is `said`, where a label says so, and where numbers do.

    A row or column that is the sum of all others wherever all are known is a total. So is one that is, in two lines or
    more, the sum of those that stand next to it, for them.
    """
    named = totals_by_name(table)
    lines, turned = table.cells, table.transposed().cells
    rows = _options(said.row, named.row, turned)
    columns = _options(said.column, named.column, lines)
    every_row, every_column = tuple(range(len(table.rows))), tuple(range(len(table.columns)))
    found = [View(every_row, every_column, Totals(row, column)) for row, column in product(rows, columns)]
    found += [View(every_row, run, Totals(rows[0], len(run) - 1)) for run in _runs(lines)]
    found += [View(run, every_column, Totals(len(run) - 1, columns[0])) for run in _runs(turned)]
    return found


def _last_total(labels: tuple[str, ...]) -> int | None:
    named = [(number, found) for number, label in enumerate(labels) if (found := TOTAL.match(label.casefold()))]
    plain = [number for number, found in named if found["more"].strip(" :") in ("", "t")]
    return max(plain or (number for number, _found in named), default=None)


def _options(said: int | None, named: int | None, lines: tuple[Line, ...]) -> list[int | None]:
    """Where the lines' total may be; None, alone, where there is no sign of one."""
    places = range(len(lines[0]))
    if len(places) <= 1:
        return [None]
    counted = [
        place
        for place in places
        if len(places) > FEWEST_PARTS and _agreeing(lines, place, [one for one in places if one != place])
    ]
    found = dict.fromkeys(place for place in (said, named, *counted) if place is not None)
    return [*found] or [None]


def _runs(lines: tuple[Line, ...]) -> Iterator[tuple[int, ...]]:
    """Neighbours and, last in each, their sum; of several with the same sum and direction the longest."""
    width = len(lines[0])
    for whole in range(width):
        for neighbours in (range(whole - 1, -1, -1), range(whole + 1, width)):
            runs = (tuple(neighbours[:length]) for length in range(len(neighbours), FEWEST_PARTS - 1, -1))
            fitting = (run for run in runs if len(run) < width - 1 and _agreeing(lines, whole, run) >= FEWEST_LINES_OF_A_RUN)
            if run := next(fitting, None):
                yield (*run, whole)


def _agreeing(lines: tuple[Line, ...], whole: int, parts: list[int] | tuple[int, ...]) -> int:
    """In how many lines the parts make up the whole; 0 where some line shows that they do not. Nothing but 0 is no sign."""
    agreeing = 0
    for line in lines:
        known = [cell for place in (whole, *parts) if isinstance(cell := line[place], Decimal)]
        if len(known) <= len(parts):
            continue
        if sum(known[1:]) != known[0]:
            return 0
        agreeing += known[0] > 0
    return agreeing
