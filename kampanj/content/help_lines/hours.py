"""When somebody answers: opening hours as plain values, and pure functions that read them on the municipality's clock.

A `Span` opens and closes by the wall clock in the municipality's time zone, so that 9 is 9 in summer and in winter. A time
that the clock skips moves forward, a time that occurs twice is the first one. A span that closes at or before the time it
opens goes on past midnight, at most for one day; it belongs to the day on which it opens.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile

import holidays
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Longer than from one public holiday to the next: hours that have not turned by then never turn.
LONGEST_STRETCH = timedelta(days=400)


class Way(models.TextChoices):
    """How one gets hold of a help line."""

    PHONE = "phone", _("Telephone")
    CHAT = "chat", _("Chat")


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` to `closes` on each of `days` (0 is Monday)."""

    days: frozenset[int]
    opens: time
    closes: time
    way: Way = Way.PHONE

    @property
    def is_past_midnight(self) -> bool:
        """Whether it closes on the day after; the same time twice means the whole day and night."""
        return self.closes <= self.opens


@dataclass(frozen=True, slots=True)
class Hours:
    """All that is known of when a help line answers. Without spans and not always open: nothing is known."""

    spans: tuple[Span, ...] = ()
    always_open: bool = False
    closed_on_public_holidays: bool = False

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways that have hours of their own, in the order of `Way`."""
        return tuple(way for way in Way if any(span.way == way for span in self.spans))

    def knows(self, way: Way | None = None) -> bool:
        """Whether anything is known of when this way (any way) is open."""
        return self.always_open or (way in self.ways if way else bool(self.spans))


def is_open(hours: Hours, at: datetime, way: Way | None = None) -> bool:
    """Whether somebody answers at `at` (aware), in this way or in any."""
    if hours.always_open:
        return True
    today = timezone.localdate(at, timezone.get_default_timezone())
    return any(start <= at < end for start, end in _spans_from(hours, today - timedelta(days=1), until=today, way=way))


def next_turn(hours: Hours, at: datetime, way: Way | None = None) -> datetime | None:
    """The first moment (UTC) after `at` when it opens or closes; None when it never does."""
    if hours.always_open or not hours.knows(way):
        return None
    end_of_search = at + LONGEST_STRETCH
    for start, end in _stretches(hours, at, way=way):
        if start > at:
            return start if start < end_of_search else None
        if end > at:
            return end if end < end_of_search else None
    return None


def _stretches(hours: Hours, at: datetime, *, way: Way | None) -> Iterator[tuple[datetime, datetime]]:
    """The spans (UTC) around and after `at` in order, those that touch or overlap joined into one."""
    today = timezone.localdate(at, timezone.get_default_timezone())
    known: tuple[datetime, datetime] | None = None
    # A day more than the search: a stretch that is cut off at its end then ends beyond it.
    for start, end in _spans_from(hours, today - timedelta(days=1), until=today + LONGEST_STRETCH + timedelta(days=2), way=way):
        if known is None or start > known[1]:
            if known is not None:
                yield known
            known = start, end
        else:
            known = known[0], max(known[1], end)
    if known is not None:
        yield known


def _spans_from(hours: Hours, first: date, *, until: date, way: Way | None) -> Iterator[tuple[datetime, datetime]]:
    """Every span that opens from `first` to `until` (both included), as moments, by the time it opens."""
    for day in takewhile(lambda day: day <= until, (first + timedelta(days=number) for number in count())):
        if hours.closed_on_public_holidays and is_public_holiday(day):
            continue
        today = (span for span in hours.spans if day.weekday() in span.days and way in (None, span.way))
        moments = ((_moment(day, span.opens), _moment(_closing_day(day, span), span.closes)) for span in today)
        # A span within the hour that the clock skips is empty.
        yield from sorted((start, end) for start, end in moments if start < end)


def _closing_day(day: date, span: Span) -> date:
    return day + timedelta(days=1) if span.is_past_midnight else day


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, timezone.get_default_timezone()).astimezone(UTC)


def is_public_holiday(day: date) -> bool:
    """Whether `day` is a public holiday (röd dag) in Sweden other than an ordinary Sunday; eves are working days."""
    return day in _public_holidays(day.year)


@functools.lru_cache(maxsize=8)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year))
