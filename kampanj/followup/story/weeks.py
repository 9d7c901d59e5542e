"""A campaign week by week: visits through its letters, and schools that fetched for the first time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Min, Sum
from django.utils import timezone

from kampanj.content.statistics.suppression import K
from kampanj.distribution.links import letter_mark
from kampanj.followup.models import Receipt
from kampanj.followup.reports.small import partition
from kampanj.followup.story.sources import Sources, keys
from kampanj.followup.visits.models import VisitCount

# So many weeks are drawn without gaps; in a longer story only those in which something happened.
MOST = 53
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """From `monday` (ISO 8601) on. `visits` is None where they are too few to be shown."""

    monday: dt.date
    visits: int | None
    schools: int

    @property
    def number(self) -> int:
        """The week's number."""
        return self.monday.isocalendar().week


@dataclass(frozen=True)
class Weeks:
    """The weeks in their order. `visits` are all that are counted, also of weeks that do not show theirs; None: too few.

    `first` and `last` are when the first and the last school fetched for the first time (None: none has)."""

    weeks: tuple[Week, ...]
    visits: int | None
    first: dt.datetime | None
    last: dt.datetime | None

    @property
    def hides(self) -> bool:
        """Whether the visits of some week are not shown."""
        return any(week.visits is None for week in self.weeks)


def weeks_of(sources: Sources) -> Weeks:
    """Two queries. Visits of a mailing that has had fewer than K of them, or so few letters, are not in any number: its own
    report does not show them, and they must not be what is left when the others are taken away."""
    by_mailing = _visits(sources)
    visits = sum((one for one in by_mailing if one.total() >= K), Counter[dt.date]())
    firsts = [*_first_fetches(sources).values()]
    schools = Counter(_monday(timezone.localdate(at)) for at in firsts)
    made = partition(sorted(visits.items()), lambda week: week[1])
    hidden = {monday for monday, _number in visits.items()} - {monday for monday, _number in made.shown}
    weeks = tuple(
        Week(monday, None if monday in hidden else visits[monday], schools[monday]) for monday in _span({*visits, *schools})
    )
    total = visits.total()
    # None where there were visits, and all of them are of mailings that show none.
    is_small = not by_mailing or (not total and any(by_mailing))
    return Weeks(weeks, None if is_small else total, min(firsts, default=None), max(firsts, default=None))


def _visits(sources: Sources) -> list[Counter[dt.date]]:
    """By Monday, for each mailing that went to enough people."""
    marks = [letter_mark(one.mailing.pk) for one in sources.sent if one.is_large]
    days = VisitCount.objects.filter(door__in=marks).order_by().values_list("door", "day").annotate(Sum("visits"))
    by_mark: dict[str, Counter[dt.date]] = {mark: Counter() for mark in marks}
    for mark, day, number in days:
        by_mark[mark][_monday(day)] += number
    return [*by_mark.values()]


def _first_fetches(sources: Sources) -> dict[int, dt.datetime]:
    """By school."""
    receipts = Receipt.objects.filter(mailing__in=keys(sources.to_schools()))
    return dict(receipts.order_by().values_list("school").annotate(Min("fetched_at")))


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _span(mondays: set[dt.date]) -> list[dt.date]:
    if not mondays:
        return []
    first, last = min(mondays), max(mondays)
    number = (last - first).days // 7 + 1
    return sorted(mondays) if number > MOST else [first + place * WEEK for place in range(number)]
