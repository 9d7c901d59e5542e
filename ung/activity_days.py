"""The list of activities, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kampanj.content.calendar.times import Span, local_day
from kampanj.content.calendar.wording import weekday_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ung.activities import ActivityPage


@dataclass(frozen=True)
class Coming:
    """An activity with its coming occasions, the next one first (at least one)."""

    page: ActivityPage
    spans: list[Span]

    @property
    def next(self) -> Span:
        """The occasion at which it stands in the list."""
        return self.spans[0]

    @property
    def more(self) -> int:
        """How many times it happens after that."""
        return len(self.spans) - 1


@dataclass(frozen=True)
class Day:
    """A day's activities under its name in words. `is_under_way`: they started on an earlier day and go on."""

    heading: str
    activities: list[Coming]
    is_under_way: bool = False


def grouped_by_day(coming: Iterable[Coming], *, today: date) -> list[Day]:
    """The activities, which come in order, under their days; those that started before today stand first, as under way."""
    by_day = groupby(coming, key=lambda one: max(local_day(one.next.start), today - timedelta(days=1)))
    return [Day(_heading(day, today=today), list(group), is_under_way=day < today) for day, group in by_day]


def _heading(day: date, *, today: date) -> str:
    if day < today:
        return _("Going on now")
    written = weekday_in_words(day, with_year=day.year != today.year)
    if day == today:
        return _("Today, %(day)s") % {"day": written}
    if day == today + timedelta(days=1):
        return _("Tomorrow, %(day)s") % {"day": written}
    return capfirst(written)
