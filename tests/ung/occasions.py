"""Times of the activities that the tests make, and what a list or a calendar shows of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from tests.web.reading import parsed, said, with_class
from ung.models import ActivityPage

LIST = "/ung/aktiviteter/"
FEED = f"{LIST}kalender.ics"
ZONE = ZoneInfo("Europe/Stockholm")
# What is kept on disk is good through the very instant when it ends.
TICK = dt.timedelta(milliseconds=1)
# A Monday, long after what the demonstration holds.
NOW = dt.datetime(2031, 12, 8, 12, tzinfo=ZONE)
Make = Callable[..., ActivityPage]


def at(day: int, hour: int = 18, minute: int = 0) -> dt.datetime:
    return dt.datetime(2031, 12, day, hour, minute, tzinfo=ZONE)


def evening(day: int, hour: int = 18) -> tuple[dt.datetime, dt.datetime]:
    return at(day, hour), at(day, hour) + dt.timedelta(hours=2)


def titles(response: Any) -> list[str]:
    return [said(title) for card in with_class(parsed(response), "card") for title in with_class(card, "card__title")]


def headings(response: Any) -> list[str]:
    return [said(heading) for heading in with_class(parsed(response), "day__name")]


def found(response: Any) -> str:
    return said(with_class(parsed(response), "found")[0])


def events(response: Any) -> list[str]:
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(response.content).walk("VEVENT")]
