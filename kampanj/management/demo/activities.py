"""Activities of the demonstration: their days are counted from the day of seeding, so that some are always to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from kampanj.management.demo.activities_sv import ACTIVITIES, LIST, LIST_EN, OCCASIONS, Rhythm
from kampanj.management.demo.writing import DemoPage

# The municipality's free summer activities go on between these days (month, day).
SUMMER = ((6, 13), (8, 12))


def days_of(rhythm: Rhythm, *, today: date) -> Iterator[date]:
    """The days when it happens: the first such weekday after `today` (or after the summer's first day), then onwards."""
    first, last = today + timedelta(days=1 + 7 * rhythm.weeks_from_now), None
    if rhythm.is_in_summer:
        first, last = _summer(today)
    day = first + timedelta(days=(rhythm.weekday - first.weekday()) % 7)
    for number in range(rhythm.times):
        found = day + timedelta(days=7 * rhythm.every_weeks * number)
        if last is None or found <= last:
            yield found


def _summer(today: date) -> tuple[date, date]:
    """The first and last day of the next summer that has not begun."""
    year = today.year if today < date(today.year, *SUMMER[0]) else today.year + 1
    return date(year, *SUMMER[0]), date(year, *SUMMER[1])


def occasions(rhythm: Rhythm, *, today: date) -> list[tuple[datetime, datetime]]:
    """(start, end) of every occasion, aware."""
    return [(_moment(day, rhythm.starts), _moment(day, rhythm.ends)) for day in days_of(rhythm, today=today)]


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _fill(page: Any, pages: Any) -> None:
    occasion, rhythm = apps.get_model("ung.ActivityOccasion"), OCCASIONS[page.slug]
    found = occasions(rhythm, today=timezone.localdate())
    page.occasions = [occasion(start=start, end=end) for start, end in found]
    if rhythm.days_to_sign_up:
        page.registration_last_day = timezone.localdate(found[0][0]) - timedelta(days=rhythm.days_to_sign_up)


PAGES: tuple[DemoPage, ...] = (
    DemoPage("activities", "ung.ActivityIndexPage", "start", {"sv": LIST, "en": LIST_EN}),
    *(DemoPage(f"activity-{words['slug']}", "ung.ActivityPage", "activities", {"sv": words}, fill=_fill) for words in ACTIVITIES),
)
