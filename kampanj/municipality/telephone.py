"""Telephone numbers as people write them, and as a link dials them."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What somebody can dial: “114 14”, “020-50 50 50”, “(0152) 291 00”, “+46 (0)152 291 00”; of the signs in “08-12 34 56/57” a
# link would make one number. Spaces and hyphens may be such as do not break.
DIALLED = re.compile(r"\+?\(?[0-9][0-9 ()\u00a0\u202f\u2011\u2013-]+")
SHORTEST = 3
# “9-16” are hours.
HOURS = re.compile(r"\d{1,2} ?[-\u2011\u2013] ?\d{1,2}")
# Who calls from abroad leaves the nought out: “+46 (0)152 …”.
NOUGHT = re.compile(r"(?<=\d)\s*\(0\)")


def tel_address(number: str) -> str:
    """`number` as a `tel:` address (RFC 3966): digits and a plus only; an empty string when it has none."""
    written = NOUGHT.sub("", number, count=1) if number.strip().startswith("+") else number
    dialled = "".join(character for character in written if character.isdigit() or character == "+")
    return f"tel:{dialled}" if dialled else ""


def check_number(number: str) -> None:
    """ValidationError for what nobody can dial: a link would leave out the letters and call somebody else. Empty is no number."""
    written = number.strip()
    is_number = DIALLED.fullmatch(written) and not HOURS.fullmatch(written) and sum(map(str.isdigit, written)) >= SHORTEST
    if number and not is_number:
        raise ValidationError(_("Write only one number, for example 020-50 50 50. Hours and words have fields of their own."))
