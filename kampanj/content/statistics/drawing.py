"""Draws a chart with matplotlib, as SVG for pages and paper and as PNG for letters and packages. The same bytes each time.

matplotlib is imported when the first chart is drawn, never at start; it is not safe for threads, so that one chart is drawn
at a time. Its `pyplot`, which keeps figures for ever, is not used.
"""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

from kampanj.content.statistics import svg
from kampanj.content.statistics.bars import Bars
from kampanj.content.statistics.layout import TEXT, Plan
from kampanj.content.statistics.lines import Lines
from kampanj.content.statistics.palette import Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# One chart at a time, over all threads.
_drawing = threading.Lock()

# A PNG stands on its own: two pixels for one of the page's, and a margin of paper.
PNG_SCALE, PNG_MARGIN = 2, 12


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


def _layout_of(plan: Plan) -> Lines | Bars:
    return Lines(plan) if plan.data.moments else Bars(plan)
