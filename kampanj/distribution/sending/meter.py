"""Meters: how many letters may leave now under a limit, exact for any number of processes.

The generic cell rate algorithm (ITU-T I.371): a meter is the moment from which the next letter may leave. Letters are one
interval apart; who comes late may catch up SLACK. So no span of time sees more letters than the limit gives it, with those of
SLACK and one. A meter is moved by one conditional UPDATE, on the database's clock.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import F

from kampanj.distribution import states
from kampanj.distribution.sending.models import Meter

# As long as the clock may take to wake the next pump.
SLACK = dt.timedelta(seconds=3)
# Two processes may have read the database's clock in another order than they moved the meter.
_MARGIN = dt.timedelta(seconds=1)
# A meter that has been free for so long says nothing any more.
SECOND = dt.timedelta(seconds=1)
FORGOTTEN_AFTER = dt.timedelta(hours=1)


class Limit(NamedTuple):
    """A meter's key and how far its letters are apart."""

    key: str
    interval: dt.timedelta

    @classmethod
    def of(cls, key: str, per_minute: int) -> Limit:
        """From letters per minute (≥ 1), rounded so that never more leave."""
        return cls(key, dt.timedelta(microseconds=-(-60_000_000 // per_minute)))


class Grant(NamedTuple):
    """How many letters may leave, given `at` which moment; in how many seconds the next one after them may."""

    letters: int
    wait: float
    at: dt.datetime


def grant(free_at: dt.datetime, now: dt.datetime, wanted: int, interval: dt.timedelta) -> tuple[int, dt.datetime]:
    """Of `wanted` letters so many may leave now, and the meter's moment after them."""
    if is_astray(free_at, now, interval):
        # The clock was set back, or the limit is another now: nobody waits longer than one interval.
        return 0, now + interval
    begin = max(free_at, now - SLACK)
    if begin > now:
        return 0, free_at
    count = min(wanted, (now - begin) // interval + 1)
    return count, begin + count * interval


def is_astray(free_at: dt.datetime, now: dt.datetime, longest: dt.timedelta) -> bool:
    """Whether a meter is further ahead than its limit ever puts it: the clock was set back, or the limit was another then."""
    return free_at > now + longest + _MARGIN


def take(limit: Limit, wanted: int) -> Grant:
    """Up to `wanted` (≥ 1) permits. A new meter begins without any saved up."""
    while True:
        free_at = _read(limit.key)
        # In this order: a clock that is read too early only lets fewer leave.
        now = states.database_now()
        count, after = grant(free_at or now, now, wanted, limit.interval)
        if _move(limit.key, free_at, after):
            return Grant(count, max(0.0, (after - now).total_seconds()), now)


def give_back(limit: Limit, count: int, *, taken_at: dt.datetime) -> None:
    """Permits for which no letter has left."""
    if count and (back := returned(count, limit.interval, age=states.database_now() - taken_at)):
        Meter.objects.filter(key=limit.key).update(free_at=F("free_at") - back)


def returned(count: int, interval: dt.timedelta, *, age: dt.timedelta) -> dt.timedelta:
    """How far back a meter goes for permits that were had for `age`.

    Had they never been taken, at most SLACK of them would be left now: what others have caught up meanwhile is not given twice.
    """
    return max(count * interval - max(age, dt.timedelta()), dt.timedelta())


def spread(limit: Limit, count: int, *, after: dt.datetime, most: int) -> list[dt.datetime]:
    """The next `count` moments, one interval apart, none before `after`; whoever asks next gets later ones.

    A meter that is further ahead than `most` letters would put it is astray, and begins anew.
    """
    while True:
        free_at = _read(limit.key)
        begin = max(free_at or after, after)
        if is_astray(begin, after, most * limit.interval):
            begin = after
        if _move(limit.key, free_at, begin + count * limit.interval):
            return [begin + number * limit.interval for number in range(count)]


def tidy() -> int:
    """Forget the meters that no longer say anything; returns how many."""
    return Meter.objects.filter(free_at__lt=states.database_now() - FORGOTTEN_AFTER).delete()[0]


def _read(key: str) -> dt.datetime | None:
    return Meter.objects.filter(key=key).values_list("free_at", flat=True).first()


def _move(key: str, before: dt.datetime | None, after: dt.datetime) -> bool:
    """False when somebody else has moved the meter meanwhile."""
    if before == after:
        return True
    if before is None:
        _meter, is_new = Meter.objects.get_or_create(key=key, defaults={"free_at": after})
        return is_new
    return Meter.objects.filter(key=key, free_at=before).update(free_at=after) == 1
