"""What one picture says, the four sizes, and where text may stand in each.

A safe zone leaves out what the services put over a picture (a story's own buttons) or cut off at its edges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image

from kampanj.municipality.look import light_scheme
from kampanj.municipality.models import SiteSettings


@dataclass(frozen=True)
class Format:
    """A size in pixels with its safe zone (left, top, right, bottom) and the size of its letters, largest and smallest.

    `small` is the size of what stands above and below the words.
    """

    name: str
    width: int
    height: int
    zone: tuple[int, int, int, int]
    largest: int
    smallest: int
    small: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def is_wide(self) -> bool:
        """Whether words and picture stand beside each other."""
        return self.width > self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


LINK = Format("link", 1200, 630, (64, 60, 1136, 570), 96, 32, 27)
SQUARE = Format("square", 1080, 1080, (72, 72, 1008, 1008), 108, 34, 32)
PORTRAIT = Format("portrait", 1080, 1350, (72, 80, 1008, 1270), 120, 36, 34)
STORY = Format("story", 1080, 1920, (72, 250, 1008, 1580), 132, 38, 38)
FORMATS = (LINK, SQUARE, PORTRAIT, STORY)


@dataclass(frozen=True)
class Theme:
    """The colours of a picture, `#RRGGBB`: behind the words, the words, what stands above them, the mark."""

    ground: str
    text: str
    kicker: str
    mark: str
    paper: str


@dataclass(frozen=True)
class Card:
    """What a picture says, in one language.

    `lead` is large, `rest` smaller below it; `kicker` above them; `sender` and `address` at the foot.
    All but `lead` may be empty.
    `photo` is behind the words, `focus` (0–1 across, 0–1 down) what must be seen of it.
    `field` is the campaign's field that the words come from.
    """

    lead: str
    rest: str
    kicker: str
    sender: str
    address: str
    theme: Theme
    language: str
    right_to_left: bool
    photo: Image.Image | None = None
    focus: tuple[float, float] = (0.5, 0.5)
    logo: Image.Image | None = None
    field: str = "share_texts"


# A sentence's end, with the quotation mark that may follow; then a space.
SENTENCE_END = re.compile(r"[.!?…؟]+[”»“\"’')]*(\s+)")
LONGEST_LEAD = 110


def parted(text: str) -> tuple[str, str]:
    """The text's first sentence and the rest; all of it as the first when it has only one, or a long one.

    A full stop before a small letter or a digit ends an abbreviation (“kl. 18”), no sentence.
    """
    text = text.strip()
    for end in SENTENCE_END.finditer(text):
        following = text[end.end() :].lstrip("”»«„“\"'(–— ")
        if following and not following[0].islower() and not following[0].isdigit():
            return (text[: end.start(1)], text[end.end() :]) if end.start(1) <= LONGEST_LEAD else (text, "")
    return text, ""


def themes(municipality: SiteSettings) -> tuple[Theme, Theme, Theme]:
    """In the municipality's colours: for the picture, light, and its second dark colour. Neighbours in a feed differ."""
    colours = light_scheme(municipality)
    paper, sun = colours["paper"], colours["sun"]
    return (
        Theme(colours["lake"], paper, paper, sun, paper),
        Theme(colours["sky"], colours["ink"], colours["lake"], colours["lake"], paper),
        Theme(colours["moss"], paper, paper, sun, paper),
    )
