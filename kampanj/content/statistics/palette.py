"""The colours and patterns of a chart's series: from the municipality's colours, and told apart without any colour."""

from __future__ import annotations

from dataclasses import dataclass

from kampanj.municipality.colour import AA_TEXT, contrast
from kampanj.municipality.look import dark_scheme, light_scheme, mix
from kampanj.municipality.models import SiteSettings

STEPS = 20


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one series looks whatever its colour: line dashes (points on, off), marker and hatch, as matplotlib names them."""

    dashes: tuple[float, ...]
    marker: str
    hatch: str


PATTERNS = (
    Pattern((), "o", ""),
    Pattern((6, 2.5), "s", "////"),
    Pattern((1.5, 1.8), "^", "..."),
    Pattern((8, 2, 1.5, 2), "D", "\\\\\\\\"),
    Pattern((3, 1.5), "v", "xxx"),
    Pattern((10, 3), "X", "---"),
)
MOST_SERIES = len(PATTERNS)
COLOURS = ("paper", "ink", "soft", "line", *(f"series-{number}" for number in range(MOST_SERIES)))


@dataclass(frozen=True, slots=True)
class Palette:
    """Name of COLOURS → `#RRGGBB`, on light paper and where the reader prefers dark."""

    light: dict[str, str]
    dark: dict[str, str]


def palette_of(municipality: SiteSettings) -> Palette:
    """The chart's colours for a municipality; every series can be read as text (4.5 : 1) on the paper of its scheme."""
    light = light_scheme(municipality)
    return Palette(light=_colours(light, light["sun"]), dark=_colours(dark_scheme(municipality), light["sun"]))


def _colours(scheme: dict[str, str], sun: str) -> dict[str, str]:
    ink, paper, lake = scheme["ink"], scheme["paper"], scheme["lake"]
    series = (lake, sun, scheme["moss"], ink, scheme["soft"], mix(lake, sun, 0.5))
    named = {f"series-{number}": _readable(colour, ink=ink, paper=paper) for number, colour in enumerate(series)}
    return {"paper": paper, "ink": ink, "soft": scheme["soft"], "line": scheme["line"], **named}


def _readable(colour: str, *, ink: str, paper: str) -> str:
    """`colour`, or the nearest step towards the ink that is read on the paper."""
    steps = (mix(colour, ink, step / STEPS) for step in range(STEPS + 1))
    return next((made for made in steps if contrast(made, paper) >= AA_TEXT), ink)
