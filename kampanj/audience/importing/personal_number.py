"""Swedish personal identity numbers (personnummer) and co-ordination numbers (samordningsnummer), SKV 704 and 707."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone

_WRITTEN = re.compile(r"(\d{2})?(\d{6})([-+]?)(\d{4})")
# A co-ordination number has 60 added to its day.
CO_ORDINATION = 60


def personal_number(written: str) -> str:
    """The number as 12 digits, from 10 or 12 with or without hyphen, plus (a hundred years or older) and spaces.

    ValueError, without the number in it, for a day that does not exist or a check digit that does not fit.
    """
    found = _WRITTEN.fullmatch("".join(written.split()))
    if found is None or not written.isascii():
        raise ValueError("not 10 or 12 digits")
    century, day, sign, last = found.groups()
    if (_luhn(day + last[:3]) + int(last[3])) % 10:
        raise ValueError("the check digit does not fit")
    born = _date(int(century + day[:2]), day) if century else _youngest(day, is_old=sign == "+")
    if born > timezone.localdate():
        raise ValueError("a day that is still to come")
    return f"{born.year:04d}{day[2:]}{last}"


def _youngest(day: str, *, is_old: bool) -> dt.date:
    """The last day with these two digits of a year that has been; a hundred years before it when `is_old`."""
    today = timezone.localdate()
    year = today.year - today.year % 100 + int(day[:2])
    if (_month_and_day(day) > (today.month, today.day) and year == today.year) or year > today.year:
        year -= 100
    return _date(year - 100 if is_old else year, day)


def _month_and_day(day: str) -> tuple[int, int]:
    number = int(day[4:])
    return int(day[2:4]), number - CO_ORDINATION if number > CO_ORDINATION else number


def _date(year: int, day: str) -> dt.date:
    return dt.date(year, *_month_and_day(day))


def _luhn(digits: str) -> int:
    """The sum of digits that the check digit completes to a multiple of ten."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled)
