"""Quiet hours and the send window, both in the municipality's wall time; emergency mailings and test letters pass.

In quiet hours no letter leaves, whatever its mailing's state: not at first, not at a retry, not when a mailing is resumed. The
window is only about when a mailing begins. Both say what the clock on the wall shows: an hour that comes twice is quiet
twice, and one that does not come opens or closes nothing but at the moment when the clocks are moved.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kampanj.distribution import scheduling
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.sending.models import SendingSettings

# From the first time of day to the second; over midnight when the second is the smaller.
Span = tuple[dt.time, dt.time]
SATURDAY = 5
# Whatever is open at all is so within a week, or the week after when the clocks are moved just then.
HORIZON_DAYS = 9
MIDNIGHT = dt.time()


@dataclass(frozen=True)
class Hours:
    """When letters may leave and mailings may begin. None: at any time."""

    zone: ZoneInfo
    quiet: Span | None = None
    window: Span | None = None
    weekdays_only: bool = False

    @classmethod
    def of(cls, chosen: SendingSettings) -> Self:
        """As these settings say, in the municipality's zone."""
        return cls(
            ZoneInfo(settings.TIME_ZONE),
            _span(chosen.quiet_from, chosen.quiet_until),
            _span(chosen.window_from, chosen.window_until),
            chosen.weekdays_only,
        )

    @classmethod
    def as_set(cls) -> Self:
        """As the installation is set now."""
        return cls.of(SendingSettings.load())

    def is_quiet(self, moment: dt.datetime) -> bool:
        """Whether no letter may leave: from the first time of the quiet hours until just before the second."""
        return self.quiet is not None and _is_within(moment.astimezone(self.zone).time(), self.quiet)

    def may_begin(self, moment: dt.datetime) -> bool:
        """Whether a mailing may begin. The window's last minute belongs to it: a mailing at 17:00 is not late for 17:00."""
        wall = moment.astimezone(self.zone)
        if self.weekdays_only and wall.weekday() >= SATURDAY:
            return False
        if self.window is not None and not _is_within(wall.time(), self.window, with_last_minute=True):
            return False
        return not self.is_quiet(moment)

    def quiet_ends(self, moment: dt.datetime) -> dt.datetime | None:
        """The earliest moment from this one on when letters may leave; None when there is none."""
        return self._earliest(moment, lambda one: not self.is_quiet(one))

    def next_open(self, moment: dt.datetime) -> dt.datetime | None:
        """The earliest moment from this one on when a mailing may begin; None when the hours leave no time for it."""
        return self._earliest(moment, self.may_begin)

    def why_closed(self, moment: dt.datetime) -> str:
        """Why no mailing may begin at the moment, as a clause that follows “because”; empty when one may."""
        if self.may_begin(moment):
            return ""
        if self.window is not None and self.weekdays_only:
            first, last = _written(self.window)
            windowed = _("mailings begin only on weekdays between %(first)s and %(last)s") % {"first": first, "last": last}
        elif self.window is not None:
            first, last = _written(self.window)
            windowed = _("mailings begin only between %(first)s and %(last)s") % {"first": first, "last": last}
        else:
            windowed = _("mailings begin only on weekdays")
        without_quiet = Hours(self.zone, window=self.window, weekdays_only=self.weekdays_only)
        if self.quiet is None or not without_quiet.may_begin(moment):
            return windowed
        first, last = _written(self.quiet)
        return _("no letters leave in the quiet hours from %(first)s to %(last)s") % {"first": first, "last": last}

    def _earliest(self, moment: dt.datetime, is_open: Callable[[dt.datetime], bool]) -> dt.datetime | None:
        if is_open(moment):
            return moment
        try:
            return next((turn for turn in self._turns(moment.astimezone(dt.UTC)) if is_open(turn)), None)
        except OverflowError:  # The last days that Python knows.
            return None

    def _turns(self, moment: dt.datetime) -> list[dt.datetime]:
        """The moments after this one at which something may open: a time of day is reached, or the clocks are moved."""
        times = {MIDNIGHT, self.quiet[1] if self.quiet else MIDNIGHT, self.window[0] if self.window else MIDNIGHT}
        today = moment.astimezone(self.zone).date()
        days = [today + dt.timedelta(days=number) for number in range(HORIZON_DAYS)]
        reached = {
            dt.datetime.combine(day, time, tzinfo=self.zone).replace(fold=fold).astimezone(dt.UTC)
            for day in days
            for time in times
            for fold in (0, 1)
        }
        return sorted(turn for turn in reached | self._clock_changes(moment) if turn > moment)

    def _clock_changes(self, moment: dt.datetime) -> set[dt.datetime]:
        hours = [moment + dt.timedelta(hours=number) for number in range(HORIZON_DAYS * 24)]
        return {
            self._clock_change(before, after)
            for before, after in itertools.pairwise(hours)
            if self._offset(before) != self._offset(after)
        }

    def _clock_change(self, before: dt.datetime, after: dt.datetime) -> dt.datetime:
        """The first whole second with another offset than `before`, between the two."""
        before, after = before.replace(microsecond=0), after.replace(microsecond=0)
        while after - before > dt.timedelta(seconds=1):
            middle = before + dt.timedelta(seconds=(after - before).seconds // 2)
            if self._offset(middle) == self._offset(before):
                before = middle
            else:
                after = middle
        return after

    def _offset(self, moment: dt.datetime) -> dt.timedelta | None:
        return moment.astimezone(self.zone).utcoffset()


def _span(first: dt.time | None, last: dt.time | None) -> Span | None:
    # The form refuses half a pair and two equal times; in bad data they mean that nothing is set.
    return (first, last) if first is not None and last is not None and first != last else None


def _is_within(time: dt.time, span: Span, *, with_last_minute: bool = False) -> bool:
    first, last = span
    is_before_end = time.replace(second=0, microsecond=0) <= last if with_last_minute else time < last
    return (first <= time and is_before_end) if first < last else (first <= time or is_before_end)


def _written(span: Span) -> tuple[str, str]:
    return formats.time_format(span[0], "H:i"), formats.time_format(span[1], "H:i")


def passes(run: MailingRun) -> bool:
    """Whether the run's letters heed no hours: only an emergency's."""
    return run.priority <= MailingRun.Priority.URGENT


def are_quiet() -> bool:
    """Whether it is quiet now."""
    return Hours.as_set().is_quiet(timezone.now())


def begins(mailing: Mailing) -> str:
    """“… begins no earlier than …, because …” when the mailing's own time is outside the hours; empty when it is not.

    A mailing without a time is judged as if it were approved now.
    """
    moment = scheduling.moment_of(mailing.wall_time, settings.TIME_ZONE) if mailing.wall_time else timezone.now()
    hours = Hours.as_set()
    reason = hours.why_closed(moment)
    if not reason:
        return ""
    opens = hours.next_open(moment)
    if opens is None:
        return _("it can never begin with the hours that are set")
    when = formats.date_format(timezone.localtime(opens), "l j F Y H:i")
    return _("it begins no earlier than %(when)s, because %(reason)s") % {"when": when, "reason": reason}


def notes(run: MailingRun) -> list[str]:
    """What the hours do to the run now, one translated sentence each, for the screen on which it is followed."""
    if passes(run):
        return []
    hours, now = Hours.as_set(), timezone.now()
    if run.state == MailingRun.State.SENDING and hours.is_quiet(now):
        return [_("Waiting until %(when)s: quiet hours.") % {"when": _shortly(hours.quiet_ends(now), now)}]
    moment = max(run.due_at, now)
    reason = hours.why_closed(moment) if run.state == MailingRun.State.PLANNED else ""
    if not reason:
        return []
    opens = hours.next_open(moment)
    if opens is None:
        return [_("It can never begin with the hours that are set. Change them in the settings for sending.")]
    return [_("It begins %(when)s, because %(reason)s.") % {"when": _shortly(opens, now), "reason": reason}]


def _shortly(moment: dt.datetime | None, now: dt.datetime) -> str:
    """The time of day, with its day when that is not today."""
    if moment is None:
        return "–"
    wall = timezone.localtime(moment)
    return formats.date_format(wall, "H:i" if wall.date() == timezone.localtime(now).date() else "l j F H:i")
