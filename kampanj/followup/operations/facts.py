"""How the installation fares, as figures from the database: the same from whichever process asks, and however many there are.

The number of queries is always the same, and each has an index or a small table. No address, name or person's row is read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from kampanj.audience.importing.models import RosterImport
from kampanj.audience.models import Suppression
from kampanj.distribution import repair
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.refusals import Refusal, is_precise, of_status
from kampanj.distribution.sending import relay
from kampanj.followup.bounces.models import Answer
from kampanj.followup.operations import readings
from kampanj.followup.operations.models import Alarm, Reading, RenderTime

State = Delivery.State
Run = MailingRun.State
UNDER_WAY = (Run.SENDING, Run.PAUSED)
LANES = {priority.value: priority.name.lower() for priority in MailingRun.Priority}
LATELY = dt.timedelta(days=1)
# A reading of a mailing that is older says nothing of its pace.
PACE_HOLDS = dt.timedelta(minutes=3)
_STATUS = re.compile(r"(?:[45]\d\d[ -])?([45]\.\d\.\d{1,3})")

# Names of ours only.
_ROWS = f"FROM {Delivery._meta.db_table} WHERE"
_RUNS = f"FROM {MailingRun._meta.db_table} WHERE"
# The states are written as in the conditions of the indexes: SQLite uses a partial index only for the very same words.
_WAITING = f"SELECT mailing_id, COUNT(*), MIN(due) {_ROWS} state = 'queued' GROUP BY mailing_id"
_IN_HAND = f"""
    SELECT mailing_id, state, was_uncertain, COUNT(*) {_ROWS} state IN ('leased', 'sending', 'uncertain')
    GROUP BY mailing_id, state, was_uncertain"""
_OF_THESE = f"mailing_id IN (SELECT mailing_id {_RUNS} state IN ('sending', 'paused'))"
_NOT_SENT = f"""
    SELECT mailing_id, state, COUNT(*) {_ROWS}
    (state = 'failed' OR state = 'bounced' OR state = 'skipped' OR state = 'cancelled') AND {_OF_THESE}
    GROUP BY mailing_id, state"""
_ALL = f"SELECT mailing_id, COUNT(*) {_ROWS} {_OF_THESE} GROUP BY mailing_id"
# Ten characters hold the reply's code and status (RFC 5321, RFC 3463); what follows differs from letter to letter.
_REFUSED = f"""
    SELECT SUBSTR(smtp_reply, 1, 10), COUNT(*) {_ROWS}
    (state = 'failed' OR state = 'bounced' OR state = 'skipped' OR state = 'cancelled') AND state = 'failed'
    AND mailing_id IN (SELECT mailing_id {_RUNS} state IN ('sending', 'paused') OR finished_at > %s)
    GROUP BY SUBSTR(smtp_reply, 1, 10)"""


@dataclass
class Lane:
    """A mailing that is under way."""

    mailing_id: int
    state: str
    lane: str
    counts: Counter[str] = field(default_factory=Counter)
    oldest_due: dt.datetime | None = None


@dataclass
class Facts:
    """`now` is when they were asked for; counts are of rows, `failures` and `answers` of the last day."""

    now: dt.datetime
    runs: dict[str, int]
    lanes: dict[int, Lane]
    held: int
    failures: dict[str, int]
    answers: dict[str, int]
    suppressions: dict[str, int]
    imports: dict[str, int]
    last_import: dt.datetime | None
    readings: dict[str, Reading]
    alarms: dict[str, int]
    render_times: list[RenderTime]
    last_tick: dt.datetime | None
    relay_asked_again_at: dt.datetime | None

    @property
    def oldest_due(self) -> dt.datetime | None:
        """When the letter was due that has waited longest, in mailings that are being sent; None when none is due."""
        due = [lane.oldest_due for lane in self.lanes.values() if lane.state == Run.SENDING and lane.oldest_due]
        return min((moment for moment in due if moment <= self.now), default=None)

    @property
    def per_minute(self) -> float:
        """Letters finished per minute in all, as last seen."""
        seen = (one for key, one in self.readings.items() if key.startswith(readings.OF_MAILINGS))
        return sum(one.per_minute or 0.0 for one in seen if self.now - one.at < PACE_HOLDS)


def facts() -> Facts:
    """Ask for all of it."""
    now = timezone.now()
    lanes = _lanes()
    held = _count(lanes)
    imports = RosterImport.objects.order_by().values_list("state").annotate(number=Count("pk"), last=Max("applied_at"))
    applied = [(state, number, last) for state, number, last in imports]
    return Facts(
        now=now,
        runs=dict(MailingRun.objects.order_by().values_list("state").annotate(Count("pk"))),
        lanes=lanes,
        held=held,
        failures=_failures(now),
        answers=dict(Answer.objects.filter(came_at__gt=now - LATELY).order_by().values_list("kind").annotate(Count("pk"))),
        suppressions=dict(Suppression.objects.order_by().values_list("reason").annotate(Count("pk"))),
        imports={state: number for state, number, _last in applied},
        last_import=max((last for _state, _number, last in applied if last), default=None),
        readings=Reading.objects.in_bulk(),
        alarms=dict(Alarm.objects.filter(ended_at=None).order_by().values_list("kind").annotate(Count("pk"))),
        render_times=list(RenderTime.objects.order_by("what", "pk")),
        last_tick=repair.last_tick(),
        relay_asked_again_at=relay.asked_again_at(),
    )


def _lanes() -> dict[int, Lane]:
    rows = MailingRun.objects.filter(state__in=UNDER_WAY).order_by("priority", "due_at", "pk")
    return {
        mailing_id: Lane(mailing_id, state, LANES.get(priority, str(priority)))
        for mailing_id, state, priority in rows.values_list("mailing_id", "state", "priority")
    }


def _count(lanes: dict[int, Lane]) -> int:
    """Fill in the counts; returns how many rows are held, of whichever mailing."""
    held = 0
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        for mailing_id, number, due in cursor.fetchall():
            if mailing_id in lanes:
                lanes[mailing_id].counts[State.QUEUED] = number
                lanes[mailing_id].oldest_due = _moment(due)
        cursor.execute(_IN_HAND)
        for mailing_id, state, was_uncertain, number in cursor.fetchall():
            if state == State.UNCERTAIN and (was_uncertain or settings.DELIVERY_NEVER_TWICE):
                held += number
            if mailing_id in lanes:
                lanes[mailing_id].counts[state] += number
        cursor.execute(_NOT_SENT)
        for mailing_id, state, number in cursor.fetchall():
            # One may have begun since the lanes were asked for.
            if mailing_id in lanes:
                lanes[mailing_id].counts[state] = number
        cursor.execute(_ALL)
        for mailing_id, number in cursor.fetchall():
            if mailing_id in lanes:
                lanes[mailing_id].counts[State.SENT] = number - lanes[mailing_id].counts.total()
    return held


def _moment(value: dt.datetime | str | None) -> dt.datetime | None:
    """SQLite gives the least of some moments as the text that it keeps."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


def _failures(now: dt.datetime) -> dict[str, int]:
    """Failed rows by what the refusal means, of mailings that are under way or ended within the last day."""
    found: Counter[str] = Counter({refusal.value: 0 for refusal in Refusal})
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED, [connection.ops.adapt_datetimefield_value(now - LATELY)])
        for reply, number in cursor.fetchall():
            found[meaning(reply)] += number
    return dict(found)


def meaning(reply: str) -> str:
    """What the beginning of a reply, its code and status, says of the refusal."""
    status = _STATUS.match(reply)
    if status is None or not is_precise(status[1]):
        return Refusal.FAILED.value
    return of_status(status[1], "").value
