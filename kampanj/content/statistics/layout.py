"""What both kinds of chart share: what is asked for, how wide words are, the unit and the mark at the top. In CSS pixels."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kampanj.content.statistics.series import Dataset
from kampanj.content.statistics.wording import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT, SMALL = 14.0, 13.0
LINE_HEIGHT = 1.25
# DejaVu Sans, by which matplotlib measures, is wider than the system fonts that readers have.
LETTER, BOLD_LETTER = 0.56, 0.66
WIDE, NARROW = 640, 340
KEY_LINE = 21.0


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


def narrowed(plan: Plan) -> Plan:
    """The same chart for a phone."""
    return replace(plan, width=NARROW)


def wrapped(text: str, width: float, size: float = TEXT, letter: float = LETTER) -> list[str]:
    """The text in lines that fit the width, words broken only where one is too long."""
    return textwrap.wrap(text, max(6, int(width / (size * letter)))) or [""]


def text_width(text: str, size: float = TEXT, letter: float = LETTER) -> float:
    """About how wide a line of text is; a little more in most fonts."""
    return len(text) * size * letter


class Layout:
    """What both kinds of chart share: the unit and the mark at the top, the key below them, a canvas in pixels."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.data = plan.data
        mark_width = text_width(plan.mark, SMALL) + 16 if plan.mark else 0
        self.unit_lines = wrapped(plan.unit, plan.width - mark_width - 8, SMALL)
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
