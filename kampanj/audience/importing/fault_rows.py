"""A check's faults as the screen shows them and as a file that a spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from wagtail.admin.views.mixins import Echo

from kampanj.audience.exports import BOM
from kampanj.audience.importing.columns import Column, suggest_mapping
from kampanj.audience.importing.faults import Fault, todo_by_kind
from kampanj.audience.importing.masking import HIDDEN, beginning, without_addresses
from kampanj.audience.importing.plan import Plan
from kampanj.municipality.spreadsheets import not_a_formula


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault whose value and advice may be seen by whoever asked; `is_whole` when an address is in clear."""

    row: int
    column: str
    value: str
    advice: str
    is_whole: bool


@dataclass(slots=True)
class FaultyRow:
    """A row of the spreadsheet by its number there; `cells` holds the faults of each of the table's columns."""

    number: int
    cells: list[list[ShownFault]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do, and the FaultKind of the rows that need it."""

    kind: str
    sentence: str


class Lens:
    """Decides what somebody sees of a fault: addresses are masked unless `sees_addresses`, personal numbers always."""

    def __init__(self, mapping: Mapping[str, str], *, sees_addresses: bool) -> None:
        self.sees_addresses = sees_addresses
        self._columns = {heading: column for column, heading in mapping.items()}

    def __call__(self, fault: Fault) -> ShownFault:
        """The fault as it may be seen."""
        column = self._column_of(fault.column)
        value, advice = fault.value, fault.advice
        has_address = column == Column.EMAIL or "@" in f"{value}{advice}"
        if column == Column.PERSONAL_NUMBER and value:
            value = HIDDEN
        if not self.sees_addresses:
            advice = without_addresses(advice)
            value = beginning(value) if column == Column.EMAIL and value else without_addresses(value)
        return ShownFault(fault.row, fault.column, value, advice, is_whole=self.sees_addresses and has_address)

    def _column_of(self, heading: str) -> str:
        """Which of our columns the heading is; an empty string for another."""
        if heading not in self._columns:
            self._columns[heading] = next(iter(suggest_mapping([heading])), "")
        return self._columns[heading]


def todo_of(plan: Plan) -> list[Todo]:
    """The plan's to-do list with the kind of fault that each sentence is about."""
    return [Todo(kind.value, sentence) for kind, sentence in todo_by_kind(plan.kinds)]


def by_row(faults: Iterable[Fault], *, kind: str = "") -> list[tuple[int, list[Fault]]]:
    """The faults (of one kind, or all) by their row's number, in the spreadsheet's order."""
    rows: dict[int, list[Fault]] = {}
    for fault in faults:
        if not kind or fault.kind == kind:
            rows.setdefault(fault.row, []).append(fault)
    return sorted(rows.items())


def as_table(rows: Sequence[tuple[int, list[Fault]]], shown: Callable[[Fault], ShownFault]) -> tuple[list[str], list[FaultyRow]]:
    """The headings of the columns that hold a fault in any of the rows, and the rows with their faults under them."""
    headings = list(dict.fromkeys(fault.column for _number, faults in rows for fault in faults))
    table = []
    for number, faults in rows:
        seen = [shown(fault) for fault in faults]
        table.append(FaultyRow(number, [[fault for fault in seen if fault.column == heading] for heading in headings]))
    return headings, table


def as_csv(faults: Iterable[ShownFault], hints: Iterable[ShownFault]) -> Iterator[bytes]:
    """A file for Swedish Excel: semicolons, a byte order mark, nothing that runs as a formula."""
    writer = csv.writer(Echo(), delimiter=";", lineterminator="\r\n")
    yield BOM.encode() + writer.writerow([_("Row"), _("Column"), _("Value"), _("What to do"), _("Kind")])
    for kind, list_of_faults in ((_("fault"), faults), (_("hint"), hints)):
        for fault in list_of_faults:
            yield writer.writerow([fault.row, *(not_a_formula(cell) for cell in (fault.column, fault.value, fault.advice)), kind])
