"""The first rows of a file, for whoever says which column is which, with nobody in them.

Nobody can tell from the first rows who in the file is protected: the marking may stand in a column that is not known yet, or in
another row of the same pupil. So no cell is shown for what it says unless it could stand in anybody's row: a school, a grade or
a language that we know, or the word that clears of protection, each in a column that we recognise. Every other cell is shown as
its shape, which does not even tell its length. On top of that, rows that are not clearly unprotected are left out, and so are
rows that share an id or an address with such a row nearby; and without a recognised column for protection there are no rows at
all, only what kind of content each column has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kampanj.audience.importing.columns import Column, suggest_mapping
from kampanj.audience.importing.formats.opening import open_records
from kampanj.audience.importing.formats.record import Record, Records
from kampanj.audience.importing.languages import language_code
from kampanj.audience.importing.rows import UNPROTECTED, comparable, grade_of
from kampanj.audience.models import School

# Rows looked at, and their cells and characters; the rows shown are taken from these.
SAMPLE = 200
MAX_SAMPLE = 200_000
MAX_KNOWN = 120
MARKINGS = {Column.PROTECTION, Column.GUARDIAN_PROTECTION}
IDENTITIES = {Column.PUPIL, Column.GUARDIAN, Column.EMAIL, Column.PERSONAL_NUMBER}
_NUMBER = re.compile(r"[\d\s.,+-]*\d[\d\s.,+-]*")


class Kind(TextChoices):
    """What a column mostly holds."""

    EMPTY = "empty", _("empty")
    EMAIL = "email", _("e-mail address")
    NUMBER = "number", _("number")
    MIXED = "mixed", _("letters and digits")
    TEXT = "text", _("text")


SHAPES = {Kind.EMPTY: "", Kind.EMAIL: "x@x.xx", Kind.NUMBER: "9999", Kind.MIXED: "Xx99", Kind.TEXT: "Xxxx"}


@dataclass(frozen=True, slots=True)
class Preview:
    """Headings as written, one Kind per heading, and masked rows (as many cells as headings)."""

    headings: list[str]
    kinds: list[Kind]
    rows: list[list[str]]
    format: str
    encoding: str
    delimiter: str


def preview(
    stream: BinaryIO, *, name: str, encoding: str = "", rows: int = 5, mapping: Mapping[str, str] | None = None
) -> Preview:
    """At most `rows` of the file's first rows, masked as the module's docstring says; see `open_records` for the rest.

    `mapping` (a Column's value → heading) adds to what the headings tell by themselves. Raises RosterRefused.
    """
    with open_records(stream, name=name, encoding=encoding) as records:
        sample = _sample(records)
    width = len(records.headings)
    columns = _columns(records.headings, mapping or {})
    shown = _unprotected(sample, columns)[:rows] if Column.PROTECTION in columns else []
    schools = {comparable(word) for pair in School.objects.values_list("name", "code") for word in pair} if shown else set()
    return Preview(
        headings=records.headings,
        kinds=[_kind_of_column(cells) for cells in _by_column(sample, width)],
        rows=[[_masked(cell, column, schools) for cell, column in zip(cells, columns, strict=True)] for cells in shown],
        format=records.format,
        encoding=records.encoding,
        delimiter=records.delimiter,
    )


def kind(cell: str) -> Kind:
    """What the cell holds."""
    written = cell.strip()
    if not written:
        return Kind.EMPTY
    if "@" in written:
        return Kind.EMAIL
    if _NUMBER.fullmatch(written):
        return Kind.NUMBER
    return Kind.MIXED if any(character.isdigit() for character in written) else Kind.TEXT


def _sample(records: Records) -> list[list[str]]:
    """The first rows' cells, each as many as there are headings; fewer rows when they are large."""
    width, room = len(records.headings), MAX_SAMPLE
    sample: list[list[str]] = []
    for record in records:
        sample.append(_fitted(record, width))
        room -= sum(map(len, record.cells)) + width
        if len(sample) == SAMPLE or room < 0:
            break
    return sample


def _fitted(record: Record, width: int) -> list[str]:
    return record.cells[:width] + [""] * (width - len(record.cells))


def _columns(headings: Sequence[str], mapping: Mapping[str, str]) -> list[Column | None]:
    """What each heading means. One that is about protection stays so, whatever the mapping says."""
    chosen = {heading: Column(column) for column, heading in mapping.items()}
    columns: list[Column | None] = []
    for heading in headings:
        recognised = next((Column(column) for column in suggest_mapping([heading])), None)
        columns.append(recognised if recognised in MARKINGS else chosen.get(heading, recognised))
    return columns


def _unprotected(sample: Sequence[list[str]], columns: Sequence[Column | None]) -> list[list[str]]:
    """The rows whose every marking is a clear no, and that share no id or address with one whose marking is not."""
    markings = [place for place, column in enumerate(columns) if column in MARKINGS]
    identities = [place for place, column in enumerate(columns) if column in IDENTITIES]

    def named(cells: Sequence[str]) -> set[str]:
        return {comparable(cells[place]) for place in identities} - {""}

    def is_marked(cells: Sequence[str]) -> bool:
        return any(comparable(cells[place]) != UNPROTECTED for place in markings)

    hidden = {word for cells in sample if is_marked(cells) for word in named(cells)}
    return [cells for cells in sample if not is_marked(cells) and hidden.isdisjoint(named(cells))]


def _masked(cell: str, column: Column | None, schools: set[str]) -> str:
    written = cell.strip()
    if len(written) > MAX_KNOWN or "(" in written:
        return SHAPES[kind(written)]
    is_known = (
        (column is Column.SCHOOL and comparable(written) in schools)
        or (column is Column.GRADE and bool(grade_of(written)))
        or (column is Column.LANGUAGE and language_code(written) is not None)
        or (column in MARKINGS and comparable(written) == UNPROTECTED)
    )
    return written if is_known else SHAPES[kind(written)]


def _by_column(sample: Sequence[list[str]], width: int) -> list[list[str]]:
    return [[cells[place] for cells in sample] for place in range(width)]


def _kind_of_column(cells: Sequence[str]) -> Kind:
    """The kind of most of the cells that hold something."""
    kinds = [kind(cell) for cell in cells if cell.strip()]
    return max(kinds, key=kinds.count) if kinds else Kind.EMPTY
