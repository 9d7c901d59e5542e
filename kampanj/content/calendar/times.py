"""When something begins, when it is over, and when it can no longer be joined. All in the municipality's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

# Years that an event can be in. Clocks stop working near the years 1 and 9999.
FIRST_YEAR, LAST_YEAR = 1900, 2100
LAST_DAY = date(LAST_YEAR, 12, 31)


def midnight(day: date) -> datetime:
    """The first moment of a day in the municipality's zone, aware."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def midnight_after(day: date) -> datetime:
    """The first moment when the day is over, aware; a day after the last year counts as its last day."""
    return midnight(min(day, LAST_DAY) + timedelta(days=1))


def year_fault(day: date | None) -> str | None:
    """What is wrong with the year of a day or a moment, a translated sentence; None when an event can be in that year."""
    if day is None or FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return _("The year must be between %(first)d and %(last)d. Change the date.") % {"first": FIRST_YEAR, "last": LAST_YEAR}


def local_day(moment: datetime) -> date:
    """The day of an aware moment in the municipality's zone, whatever zone the reader of the desk has chosen."""
    return timezone.localdate(moment, timezone.get_default_timezone())


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both aware. Without an end it lasts until midnight after its start."""

    start: datetime
    end: datetime | None = None

    @classmethod
    def of(cls, start: datetime | None, end: datetime | None = None) -> Span | None:
        """The span of two moments as they are stored, a moment without a zone is the municipality's.

        None without a start, or with a moment that no event can have.
        """
        if start is None or year_fault(start) or year_fault(end):
            return None
        return cls(_aware(start), _aware(end) if end else None)

    @property
    def over_at(self) -> datetime:
        """The moment from which it has been."""
        return self.end or midnight_after(local_day(self.start))

    def is_over(self, now: datetime) -> bool:
        """Whether it has been at `now` (aware)."""
        return self.over_at <= now

    @property
    def is_on_one_day(self) -> bool:
        """Whether it ends on the day when it starts (or does not say when)."""
        return self.end is None or local_day(self.start) == local_day(self.end)


def _aware(moment: datetime) -> datetime:
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment, timezone.get_default_timezone())
