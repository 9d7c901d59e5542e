"""Draws a chart with matplotlib, as SVG for pages and paper and as PNG for letters and packages. The same bytes each time.

matplotlib is imported when the first chart is drawn, never at start; it is not safe for threads, so that one chart is drawn
at a time. Its `pyplot`, which keeps figures for ever, is not used. All lengths here are CSS pixels.
"""

from __future__ import annotations

import io
import math
import textwrap
import threading
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kampanj.content.statistics import svg
from kampanj.content.statistics.palette import PATTERNS, Palette
from kampanj.content.statistics.series import Dataset, Series, short_label
from kampanj.content.statistics.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# One chart at a time, over all threads.
_drawing = threading.Lock()

TEXT, SMALL = 14.0, 13.0
LINE_HEIGHT = 1.25
# DejaVu Sans, by which matplotlib measures, is wider than the system fonts that readers have.
LETTER, BOLD_LETTER = 0.56, 0.66
WIDE, NARROW = 640, 340
# A PNG stands on its own: two pixels for one of the page's, and a margin of paper.
PNG_SCALE, PNG_MARGIN = 2, 12
# How much of the width labels beside the lines may take; on a phone the lines need it themselves.
LABEL_SHARE = {WIDE: 0.34, NARROW: 0.33}
MOST_MARKERS = 15
# Of the labels on the time axis every first, second, … is shown: whole parts of a year where they are months.
STEPS = (1, 2, 3, 4, 6, 12, 24, 36)
KEY_LINE, BAR, GROUP_GAP = 21.0, 20.0, 14.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a chart shows and how: `mark` is a word in its corner (“Exempel”), `language` an IETF tag."""

    data: Dataset
    unit: str
    decimals: int
    mark: str
    language: str
    right_to_left: bool
    width: int = WIDE


def as_svg(plan: Plan, palette: Palette) -> bytes:
    """The chart as SVG 1.1 with its text as text, following the reader's choice of light or dark."""
    with _drawing:
        figure = _figure(plan, svg.PLACEHOLDERS)
        # The page's own paper shows through.
        figure.set_facecolor("none")
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return svg.finished(out.getvalue(), palette, right_to_left=plan.right_to_left)


def as_png(plan: Plan, palette: Palette) -> bytes:
    """The chart as PNG in light colours, two pixels for each of the page's."""
    from matplotlib.transforms import Bbox

    with _drawing:
        figure = _figure(plan, palette.light)
        width, height = figure.get_size_inches()
        margin = PNG_MARGIN / 72
        frame = Bbox.from_extents(-margin, -margin, width + margin, height + margin)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=72 * PNG_SCALE, bbox_inches=frame, metadata={"Software": None})
    return out.getvalue()


def size_of(plan: Plan, *, png: bool = False) -> tuple[int, int]:
    """The chart's width and height on a page; those of the PNG include its margin."""
    margin = 2 * PNG_MARGIN if png else 0
    return plan.width + margin, round(_layout_of(plan).height) + margin


def _figure(plan: Plan, colours: dict[str, str]) -> Figure:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "kampanj",
            "font.family": ["DejaVu Sans"],
            "font.size": TEXT,
            "hatch.linewidth": 1.4,
            "path.simplify": False,
        }
    )
    layout = _layout_of(plan)
    figure = Figure(figsize=(plan.width / 72, layout.height / 72), dpi=72, facecolor=colours["paper"])
    layout.draw(figure, colours)
    return figure


def _layout_of(plan: Plan) -> _Lines | _Bars:
    return _Lines(plan) if plan.data.moments else _Bars(plan)


def _wrapped(text: str, width: float, size: float = TEXT, letter: float = LETTER) -> list[str]:
    """The text in lines that fit the width, words broken only where one is too long."""
    return textwrap.wrap(text, max(6, int(width / (size * letter)))) or [""]


def _text_width(text: str, size: float = TEXT, letter: float = LETTER) -> float:
    return len(text) * size * letter


