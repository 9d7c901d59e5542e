"""The tick: starts what is due, returns what was lost, finishes what is done. Idempotent; two at once are harmless."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from kampanj.distribution import control, repair, states
from kampanj.distribution.apart import kept_apart
from kampanj.distribution.fanout import fan_out
from kampanj.distribution.further import reminding
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.sending import canary, hours, meter, overdue, throttle
from kampanj.distribution.sending.models import SendingSettings
from kampanj.distribution.sending.runs import waiting
from kampanj.distribution.statements import in_hand

logger = logging.getLogger(__name__)
State = MailingRun.State


def tick() -> bool:
    """One beat of the clock; True when rows are waiting for a pump."""
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("starting", start_due),
        ("returning", states.return_expired),
        ("skipping", states.skip_gone),
        ("judging first shares", canary.look),
        ("repairing", repair.now_and_then),
        ("finishing", _finish),
    )
    for name, step in steps:
        with kept_apart(name):
            step()
    return work_is_due()


def start_due() -> int:
    """Start every planned mailing whose time has come and whose hours allow it, as they are set now; returns how many.

    One that should have begun long ago asks instead, if the settings say so.
    """
    now = timezone.now()
    started = 0
    due = MailingRun.objects.filter(reminding.may_start(), state=State.PLANNED, due_at__lte=now)
    for run in due.order_by("priority", "due_at"):
        with kept_apart("starting", run.mailing_id):
            started += _may_start(run, now) and _start(run)
    return started


@transaction.atomic
def _start(run: MailingRun) -> bool:
    # The condition makes a second clock's start a no-op; rows and state become visible together.
    began = timezone.now()
    mine = MailingRun.objects.filter(pk=run.pk, state=State.PLANNED).update(state=State.SENDING, started_at=began)
    if mine:
        count = fan_out(run.mailing)
        reminding.count_from(run, began)
        canary.choose(run)
        logger.info("mailing %s started with %s recipients", run.mailing_id, count)
    return bool(mine)


def _may_start(run: MailingRun, now: dt.datetime) -> bool:
    if hours.passes(run):
        return True
    chosen = SendingSettings.load()
    if overdue.is_overdue(run, chosen, now=now):
        control.ask(run.mailing, reason=overdue.reason(run))
        return False
    return hours.Hours.of(chosen).may_begin(now)


def _finish() -> None:
    if finish_done():
        meter.tidy()


def finish_done() -> int:
    """→ done for mailings, also paused ones, with no row left to send; rows on the held list do not keep one open.

    A mailing that has lost rows gets them back first, and is not done.
    """
    rows = Delivery.objects.filter(mailing=OuterRef("mailing"))
    # Two questions, each with an index of its own.
    waiting = rows.filter(state=Delivery.State.QUEUED)
    leaving = rows.filter(in_hand()).exclude(states.held())
    over = MailingRun.objects.filter(~Exists(waiting), ~Exists(leaving), state__in=(State.SENDING, State.PAUSED))
    whole: list[int] = []
    for run in over:
        with kept_apart("making whole", run.mailing_id):
            whole += [] if repair.make_whole(run) else [run.pk]
    with transaction.atomic():
        # Locked and asked anew: somebody may be having failed letters sent again (`control.retry_failed`).
        locked = [run.pk for run in over.filter(pk__in=whole).select_for_update(of=("self",))] if whole else []
        return over.filter(pk__in=locked).update(state=State.DONE, finished_at=timezone.now()) if locked else 0


def work_is_due() -> bool:
    """Whether any row of a mailing that is being sent could be claimed now, and a letter leave under the limits."""
    now = states.database_now()
    return any(waiting(run).filter(due__lte=now).exists() for run in throttle.open_runs())
