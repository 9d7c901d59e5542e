"""What stands still although it could go on: looked for once a minute, by whichever process has the turn.

A mailing stands when letters are due, none has left for STALL_MINUTES and no other mailing before it in line has moved either.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from kampanj.distribution import repair, states
from kampanj.distribution.further import reminding
from kampanj.distribution.models import MailingRun
from kampanj.distribution.sending import chores, hours, relay, throttle
from kampanj.distribution.sending.models import SendingSettings
from kampanj.distribution.sending.runs import sending_runs, waiting
from kampanj.followup.operations import alarms, backups, readings
from kampanj.followup.operations.models import Alarm

KEY = "watch"
CLOCK_KEY = "watch-clock"
EVERY = dt.timedelta(minutes=1)
Kind = Alarm.Kind
State = MailingRun.State


class Standstill(NamedTuple):
    """One mailing that stands, or what is no mailing's; since when, and why as far as is known (translated)."""

    kind: Alarm.Kind
    mailing_id: int | None
    since: dt.datetime
    words: str


def limit() -> dt.timedelta | None:
    """After how long a standstill is told; None when nobody is told."""
    return dt.timedelta(minutes=settings.STALL_MINUTES) if settings.STALL_MINUTES else None


def now_and_then() -> None:
    """`watch`, once a minute however many clocks ask for it."""
    if chores.turn(KEY, every=EVERY).is_mine:
        watch()


def watch() -> None:
    """Look, raise and end alarms, and tell of them."""
    standing = look_at_letters()
    longest = limit()
    if longest is None:
        return
    now = timezone.now()
    found = [one for one in standing if now - one.since >= longest] + paused() + not_started(now, longest)
    found += without_backup(now)
    for one in found:
        alarms.begin(one.kind, one.mailing_id, since=one.since, words=one.words)
    still = Q(pk=None)
    for one in found:
        still |= Q(kind=one.kind, mailing=one.mailing_id)
    # Also the clock's: it is the clock that asks for this.
    alarms.end(alarms.going_on().exclude(still))
    alarms.tell()


def look_at_clock() -> None:
    """Raise the alarm of a clock that stands; for whoever runs when it does not: the web server, when it is asked."""
    longest, last = limit(), repair.last_tick()
    if longest is None or last is None or timezone.now() - last <= longest + repair.EVERY:
        return
    # A relay that does not answer either must not keep every reader waiting.
    if not chores.turn(CLOCK_KEY, every=EVERY).is_mine:
        return
    alarms.begin(Kind.CLOCK, None, since=last, words="")
    alarms.tell()


def look_at_letters() -> list[Standstill]:
    """Note how many letters each mailing has left; those that could move and do not."""
    runs = sending_runs()
    readings.forget_mailings(but=[run.mailing_id for run in runs])
    now = states.database_now()
    found: list[Standstill] = []
    is_moving = False
    for run in runs:
        has_reason = is_moving or not waiting(run).filter(due__lte=now).exists()
        seen = readings.note_left(run.mailing_id, throttle.left_of(run.mailing_id), has_reason=has_reason)
        if seen.since == seen.at:
            is_moving = is_moving or not has_reason
        else:
            found.append(Standstill(Kind.STANDING, run.mailing_id, seen.since, why()))
    return found


def why() -> str:
    """What is known against the relay; else what to look at."""
    return " ".join(relay.relay_notes()) or _("Nothing is known against the mail server. Perhaps no worker is running.")


def paused() -> list[Standstill]:
    """Mailings that have paused by themselves."""
    found: list[Standstill] = []
    for run in MailingRun.objects.filter(state=State.PAUSED).select_related("mailing"):
        entries = ModelLogEntry.objects.for_instance(run.mailing).filter(action="kampanj.pause").order_by("-timestamp")
        last = entries.first()
        if last is not None and last.user_id is None:
            found.append(Standstill(Kind.PAUSED, run.mailing_id, last.timestamp, run.pause_reason))
    return found


def not_started(now: dt.datetime, longest: dt.timedelta) -> list[Standstill]:
    """Planned mailings that should have begun so long ago, at an hour when they may."""
    due = MailingRun.objects.filter(reminding.may_start(), state=State.PLANNED, due_at__lte=now - longest)
    open_hours = hours.Hours.of(SendingSettings.load())
    is_open = open_hours.may_begin(now) and open_hours.may_begin(now - longest)
    late = [run for run in due if is_open or hours.passes(run)]
    return [Standstill(Kind.NOT_STARTED, run.mailing_id, run.due_at, "") for run in late]


def without_backup(now: dt.datetime) -> list[Standstill]:
    """That the last backup failed, or is too old."""
    standing = backups.standing()
    if standing.since is None or not standing.is_late(now):
        return []
    return [Standstill(Kind.BACKUP, None, standing.since, standing.fault)]