class _Layout:
    """What both kinds of chart share: the unit and the mark at the top, the key below them, a canvas in pixels."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.data = plan.data
        mark_width = _text_width(plan.mark, SMALL) + 16 if plan.mark else 0
        self.unit_lines = _wrapped(plan.unit, plan.width - mark_width - 8, SMALL)
        self.top = len(self.unit_lines) * SMALL * LINE_HEIGHT + 14

    def value(self, value: Any) -> str:
        return number(value, decimals=self.plan.decimals, language=self.plan.language)

    def text(self, figure: Figure, x: float, y: float, words: str, **style: Any) -> None:
        """Words at a point counted from the chart's top left corner; mirrored in languages written from the right."""
        height = figure.get_size_inches()[1] * 72
        align = style.pop("align", "left")
        if self.mirrored:
            x, align = self.plan.width - x, {"left": "right", "right": "left"}.get(align, align)
        figure.text(x / self.plan.width, 1 - y / height, words, ha=align, parse_math=False, **style)

    @property
    def mirrored(self) -> bool:
        return self.plan.right_to_left

    def draw_top(self, figure: Figure, colours: dict[str, str]) -> None:
        for place, line in enumerate(self.unit_lines):
            self.text(figure, 0, (place + 1) * SMALL * LINE_HEIGHT - 3, line, size=SMALL, color=colours["soft"])
        if self.plan.mark:
            box = {"boxstyle": "round,pad=0.25", "facecolor": "none", "edgecolor": colours["soft"], "linewidth": 1}
            x = self.plan.width - 6
            self.text(
                figure, x, SMALL * LINE_HEIGHT - 2, self.plan.mark, align="right", size=SMALL, color=colours["ink"], bbox=box
            )


class _Lines(_Layout):
    """Lines over time: labels at the lines' ends where there is room, else a key above."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        room = plan.width * LABEL_SHARE[plan.width]
        labels = [_wrapped(f"{one.name}: {self.last_value(one)}", room, letter=BOLD_LETTER) for one in self.data.series]
        self.is_direct = _widest(labels) <= room and max(map(len, labels)) <= 2 and len(labels) <= plan.width // 100
        self.labels = labels if self.is_direct else [[self.last_value(one)] for one in self.data.series]
        self.right = _widest(self.labels) + 14
        self.key_lines = [] if self.is_direct else [_wrapped(one.name, plan.width - 48) for one in self.data.series]
        self.key_height = sum(map(len, self.key_lines)) * KEY_LINE + (8 if self.key_lines else 0)
        self.plot = 250.0 if plan.width >= WIDE else 210.0
        self.height = self.top + self.key_height + self.plot + 30

    def last_value(self, one: Series) -> str:
        return self.value(one.values[one.ends[1]]) if one.ends else ""

    def draw(self, figure: Figure, colours: dict[str, str]) -> None:
        ticks = self._ticks()
        left = max(_text_width(self.value(tick), SMALL) for tick in ticks) + 8
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
        if shown[0] == 0 and _text_width(self._short(0), SMALL) / 2 > self.box[0]:
            first.set_horizontalalignment("left")
        if _text_width(self._short(len(moments) - 1), SMALL) / 2 > self.right:
            last.set_horizontalalignment("right")

    def _short(self, place: int) -> str:
        return short_label(self.data.labels[place], self.plan.language)

    def _shown_labels(self, axes: Axes) -> list[int]:
        """Which labels are shown: the last one, and from it backwards every one, second, third … so that none touches another."""
        moments = self.data.moments or ()
        low, high = axes.get_xlim()
        widths = [_text_width(self._short(place), SMALL) + 14 for place in range(len(moments))]
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
    return max(_text_width(line, letter=BOLD_LETTER) for lines in labels for line in lines)


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


class _Bars(_Layout):
    """Lying bars in groups, each with its value; the key above names the patterns where there are several series."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.groups = [_wrapped(label, plan.width) for label in self.data.labels]
        self.key = self.data.series if len(self.data.series) > 1 else ()
        self.key_lines = [_wrapped(one.name, plan.width - 40) for one in self.key]
        self.key_height = sum(map(len, self.key_lines)) * KEY_LINE + (10 if self.key else 0)
        group = len(self.data.series) * (BAR + 3) + GROUP_GAP
        self.height = self.top + self.key_height + sum(len(lines) * TEXT * LINE_HEIGHT + 4 + group for lines in self.groups)

    def draw(self, figure: Figure, colours: dict[str, str]) -> None:
        self.draw_top(figure, colours)
        y = self._draw_key(figure, colours)
        known = [value for one in self.data.series for value in one.values if isinstance(value, Decimal)]
        low, high = min([Decimal(0), *known]), max([Decimal(0), *known])
        beside = max((_text_width(self.value(value), letter=BOLD_LETTER) for value in known), default=0) + 10
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


def narrowed(plan: Plan) -> Plan:
    """The same chart for a phone."""
    return replace(plan, width=NARROW)
