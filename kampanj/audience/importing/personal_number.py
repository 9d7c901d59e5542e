"""Swedish personal identity numbers (personnummer) and coordination numbers (samordningsnummer), as the Tax Agency defines them.

A number is read, compared by keyed hash and thrown away; nothing stores it.
"""

from __future__ import annotations

import re

from django.utils import timezone

from kampanj.audience.identity import keyed_hash

_WRITTEN = re.compile(r"(\d{2})?(\d{2})(\d{2})(\d{2})\s?([-+–−]?)\s?(\d{3})(\d)", re.ASCII)
# What school systems give to whom the Tax Agency has given no number yet, for example 20120304-TF12.
_RESERVE = re.compile(r"(?:\d{2})?\d{6}\s?-?\s?(?=\w{4}$)\d*[A-ZÅÄÖ]\w*", re.ASCII | re.IGNORECASE)
# A coordination number's day is the day of birth and 60.
COORDINATION = 60
MAX_DAY = 31
MONTHS = 12


def person_key(written: str) -> str:
    """The keyed hash of the number, or an empty string when `written` is none (10 or 12 digits, a hyphen or plus allowed)."""
    number = normalised(written)
    return keyed_hash("person", number) if number else ""


def is_reserve(written: str) -> bool:
    """Whether it is a school system's own number: right as it is, but nobody is recognised by it elsewhere."""
    return _RESERVE.fullmatch(written.strip()) is not None


def normalised(written: str) -> str:
    """The number as 12 digits, or an empty string when its digits, date or check digit are wrong.

    With 10 digits the century is the latest that has begun; a plus sign means a hundred years earlier.
    """
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        return ""
    century, year, month, day, sign, serial, check = match.groups()
    if not _is_date(int(month), int(day)) or _check_digit(year + month + day + serial) != int(check):
        return ""
    if century is None:
        now = timezone.localdate().year
        full = now // 100 * 100 + int(year)
        full -= 100 * ((full > now) + (sign == "+"))
        century = f"{full // 100:02}"
    return f"{century}{year}{month}{day}{serial}{check}"


def _is_date(month: int, day: int) -> bool:
    born = day - COORDINATION if day > COORDINATION else day
    return 1 <= month <= MONTHS and 1 <= born <= MAX_DAY


def _check_digit(digits: str) -> int:
    """The Luhn algorithm's check digit for nine digits."""
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return -total % 10
