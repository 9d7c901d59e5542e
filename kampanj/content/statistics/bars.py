"""Lying bars in groups."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kampanj.content.statistics.layout import BOLD_LETTER, KEY_LINE, LINE_HEIGHT, TEXT, Layout, Plan, text_width, wrapped
from kampanj.content.statistics.palette import PATTERNS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BAR, GROUP_GAP = 20.0, 14.0


class Bars(Layout):
    """Lying bars in groups, each with its value; the key above names the patterns where there are several series."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.groups = [wrapped(label, plan.width) for label in self.data.labels]
        self.key = self.data.series if len(self.data.series) > 1 else ()
        self.key_lines = [wrapped(one.name, plan.width - 40) for one in self.key]
        self.key_height = sum(map(len, self.key_lines)) * KEY_LINE + (10 if self.key else 0)
        group = len(self.data.series) * (BAR + 3) + GROUP_GAP
        self.height = self.top + self.key_height + sum(len(lines) * TEXT * LINE_HEIGHT + 4 + group for lines in self.groups)

    def draw(self, figure: Figure, colours: dict[str, str]) -> None:
        self.draw_top(figure, colours)
        y = self._draw_key(figure, colours)
        known = [value for one in self.data.series for value in one.values if isinstance(value, Decimal)]
        low, high = min([Decimal(0), *known]), max([Decimal(0), *known])
        beside = max((text_width(self.value(value), letter=BOLD_LETTER) for value in known), default=0) + 10
        scale = (self.plan.width - beside) / float(high - low or 1)
        zero = float(-low) * scale
        for group, lines in enumerate(self.groups):
            for line in lines:
                y += TEXT * LINE_HEIGHT
                self.text(figure, 0, y - 4, line, size=TEXT, color=colours["ink"])
            y += 4
            for place, one in enumerate(self.data.series):
                self._draw_bar(figure, colours, one.values[group], place, y=y, zero=zero, scale=scale)
                y += BAR + 3
            y += GROUP_GAP

    def _draw_key(self, figure: Figure, colours: dict[str, str]) -> float:
        y = self.top
        for place, lines in enumerate(self.key_lines):
            self._rectangle(figure, colours, place, x=0, y=y, width=28, height=15)
            for line in lines:
                self.text(figure, 38, y + 12, line, size=TEXT, color=colours["ink"])
                y += KEY_LINE
        return self.top + self.key_height

    def _draw_bar(
        self, figure: Figure, colours: dict[str, str], value: Any, place: int, *, y: float, zero: float, scale: float
    ) -> None:
        length = float(value) * scale if isinstance(value, Decimal) else 0.0
        if length:
            self._rectangle(figure, colours, place, x=zero + min(length, 0), y=y, width=abs(length), height=BAR)
        style = {"color": colours["ink" if isinstance(value, Decimal) else "soft"], "weight": "bold", "va": "center_baseline"}
        self.text(figure, zero + max(length, 0) + 7, y + BAR / 2, self.value(value), size=TEXT, **style)

    def _rectangle(
        self, figure: Figure, colours: dict[str, str], place: int, *, x: float, y: float, width: float, height: float
    ) -> None:
        from matplotlib.patches import Rectangle

        if self.mirrored:
            x = self.plan.width - x - width
        figure.add_artist(
            Rectangle(
                (x / self.plan.width, 1 - (y + height) / self.height),
                width / self.plan.width,
                height / self.height,
                transform=figure.transFigure,
                facecolor=colours[f"series-{place}"],
                edgecolor=colours["paper"],
                hatch=PATTERNS[place].hatch or None,
                linewidth=0,
            )
        )
