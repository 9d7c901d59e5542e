"""Lines over time."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from kampanj.content.statistics.layout import (
    BOLD_LETTER,
    KEY_LINE,
    LINE_HEIGHT,
    NARROW,
    SMALL,
    TEXT,
    WIDE,
    Layout,
    Plan,
    text_width,
    wrapped,
)
from kampanj.content.statistics.palette import PATTERNS
from kampanj.content.statistics.series import Series, short_label
from kampanj.content.statistics.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# How much of the width labels beside the lines may take; on a phone the lines need it themselves.
LABEL_SHARE = {WIDE: 0.34, NARROW: 0.33}
MOST_MARKERS = 15
# Of the labels on the time axis every first, second, … is shown: whole parts of a year where they are months.
STEPS = (1, 2, 3, 4, 6, 12, 24, 36)


class Lines(Layout):
    """Lines over time: labels at the lines' ends where there is room, else a key above."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        room = plan.width * LABEL_SHARE[plan.width]
        labels = [wrapped(f"{one.name}: {self.last_value(one)}", room, letter=BOLD_LETTER) for one in self.data.series]
        self.is_direct = _widest(labels) <= room and max(map(len, labels)) <= 2 and len(labels) <= plan.width // 100
        self.labels = labels if self.is_direct else [[self.last_value(one)] for one in self.data.series]
        self.right = _widest(self.labels) + 14
        self.key_lines = [] if self.is_direct else [wrapped(one.name, plan.width - 48) for one in self.data.series]
        self.key_height = sum(map(len, self.key_lines)) * KEY_LINE + (8 if self.key_lines else 0)
        self.plot = 250.0 if plan.width >= WIDE else 210.0
        self.height = self.top + self.key_height + self.plot + 30

    def last_value(self, one: Series) -> str:
        return self.value(one.values[one.ends[1]]) if one.ends else ""

    def draw(self, figure: Figure, colours: dict[str, str]) -> None:
        ticks = self._ticks()
        left = max(text_width(self.value(tick), SMALL) for tick in ticks) + 8
        self.box = (left, self.top + self.key_height, self.plan.width - left - self.right, self.plot)
        x, _y, width, height = self.box
        axes = figure.add_axes((x / self.plan.width, 30 / self.height, width / self.plan.width, height / self.height))
        self._frame(axes, ticks, colours)
        for place, one in enumerate(self.data.series):
            pattern = PATTERNS[place]
            axes.plot(
                list(self.data.moments or ()),
                [float(value) if isinstance(value, Decimal) else math.nan for value in one.values],
                color=colours[f"series-{place}"],
                linewidth=2.5,
                dashes=pattern.dashes or (None, None),
                marker=pattern.marker,
                markevery=_marked(one),
                markersize=7,
                markeredgecolor=colours["paper"],
                markeredgewidth=1,
                clip_on=False,
            )
        self.draw_top(figure, colours)
        self._label_ends(figure, ticks, colours)
        self._draw_key(figure, colours)

    def _ticks(self) -> list[Decimal]:
        from matplotlib.ticker import MaxNLocator

        known = [float(value) for one in self.data.series for value in one.values if isinstance(value, Decimal)]
        low, high = min([0.0, *known]), max([0.0, *known])
        steps = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3).tick_values(low, high if high > low else low + 1)
        return [Decimal(f"{step:.10g}") for step in steps]

    def _frame(self, axes: Axes, ticks: list[Decimal], colours: dict[str, str]) -> None:
        moments = self.data.moments or ()
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(colours["soft"])
        axes.set_facecolor("none")
        decimals = max(max(0, -int(tick.normalize().as_tuple().exponent)) for tick in ticks)
        axes.set_yticks(
            [float(tick) for tick in ticks],
            [number(tick, decimals=decimals, language=self.plan.language) for tick in ticks],
        )
        axes.set_ylim(float(ticks[0]), float(ticks[-1]))
        pad = (moments[-1] - moments[0]) * 0.03
        axes.set_xlim(moments[0] - pad, moments[-1] + pad)
        shown = self._shown_labels(axes)
        axes.set_xticks([moments[place] for place in shown], [self._short(place) for place in shown])
        axes.tick_params(axis="both", length=0, pad=6, labelsize=SMALL, labelcolor=colours["soft"])
        axes.grid(axis="y", color=colours["line"], linewidth=1, clip_on=False)
        axes.set_axisbelow(True)
        # A label at the edge that is wider than the room beside it is moved inwards.
        first, last = axes.get_xticklabels()[0], axes.get_xticklabels()[-1]
        if shown[0] == 0 and text_width(self._short(0), SMALL) / 2 > self.box[0]:
            first.set_horizontalalignment("left")
        if text_width(self._short(len(moments) - 1), SMALL) / 2 > self.right:
            last.set_horizontalalignment("right")

    def _short(self, place: int) -> str:
        return short_label(self.data.labels[place], self.plan.language)

    def _shown_labels(self, axes: Axes) -> list[int]:
        """Which labels are shown: the last one, and from it backwards every one, second, third … so that none touches another."""
        moments = self.data.moments or ()
        low, high = axes.get_xlim()
        widths = [text_width(self._short(place), SMALL) + 14 for place in range(len(moments))]
        for step in STEPS:
            shown = list(range(len(moments) - 1, -1, -step))[::-1]
            between = ((moments[b] - moments[a]) * self.box[2] / (high - low) for a, b in pairwise(shown))
            if all(gap >= (widths[a] + widths[b]) / 2 for gap, (a, b) in zip(between, pairwise(shown), strict=True)):
                return shown
        return [len(moments) - 1]

    def _label_ends(self, figure: Figure, ticks: list[Decimal], colours: dict[str, str]) -> None:
        """Each line's name and last value beside its end, moved apart where they would touch."""
        x, y, width, height = self.box
        low, high = float(ticks[0]), float(ticks[-1])
        ends: list[tuple[float, int]] = []
        for place, one in enumerate(self.data.series):
            if one.ends is not None:
                value = float(one.values[one.ends[1]])  # type: ignore[arg-type]
                ends.append((y + height * (1 - (value - low) / (high - low)), place))
        sizes = {place: len(lines) * TEXT * LINE_HEIGHT for place, lines in enumerate(self.labels)}
        ends = _moved_apart(sorted(ends), sizes, bottom=y + height + 12)
        for at, place in ends:
            words = "\n".join(self.labels[place])
            figure.text(
                (x + width + 10) / self.plan.width,
                1 - at / self.height,
                words,
                color=colours[f"series-{place}"],
                size=TEXT,
                weight="bold",
                va="center",
                linespacing=LINE_HEIGHT,
                parse_math=False,
            )

    def _draw_key(self, figure: Figure, colours: dict[str, str]) -> None:
        from matplotlib.lines import Line2D

        y = self.top + 4
        for place, lines in enumerate(self.key_lines):
            pattern = PATTERNS[place]
            start, end = (self.plan.width - 36, self.plan.width) if self.mirrored else (0, 36)
            at = 1 - y / self.height
            figure.add_artist(
                Line2D(
                    [start / self.plan.width, (start + end) / 2 / self.plan.width, end / self.plan.width],
                    [at, at, at],
                    color=colours[f"series-{place}"],
                    linewidth=2.5,
                    dashes=pattern.dashes or (None, None),
                    marker=pattern.marker,
                    markevery=[1],
                    markersize=7,
                    markeredgecolor=colours["paper"],
                )
            )
            for line in lines:
                self.text(figure, 46, y, line, size=TEXT, color=colours["ink"], va="center_baseline")
                y += KEY_LINE


