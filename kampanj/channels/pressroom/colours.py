"""What becomes of a colour on its way to the press: four inks by the printer's profile, or, in a mask, how much is let through.

Runs in the drawing process, without Django.
"""

from __future__ import annotations

import functools
from typing import Any, Protocol

import pikepdf
from PIL import Image, ImageCms

Parts = tuple[float, ...]
GRAY, RGB = pikepdf.Name("/DeviceGray"), pikepdf.Name("/DeviceRGB")
CMYK = pikepdf.Name("/DeviceCMYK")
# Parts of one: what a printer's plate holds.
DECIMALS = 4
# How much of each colour is seen (ISO 32000-1, 11.5.3, by way of NTSC).
SEEN = (0.3, 0.59, 0.11)


class Unprintable(ValueError):
    """Something has colours that cannot be turned into the press's; the message names it by its PDF name."""


class Turned(Protocol):
    """A way to turn sRGB colours and pictures into those of `space`. `operators`: those that set one, and what sets it there."""

    space: pikepdf.Name
    operators: dict[str, str]

    def of(self, red: float, green: float, blue: float) -> Parts:
        """The colour, all parts of one."""

    def blended(self, red: float, green: float, blue: float) -> Parts:
        """The same within a shading, where each colour must be the neighbour of the next."""

    def picture(self, image: Image.Image) -> Image.Image:
        """The picture."""


class Inks:
    """sRGB to the profile's CMYK (relative colorimetric, the black point kept), but for colours that have inks of their own."""

    space = CMYK
    operators = {"rg": "k", "RG": "K", "g": "k", "G": "K"}

    def __init__(self, profile: str, own: dict[str, list[float]]) -> None:
        self.own = {name.lower(): tuple(parts) for name, parts in own.items()}
        self.change = ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"),
            profile,
            "RGB",
            "CMYK",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )

    def of(self, red: float, green: float, blue: float) -> Parts:
        """Four parts of one for a colour whose parts are of one."""
        levels = _levels(red, green, blue)
        own = self.own.get("".join(f"{level:02x}" for level in levels))
        return own if own is not None else self._by_profile(levels)

    def blended(self, red: float, green: float, blue: float) -> Parts:
        """Always by the profile."""
        return self._by_profile(_levels(red, green, blue))

    def picture(self, image: Image.Image) -> Image.Image:
        """The picture in CMYK."""
        changed = ImageCms.applyTransform(image.convert("RGB"), self.change)
        if changed is None:
            raise Unprintable("/Image")
        return changed

    @functools.cache  # noqa: B019 - one object for one sheet
    def _by_profile(self, levels: tuple[int, ...]) -> Parts:
        changed = ImageCms.applyTransform(Image.new("RGB", (1, 1), levels), self.change)
        pixel: Any = changed.getpixel((0, 0)) if changed else (0, 0, 0, 255)
        return tuple(round(part / 255, DECIMALS) for part in pixel)


class Tones:
    """sRGB to grey, for what only says how much of something else is seen (a luminosity mask has no ink of its own)."""

    space = GRAY
    operators = {"rg": "g", "RG": "G", "g": "g", "G": "G"}

    def of(self, red: float, green: float, blue: float) -> Parts:
        """One part of one."""
        return (round(sum(part * seen for part, seen in zip((red, green, blue), SEEN, strict=True)), DECIMALS),)

    blended = of

    def picture(self, image: Image.Image) -> Image.Image:
        """The picture in grey."""
        return image.convert("L")


def _levels(*parts: float) -> tuple[int, ...]:
    return tuple(round(255 * min(max(part, 0.0), 1.0)) for part in parts)
