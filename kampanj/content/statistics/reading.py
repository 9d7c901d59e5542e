"""From what an editor has filled in to what may be shown: the table read, judged, and with its small numbers hidden.

Saving and drawing go the same way, so that what was stored before a rule changed is hidden in all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.content.statistics import table as tables
from kampanj.content.statistics.network import SumsDisagree, Totals
from kampanj.content.statistics.suppression import hide_shares, protect
from kampanj.content.statistics.table import Cell, Faults, Table
from kampanj.content.statistics.totals import totals_by_name


class Kind(TextChoices):
    """What the numbers count; small numbers are hidden accordingly."""

    PERSONS = "persons", gettext_lazy("Number of persons")
    SHARE = "share", gettext_lazy("Share of persons, in percent")
    MEASURE = "measure", gettext_lazy("A measure that concerns no persons, for example mg per day")


class Sums(TextChoices):
    """Where the table's totals stand."""

    BY_NAME = "by_name", gettext_lazy("Where the label says so: Totalt, Summa, Alla …")
    LAST_ROW = "last_row", gettext_lazy("In the last row")
    LAST_COLUMN = "last_column", gettext_lazy("In the last column")
    BOTH = "both", gettext_lazy("In the last row and the last column")
    NONE = "none", gettext_lazy("There are no totals")


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown and stored. `totals` is where sums are said to be.

    `answers` is the number of answers behind each share; None for other kinds.
    """

    table: Table
    totals: Totals
    answers: Table | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Name of a field → translated sentences on what is wrong in it."""

    faults: dict[str, tuple[str, ...]]


def read(value: Mapping[str, Any]) -> Shown | Refused:
    """The value of a statistics block (`kind`, `table`, `answers`, `sums`) as it may be shown, or why it cannot be."""
    table = tables.parse(value["table"] or "")
    if isinstance(table, Faults):
        return Refused({"table": table.sentences})
    if value["kind"] not in Kind.values:
        return Refused({"kind": (_("Choose what the numbers count. It says which small numbers must be hidden."),)})
    kind = Kind(value["kind"])
    if found := tuple(_kind_faults(table, kind)):
        return Refused({"table": found[: tables.MOST_FAULTS]})
    totals = totals_in(table, Sums(value["sums"] or Sums.BY_NAME))
    if kind == Kind.MEASURE:
        return Shown(table, totals)
    if kind == Kind.PERSONS:
        return _persons(table, totals)
    return _shares(table, value["answers"] or "", totals)


def totals_in(table: Table, where: Sums) -> Totals:
    """Where the totals stand; a table with one row or column has none there."""
    named = totals_by_name(table)
    row: int | None = len(table.rows) - 1
    column: int | None = len(table.columns) - 1
    if where == Sums.BY_NAME:
        row, column = named.row, named.column
    if where in (Sums.NONE, Sums.LAST_COLUMN) or len(table.rows) < 2:
        row = None
    if where in (Sums.NONE, Sums.LAST_ROW) or len(table.columns) < 2:
        column = None
    return Totals(row=row, column=column)


def _persons(table: Table, totals: Totals) -> Shown | Refused:
    try:
        return Shown(protect(table, totals), totals)
    except SumsDisagree:
        return Refused({"table": tuple(_sum_faults(table, totals))})


def _shares(table: Table, written: str, totals: Totals) -> Shown | Refused:
    if not written.strip():
        sentence = _("Paste how many have answered, in a table of the same shape. It is not shown; it says what must be hidden.")
        return Refused({"answers": (sentence,)})
    answers = tables.parse(written)
    if isinstance(answers, Faults):
        return Refused({"answers": answers.sentences})
    found = (*_likeness_faults(table, answers), *_kind_faults(answers, Kind.PERSONS))
    if found:
        return Refused({"answers": found[: tables.MOST_FAULTS]})
    try:
        shares, shown = hide_shares(table, answers, totals)
    except SumsDisagree:
        return Refused({"answers": tuple(_sum_faults(answers, totals))})
    return Shown(shares, totals, shown)


def _kind_faults(table: Table, kind: Kind) -> Iterator[str]:
    for row, column, cell in table.places():
        if not isinstance(cell, Decimal):
            continue
        names = {"row": table.rows[row], "column": table.columns[column], "number": tables.written_cell(cell)}
        if kind == Kind.PERSONS and (cell < 0 or cell != cell.to_integral_value()):
            yield _("“%(row)s”, column “%(column)s”: %(number)s is no number of persons. Write a whole number.") % names
        if kind == Kind.SHARE and not 0 <= cell <= 100:
            yield _("“%(row)s”, column “%(column)s”: %(number)s is no share. Write percent, from 0 to 100.") % names


def _likeness_faults(table: Table, answers: Table) -> Iterator[str]:
    pairs = ((table.rows, answers.rows), (table.columns, answers.columns))
    for ours, theirs in pairs:
        if len(ours) != len(theirs):
            yield _("The table of answers has %(theirs)d rows or columns where the table has %(ours)d. Make them alike.") % {
                "theirs": len(theirs),
                "ours": len(ours),
            }
            return
        for our, their in zip(ours, theirs, strict=True):
            if our.casefold() != their.casefold():
                yield _("The table of answers says “%(their)s” where the table says “%(our)s”. Use the same labels.") % {
                    "their": their,
                    "our": our,
                }


def _sum_faults(table: Table, totals: Totals) -> Iterator[str]:
    """Which rows and columns do not add up; one general sentence when it takes several of them to see it."""
    lines: list[tuple[str, int, tuple[Cell, ...]]] = []
    if totals.column is not None:
        lines += [(label, totals.column, cells) for label, cells in zip(table.rows, table.cells, strict=True)]
    if totals.row is not None:
        turned = table.transposed()
        lines += [(label, totals.row, cells) for label, cells in zip(turned.rows, turned.cells, strict=True)]
    found = False
    for label, place, cells in lines:
        parts = [cell for number, cell in enumerate(cells) if number != place]
        whole, known = cells[place], [cell for cell in parts if isinstance(cell, Decimal)]
        if isinstance(whole, Decimal) and (sum(known) > whole or (len(known) == len(parts) and sum(known) != whole)):
            found = True
            yield _(
                "“%(label)s”: the parts make %(parts)s, but the total says %(total)s. Correct the numbers, add what is left out "
                "as a part of its own, or say below that there are no totals."
            ) % {"label": label, "parts": tables.written_cell(Decimal(sum(known))), "total": tables.written_cell(whole)}
    if not found:
        yield _("The numbers and the totals do not go together. Paste the table again, or say below where the totals stand.")