def _marked(one: Series) -> list[int]:
    """The places that get a marker: few enough to see the line, and every value without neighbours, which has no line."""
    values = [None, *(value if isinstance(value, Decimal) else None for value in one.values), None]
    step = math.ceil(len(one.values) / MOST_MARKERS)
    return [
        place
        for place in range(len(one.values))
        if place % step == 0 or (values[place] is None and values[place + 1] is not None and values[place + 2] is None)
    ]


def _widest(labels: list[list[str]]) -> float:
    return max(text_width(line, letter=BOLD_LETTER) for lines in labels for line in lines)


def _moved_apart(ends: list[tuple[float, int]], sizes: dict[int, float], *, bottom: float) -> list[tuple[float, int]]:
    """The labels (middle, series), sorted by height: moved down where they overlap, and up again from the bottom."""
    middles = [at for at, _place in ends]
    halves = [sizes[place] / 2 for _at, place in ends]
    for this in range(1, len(ends)):
        middles[this] = max(middles[this], middles[this - 1] + halves[this - 1] + halves[this] + 1)
    for this in reversed(range(len(ends))):
        middles[this] = min(middles[this], bottom - halves[this])
        bottom = middles[this] - halves[this] - 1
    return [(at, place) for at, (_at, place) in zip(middles, ends, strict=True)]
