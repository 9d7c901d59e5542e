"""Telephone numbers as people write them, and as a link dials them."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What somebody can dial: “114 14”, “020-50 50 50”, “+46 (0)152 291 00”.
DIALLED = re.compile(r"\+?[0-9][0-9 ()/\u00a0\u2011\u2013-]+")


def tel_address(number: str) -> str:
    """`number` as a `tel:` address (RFC 3966): digits and a plus only; an empty string when it has none."""
    dialled = "".join(character for character in number if character.isdigit() or character == "+")
    return f"tel:{dialled}" if dialled else ""


def check_number(number: str) -> None:
    """ValidationError for what nobody can dial: a link would leave out the letters and call somebody else. Empty is no number."""
    if number and not DIALLED.fullmatch(number.strip()):
        raise ValidationError(_("Write only the number, for example 020-50 50 50. Hours and words have fields of their own."))
