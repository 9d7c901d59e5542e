"""From a table to what a chart draws: series with a value for each label, and when the labels are dates, their moments."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from django.utils.translation import get_language

from kampanj.content.statistics.network import Totals
from kampanj.content.statistics.table import Cell, Table

YEAR = r"(?P<year>(?:19|20)\d\d)"
# Each says when something was: a year, a school year, a term, a quarter, a week or a day.
FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{YEAR}",
        rf"{YEAR} ?/ ?(?:20)?\d\d",
        rf"{YEAR} ?[–-] ?20\d\d",
        rf"(?P<term>[vh]t)[ -]?{YEAR}",
        rf"{YEAR} ?(?P<term>[vh]t)",
        rf"(?:kv|kvartal|[qk])\.? ?(?P<quarter>[1-4]),? {YEAR}",
        rf"{YEAR},? ?(?:kv|kvartal|[qk])\.? ?(?P<quarter>[1-4])",
        rf"{YEAR},? ?(?:v|vecka|w|week)\.? ?(?P<week>\d\d?)",
        rf"(?:v|vecka|w|week)\.? ?(?P<week>\d\d?),? {YEAR}",
        rf"{YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])",
    )
)
MONTH = re.compile(rf"{YEAR}-(?P<month>0[1-9]|1[0-2])(?:-01 00:00(?::00)?)?", re.ASCII)
NAMED_MONTH = re.compile(rf"(?P<name>[^\W\d_]+)\.? {YEAR}")


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart, or the bars of one pattern."""

    name: str
    values: tuple[Cell, ...]

    @property
    def ends(self) -> tuple[int, int] | None:
        """The places of the first and the last number; None when there is none."""
        known = [place for place, value in enumerate(self.values) if isinstance(value, Decimal)]
        return (known[0], known[-1]) if known else None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Series over the same labels. `moments` are years with fractions, rising; None when the labels are no dates."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    moments: tuple[float, ...] | None = None


def dataset_of(table: Table, *, left_out: Totals | None = None) -> Dataset:
    """The table as series: along the rows' dates, else along the columns', else grouped by the rows' labels.

    `left_out` names the sums of persons, which would make the parts look small.
    """
    if left_out is not None:
        table = _without(table, left_out)
    for one in (table, table.transposed()):
        moments = [moment_of(label) for label in one.rows]
        known = [moment for moment in moments if moment is not None]
        if len(known) == len(moments) and len(set(known)) == len(known) > 1:
            return _dated(one, known)
    series = zip(table.columns, zip(*table.cells, strict=True), strict=True)
    return Dataset(table.rows, tuple(Series(name, values) for name, values in series))


def moment_of(label: str) -> float | None:
    """When a label says that something was, in years with fractions; None when it is no date."""
    if (month := month_of(label)) is not None:
        return _fraction(month)
    found = next(filter(None, (form.fullmatch(label.strip().casefold()) for form in FORMS)), None)
    if found is None:
        return None
    parts = {name: value for name, value in found.groupdict().items() if value is not None}
    year = int(parts["year"])
    if "term" in parts:
        return year + (0.0 if parts["term"] == "vt" else 0.5)
    if "quarter" in parts:
        return year + (int(parts["quarter"]) - 1) / 4
    try:
        if "week" in parts:
            return _fraction(dt.date.fromisocalendar(year, int(parts["week"]), 1))
        return _fraction(dt.date(year, int(parts.get("month", 1)), int(parts.get("day", 1))))
    except ValueError:
        return None


def month_of(label: str) -> dt.date | None:
    """The first day of the month that a label names (“mars 2021”, “2021-03”, a spreadsheet's 2021-03-01 00:00)."""
    text = label.strip().casefold()
    if found := MONTH.fullmatch(text):
        return dt.date(int(found["year"]), int(found["month"]), 1)
    if (named := NAMED_MONTH.fullmatch(text)) and (month := _months(get_language() or "sv").get(named["name"])):
        return dt.date(int(named["year"]), month, 1)
    return None


def short_label(label: str, language: str) -> str:
    """The label for an axis: a month with its short name in the language, all else as it is written."""
    month = month_of(label)
    return format_date(month, "MMM y", locale=language.replace("-", "_")) if month else label


def _dated(table: Table, moments: list[float]) -> Dataset:
    order = sorted(range(len(moments)), key=moments.__getitem__)
    columns = zip(table.columns, zip(*table.cells, strict=True), strict=True)
    return Dataset(
        labels=tuple(table.rows[place] for place in order),
        series=tuple(Series(name, tuple(values[place] for place in order)) for name, values in columns),
        moments=tuple(moments[place] for place in order),
    )


def _without(table: Table, totals: Totals) -> Table:
    rows = [row for row in range(len(table.rows)) if row != totals.row]
    columns = [column for column in range(len(table.columns)) if column != totals.column]
    return Table(
        table.corner,
        tuple(table.columns[column] for column in columns),
        tuple(table.rows[row] for row in rows),
        tuple(tuple(table.cells[row][column] for column in columns) for row in rows),
    )


def _fraction(day: dt.date) -> float:
    return day.year + (day.month - 1) / 12 + (day.day - 1) / 372


@functools.cache
def _months(language: str) -> dict[str, int]:
    """Names and short names of the months in Swedish, English and the language, in lower case."""
    named: dict[str, int] = {}
    for code in ("sv", "en", language.replace("-", "_")):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                months = Locale.parse(code).months[context][width]
                named.update({str(name).casefold().rstrip("."): number for number, name in months.items()})
    return named
