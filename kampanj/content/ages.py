"""The ages that a lesson is written for, as IEEE LOM writes them (1484.12.1, 5.7 Typical Age Range): “13-18”, “16-”."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# From the first grade of högstadiet to the last of gymnasiet, whom the municipality's lessons are written for.
USUAL = "13-18"
RANGE = re.compile(r"([0-9]{1,2})-([0-9]{1,2})?", re.ASCII)


def require_range(value: str) -> None:
    """ValidationError when `value` is not the youngest age in years, a hyphen and (unless there is none) the oldest."""
    found = RANGE.fullmatch(value)
    if found is None:
        raise ValidationError(_("Write the youngest age, a hyphen and the oldest, for example 13-18. For 16 and older: 16-."))
    if found[2] is not None and int(found[2]) < int(found[1]):
        raise ValidationError(_("The oldest age comes after the hyphen: write the youngest first."))
