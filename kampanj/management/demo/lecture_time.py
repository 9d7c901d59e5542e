"""When and where the demonstration's lecture is: an evening some weeks after the day of seeding, so that it is always ahead.

The municipality's real lecture was in 2021; its day is not known here, so this one is an example and says so.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from babel.dates import format_date
from django.utils import timezone

WEDNESDAY = 2
WEEKS_AHEAD = 3
# (month, day) from and to: nobody invites guardians to an evening then.
HOLIDAYS = (((6, 10), (8, 20)), ((12, 16), (12, 31)), ((1, 1), (1, 10)))
PLACE = "Thomas arena teater, Strängnäs"
LENGTH = timedelta(hours=2)
SIGN_UP = "anmalan@strangnas.example.org"


def evening_after(day: date) -> datetime:
    """18:30, in the municipality's zone, on the first Wednesday in term at least three weeks after `day`."""
    wednesday = day + timedelta(weeks=WEEKS_AHEAD)
    wednesday += timedelta(days=(WEDNESDAY - wednesday.weekday()) % 7)
    while any(first <= (wednesday.month, wednesday.day) <= last for first, last in HOLIDAYS):
        wednesday += timedelta(weeks=1)
    return timezone.make_aware(datetime.combine(wednesday, time(18, 30)))


# Fixed when the command starts; a page that is there already keeps the evening it was made with.
EVENING = evening_after(timezone.localdate())
# The film is shown from the morning after, for a month.
FILM_FROM = EVENING.date() + timedelta(days=1)
FILM_TO = FILM_FROM + timedelta(days=30)


def in_words(day: date, language: str) -> str:
    """The day with its weekday: “onsdag 16 december 2026”."""
    return format_date(day, "EEEE d MMMM y", locale=language)


def short(day: date, language: str) -> str:
    """The day without weekday and year: “16 december”."""
    return format_date(day, "d MMMM", locale=language)
