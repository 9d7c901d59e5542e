"""What a person, the clock, or a relay that has had enough, does to a run: pause, resume, cancel, ask, send again.

Whoever stops a mailing by hand gets the answer when the letters that were leaving have left: after it, at most one more
leaves through each connection.
"""

from __future__ import annotations

import time

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from wagtail.log_actions import log

from kampanj.distribution import recheck, states
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.sending import tally
from kampanj.municipality.models import User

State = MailingRun.State
# Runs whose letters may be sent again.
CAN_GO_ON = (State.SENDING, State.PAUSED, State.DONE)
# A pump hears of a pause within its next turn; a relay that takes longer has at most one letter per connection left.
SETTLES_WITHIN = 2.0
LOOK_SECONDS = 0.05


def pause(mailing: Mailing, *, reason: str, user: User | None = None) -> bool:
    """Stop before the next letters; True when the mailing was being sent."""
    paused = MailingRun.objects.filter(mailing=mailing, state=State.SENDING).update(state=State.PAUSED, pause_reason=reason[:300])
    if paused:
        log(instance=mailing, action="kampanj.pause", user=user, data={"reason": reason})
        if user is not None:
            _wait_for_those_leaving(mailing)
    return bool(paused)


def resume(mailing: Mailing, *, user: User) -> bool:
    """Go on where it stopped; True when the mailing was paused."""
    resumed = MailingRun.objects.filter(mailing=mailing, state=State.PAUSED).update(state=State.SENDING, pause_reason="")
    if resumed:
        # Somebody has looked: what went wrong before stops nothing any more.
        tally.forget(mailing.pk)
        log(instance=mailing, action="kampanj.resume", user=user)
    return bool(resumed)


@transaction.atomic
def ask(mailing: Mailing, *, reason: str) -> bool:
    """Let a planned mailing wait for a person's word; True when it was planned."""
    asking = MailingRun.objects.filter(mailing=mailing, state=State.PLANNED).update(state=State.ASKING, asked_at=None)
    if asking:
        log(instance=mailing, action="kampanj.ask", data={"reason": reason})
    return bool(asking)


@transaction.atomic
def go_ahead(mailing: Mailing, *, user: User) -> bool:
    """Send a mailing that asks, as if it were due now, or at its time if that is still to come; True when it asked. The tick
    starts it, within the hours that are set."""
    goes = MailingRun.objects.filter(mailing=mailing, state=State.ASKING).update(
        state=State.PLANNED, due_at=Greatest("due_at", Value(timezone.now())), asked_at=None, pause_reason=""
    )
    if goes:
        log(instance=mailing, action="kampanj.go_ahead", user=user)
    return bool(goes)


def cancel(mailing: Mailing, *, user: User) -> bool:
    """Send nothing more, ever, nor remind of it; letters that have left are not called back. True when there was something to
    cancel."""
    with transaction.atomic():
        cancelled = MailingRun.objects.filter(mailing=mailing, state__in=states.GOING_ON).update(
            state=State.CANCELLED, finished_at=timezone.now()
        )
        if cancelled:
            states.cancel_waiting(mailing.pk)
            log(instance=mailing, action="kampanj.cancel", user=user)
            for reminder in mailing.followers.filter(kind=Mailing.Kind.REMINDER):
                cancel(reminder, user=user)
    if cancelled:
        _wait_for_those_leaving(mailing)
    return bool(cancelled)


def _wait_for_those_leaving(mailing: Mailing) -> None:
    """Until no letter of it is on its way, and not longer than SETTLES_WITHIN; their rows are the pump's to settle."""
    give_up_at = time.monotonic() + SETTLES_WITHIN
    leaving = mailing.deliveries.filter(state=Delivery.State.SENDING)
    while leaving.exists() and time.monotonic() < give_up_at:
        time.sleep(LOOK_SECONDS)


def may_retry(mailing: Mailing, *, only_temporary: bool = False) -> QuerySet[Delivery]:
    """The failed rows that a person may have sent again: nothing bars their address, and no letter can have been taken.

    `only_temporary`: those whose last answer was “try later” (4yz, RFC 5321).
    """
    failed = mailing.deliveries.filter(recheck.may_be_written_to(), state=Delivery.State.FAILED, was_uncertain=False)
    return failed.filter(smtp_reply__startswith="4") if only_temporary else failed


def retry_failed(mailing: Mailing, *, user: User, only_temporary: bool = False) -> int:
    """Queue the failed rows again, under the same Message-IDs; how many. A mailing that was done goes on being sent."""
    with transaction.atomic():
        if not _open_again(mailing):
            return 0
        queued = states.retry_failed(may_retry(mailing, only_temporary=only_temporary))
        if queued:
            _goes_on(mailing)
            data = {"count": queued, "only_temporary": only_temporary}
            log(instance=mailing, action="kampanj.retry_failed", user=user, data=data)
    return queued


def held(mailing: Mailing) -> QuerySet[Delivery]:
    """The rows that wait for a person's word; once a mailing is done or cancelled, every uncertain one."""
    is_over = MailingRun.objects.filter(mailing=mailing, state__in=(State.DONE, State.CANCELLED)).exists()
    return mailing.deliveries.filter(Q(state=Delivery.State.UNCERTAIN) if is_over else states.held())


def send_held(mailing: Mailing, *, user: User, row: int | None = None) -> int:
    """Send held rows (all, or the one with this key) once more, although they may have been taken; how many."""
    with transaction.atomic():
        if not _open_again(mailing):
            return 0
        queued = states.send_held(_held(mailing, row))
        if queued:
            _goes_on(mailing)
            log(instance=mailing, action="kampanj.send_held", user=user, data={"count": queued})
    return queued


def drop_held(mailing: Mailing, *, user: User, row: int | None = None) -> int:
    """Let held rows go: nothing more is sent to them; how many."""
    with transaction.atomic():
        dropped = states.drop_held(_held(mailing, row))
        if dropped:
            log(instance=mailing, action="kampanj.drop_held", user=user, data={"count": dropped})
    return dropped


def _held(mailing: Mailing, row: int | None) -> QuerySet[Delivery]:
    return held(mailing) if row is None else held(mailing).filter(pk=row)


def may_open_again(mailing: Mailing) -> bool:
    """Whether letters of it may be sent again."""
    return hasattr(mailing, "run") and mailing.run.state in CAN_GO_ON


def _open_again(mailing: Mailing) -> bool:
    """Lock the run, so that the clock does not call it done meanwhile; False when nothing more may be sent."""
    return MailingRun.objects.select_for_update(of=("self",)).filter(mailing=mailing, state__in=CAN_GO_ON).first() is not None


def _goes_on(mailing: Mailing) -> None:
    MailingRun.objects.filter(mailing=mailing, state=State.DONE).update(state=State.SENDING, finished_at=None)
