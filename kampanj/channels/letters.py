"""The fonts of pictures and of the folder, and which letters each of them has.

All are free and come with packages of ours, so that nothing depends on the system's: Source Sans 3 (SIL Open Font Licence) has
Latin and Cyrillic letters, IBM Plex Sans Arabic (the same) Arabic and some Latin ones. DejaVu Sans (its own free licence) comes
with the plotting library, has them all, and stands in where the others are not installed.
"""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # It carries no types.

Use = Literal["strong", "plain", "running"]
# Controls and spaces: nothing is drawn for them.
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}


@dataclass(frozen=True)
class Family:
    """A font's files in an installed `package`, for large words, small words and running text.

    `leading` is the distance between lines as a multiple of the size. `weights` are values of the axis `wght` for `strong` and
    `plain`, where one file holds all weights; None: each weight is a file of its own.
    """

    package: str
    strong: str
    plain: str
    running: str
    leading: float
    weights: tuple[int, int] | None = None

    def path(self, use: Use) -> Path | None:
        """The file for such words; None when the package is not installed."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            return None
        path = Path(spec.origin).parent / getattr(self, use)
        return path if path.exists() else None


SOURCE_SANS = "files/SourceSans3[wght].ttf"
FAMILIES = (
    Family("fontpkg_source_sans_3", SOURCE_SANS, SOURCE_SANS, SOURCE_SANS, leading=1.14, weights=(700, 500)),
    Family(
        "fontpkg_ibm_plex_sans_arabic",
        "files/IBMPlexSansArabic-Bold.ttf",
        "files/IBMPlexSansArabic-Medium.ttf",
        "files/IBMPlexSansArabic-Regular.ttf",
        leading=1.42,
    ),
    Family(
        "matplotlib",
        "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf",
        "mpl-data/fonts/ttf/DejaVuSans.ttf",
        "mpl-data/fonts/ttf/DejaVuSans.ttf",
        leading=1.3,
    ),
)


def letters_of(text: str) -> frozenset[str]:
    """What must be in a font for the text to be drawn."""
    return frozenset(letter for letter in text if unicodedata.category(letter) not in UNSEEN)


@functools.cache
def letters_in(path: Path) -> frozenset[str]:
    """All letters of a font file."""
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def families_here() -> list[Family]:
    """Those that are installed."""
    return [family for family in FAMILIES if family.path("strong")]
