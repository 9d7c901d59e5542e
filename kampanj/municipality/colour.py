"""Colours and their contrast, after WCAG 2.2 (relative luminance and contrast ratio)."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

AA_TEXT = 4.5
HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def validate_hex(value: str) -> None:
    """Raise ValidationError unless `value` is `#RRGGBB`."""
    if not HEX.fullmatch(value):
        raise ValidationError(_("Write the colour as # and six hexadecimal digits, for example #0B4A6F."))


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 (black) to 1 (white)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
