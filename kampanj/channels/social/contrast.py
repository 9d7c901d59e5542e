"""Contrast as it is in a drawn picture, after WCAG 2.2: the text's colour against the worst pixel behind it."""

from __future__ import annotations

import math
from typing import cast

from PIL import Image

from kampanj.municipality.colour import contrast, luminance

Box = tuple[int, int, int, int]


def _linear(level: int) -> float:
    """A channel's light (0–255) of its sRGB level."""
    share = level / 255
    return 255 * (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)


# Rounded away from the text's side, so that eight bits never make a contrast look better than it is.
BRIGHTER = [min(255, math.ceil(_linear(level))) for level in range(256)]
DARKER = [math.floor(_linear(level)) for level in range(256)]
# So many different colours are looked at one by one, exactly.
FEW = 256
WEIGHTS = (0.2126, 0.7152, 0.0722, 0.0)


def measured(ground: Image.Image, box: Box, colour: str) -> float:
    """Contrast ratio (1–21) of text in `colour` (`#RRGGBB`) on the worst pixel of an RGB picture within the box, at least."""
    light = luminance(colour)
    part = ground.crop(box)
    if (few := part.getcolors(FEW)) is not None:
        colours = (cast("tuple[int, int, int]", shown) for _count, shown in few)
        return min(contrast(colour, "#{:02X}{:02X}{:02X}".format(*shown)) for shown in colours)
    darkest = _extremes(part, DARKER)[0]
    brightest = _extremes(part, BRIGHTER)[1]
    below = max(darkest - 1, 0) / 255
    above = min(brightest + 1, 255) / 255
    if below <= light <= above:
        return 1.0
    nearest = above if light > above else below
    lighter, darker = max(light, nearest), min(light, nearest)
    return (lighter + 0.05) / (darker + 0.05)


def _extremes(part: Image.Image, levels: list[int]) -> tuple[int, int]:
    """The least and the greatest luminance, 0–255, with each channel's light taken from `levels`."""
    return cast("tuple[int, int]", part.point(levels * 3).convert("L", WEIGHTS).getextrema())
