"""A statistics block as its faces show it: the table in words, the charts in the store, in one language and look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from kampanj.content.statistics.layout import Plan, narrowed
from kampanj.content.statistics.palette import MOST_SERIES, palette_of
from kampanj.content.statistics.reading import Kind, Shown, read
from kampanj.content.statistics.series import Dataset, dataset_of
from kampanj.content.statistics.store import Chart, chart
from kampanj.content.statistics.table import Table
from kampanj.content.statistics.wording import description, number
from kampanj.municipality.models import SiteSettings

# More bars than this are a wall, and more than two phones high.
MOST_BARS = 48
# Characters on a line of a letter in plain text; a longer line would be broken.
TEXT_WIDTH = 72
# Cells that a letter shows; a larger table is left to the web page.
MOST_LETTER_CELLS = 48


class ChartKind(TextChoices):
    """How the table is drawn."""

    AUTO = "auto", gettext_lazy("What suits the table: lines for dates, else bars")
    LINES = "lines", gettext_lazy("Lines")
    BARS = "bars", gettext_lazy("Bars")
    NONE = "none", gettext_lazy("No chart, only the table")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table as text: its label and its cells."""

    label: str
    cells: tuple[str, ...]
    is_total: bool = False


def wanted_chart(value: Mapping[str, Any]) -> ChartKind:
    """The chart that a block's value asks for; a draft that does not say gets what suits."""
    return ChartKind(value["chart"] or ChartKind.AUTO)


def chart_data(shown: Shown, *, kind: Kind, wanted: ChartKind) -> Dataset | None:
    """What the chart draws; None when none is wanted, or when the table is no good as a chart of the kind wanted."""
    data = dataset_of(shown.table, left_out=shown.totals if kind == Kind.PERSONS else None)
    if wanted == ChartKind.NONE or (wanted == ChartKind.LINES and not data.moments):
        return None
    if wanted == ChartKind.BARS:
        data = replace(data, moments=None)
    too_many = not data.moments and len(data.series) * len(data.labels) > MOST_BARS
    has_values = any(one.ends for one in data.series)
    return None if too_many or not has_values or not 0 < len(data.series) <= MOST_SERIES else data


class Presentation:
    """The value of a statistics block in the active language, in a municipality's colours. Draws only what is asked for."""

    def __init__(self, value: Mapping[str, Any], municipality: SiteSettings) -> None:
        self.value = value
        self.municipality = municipality
        self.language = get_language() or "sv"
        found = read(value)
        # A table that cannot be read (it did not come through the form) is not shown: its small numbers are not known.
        self.shown = found if isinstance(found, Shown) else None

    @property
    def table(self) -> Table | None:
        """The table that may be shown."""
        return self.shown.table if self.shown else None

    @cached_property
    def head(self) -> tuple[str, ...]:
        """The columns' labels, without the corner's."""
        return self.table.columns if self.table else ()

    @cached_property
    def corner(self) -> str:
        """What heads the column of labels; never empty, for whoever hears the table."""
        return (self.table.corner if self.table else "") or _("Group")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The table's rows with their numbers as the language writes them."""
        if self.shown is None:
            return ()
        table = self.shown.table
        return tuple(
            Row(label, tuple(self._number(cell) for cell in cells), is_total=place == self.shown.totals.row)
            for place, (label, cells) in enumerate(zip(table.rows, table.cells, strict=True))
        )

    @property
    def hides(self) -> bool:
        """Whether some cell is hidden."""
        return bool(self.table and self.table.hidden)

    @property
    def lacks(self) -> bool:
        """Whether some cell is missing."""
        return bool(self.table and any(cell is None for _row, _column, cell in self.table.places()))

    @property
    def is_short(self) -> bool:
        """Whether a letter shows the whole table."""
        return len(self.rows) * len(self.head) <= MOST_LETTER_CELLS and len(self.head) <= 4

    @cached_property
    def data(self) -> Dataset | None:
        """What the chart shows; None when there is no chart."""
        if self.shown is None:
            return None
        return chart_data(self.shown, kind=Kind(self.value["kind"]), wanted=wanted_chart(self.value))

    @cached_property
    def description(self) -> str:
        """The chart in words; empty without a chart."""
        if self.data is None or self.table is None:
            return ""
        return description(
            self.data,
            heading=self.value["heading"],
            unit=self.value["unit"],
            decimals=self.table.decimals,
            language=self.language,
        )

    @cached_property
    def wide(self) -> Chart | None:
        """The chart for a screen or a paper."""
        return chart(self._plan, self._palette, "svg") if self._plan else None

    @cached_property
    def narrow(self) -> Chart | None:
        """The chart for a phone."""
        return chart(narrowed(self._plan), self._palette, "svg") if self._plan else None

    @cached_property
    def picture(self) -> Chart | None:
        """The chart as PNG, for letters and packages."""
        return chart(self._plan, self._palette, "png") if self._plan else None

    @property
    def picture_url(self) -> str:
        """The PNG's absolute address; empty without a chart."""
        return self.municipality.absolute(self.picture.url) if self.picture else ""

    @cached_property
    def plain(self) -> str:
        """The table in plain text: aligned where it fits, else a paragraph for each row."""
        lines = [(self.corner, *self.head), *((row.label, *row.cells) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        if sum(widths) + 3 * (len(widths) - 1) <= TEXT_WIDTH:
            return "\n".join(_aligned(line, widths) for line in lines)
        return "\n\n".join(
            "\n".join([row.label, *(f"  {label}: {cell}" for label, cell in zip(self.head, row.cells, strict=True))])
            for row in self.rows
        )

    @cached_property
    def _plan(self) -> Plan | None:
        if self.data is None or self.table is None:
            return None
        return Plan(
            data=self.data,
            unit=self.value["unit"],
            decimals=self.table.decimals,
            mark=self.value["mark"],
            language=self.language,
            right_to_left=get_language_bidi(),
        )

    @cached_property
    def _palette(self) -> Any:
        return palette_of(self.municipality)

    def _number(self, cell: Decimal | Any) -> str:
        decimals = self.table.decimals if self.table else 0
        return number(cell, decimals=decimals, language=self.language)


def _aligned(line: tuple[str, ...], widths: list[int]) -> str:
    """Labels to the left, numbers to the right, three spaces between."""
    first, *rest = (
        text.ljust(width) if place == 0 else text.rjust(width)
        for place, (text, width) in enumerate(zip(line, widths, strict=True))
    )
    return "   ".join([first, *rest]).rstrip()
