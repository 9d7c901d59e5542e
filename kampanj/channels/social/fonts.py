"""Which font draws a text: the first that has all its letters, so that a text is measured with the very font that draws it.

Right-to-left text needs Raqm (in Pillow) and FriBiDi (of the system): without them letters would stand apart and backwards.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _
from PIL import ImageFont, features

from kampanj.channels.letters import FAMILIES, families_here, letters_in, letters_of
from kampanj.channels.social.exceptions import LettersMissing

Weight = Literal["strong", "plain"]
# Bidirectional classes of letters that are written from right to left (UAX 9).
RIGHT_TO_LEFT = {"R", "AL", "AN"}


@dataclass(frozen=True)
class Typeface:
    """A font file at one weight, for texts in one language and direction."""

    path: Path
    leading: float
    axis: int | None
    right_to_left: bool
    language: str

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The font with letters of `size` pixels."""
        return _loaded(self.path, self.axis, size)

    def box(self, text: str, size: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the ink in pixels, from where a line begins (its right end for right-to-left)."""
        return self.at(size).getbbox(text, anchor=self.anchor, **self.options)

    def width(self, text: str, size: int) -> float:
        """How far the text advances, in pixels."""
        return self.at(size).getlength(text, **self.options)

    @property
    def anchor(self) -> str:
        """Pillow's: where a line begins, on its baseline."""
        return "rs" if self.right_to_left else "ls"

    @property
    def options(self) -> dict[str, Any]:
        """What shaping must be told; nothing where there is no Raqm."""
        if not can_shape():
            return {}
        return {"direction": "rtl" if self.right_to_left else "ltr", "language": self.language}


def can_shape() -> bool:
    """Whether letters can be joined and set from right to left here."""
    return bool(features.check_feature("raqm"))


def typeface(text: str, weight: Weight, *, language: str, right_to_left: bool, field: str = "") -> Typeface:
    """What draws the text; within a right-to-left page (`right_to_left`), a name in Latin letters keeps its own direction.

    LettersMissing names the letters that no font has and the `field` where they are, or what must be installed.
    """
    needed = letters_of(text)
    turned = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in needed)
    if turned and not can_shape():
        raise LettersMissing(
            _(
                "Text from right to left cannot be drawn here because FriBiDi is not installed. Install it "
                "(apt-get install libfribidi0) and start again."
            )
        )
    missing = needed
    for family in FAMILIES:
        path = family.path(weight)
        if path is None:
            continue
        lacking = needed - letters_in(path)
        if not lacking:
            axis = family.weights[weight == "plain"] if family.weights else None
            return Typeface(path, family.leading, axis, right_to_left and turned, language)
        missing = missing & lacking
    raise _none(missing or needed, field)


def _none(missing: frozenset[str], field: str) -> LettersMissing:
    if not families_here():
        return LettersMissing(_("The fonts for pictures are missing: install the program's packages again (make setup)."))
    return LettersMissing(
        _("The pictures cannot show %(letters)s. Take it out of the text; it can stand in the caption instead.")
        % {"letters": " ".join(sorted(missing))},
        field,
    )


def what_is_installed() -> str:
    """Part of the cache's key: the fonts that are here and what joins their letters."""
    versions = (features.version("pil"), features.version("freetype2"), features.version("raqm") if can_shape() else "")
    return " ".join([*(family.package for family in families_here()), *map(str, versions)])


@functools.lru_cache(maxsize=256)
def _loaded(path: Path, axis: int | None, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size)
    if axis is not None:
        font.set_variation_by_axes([axis])
    return font
