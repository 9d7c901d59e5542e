"""Pause, resume, cancel, ask: what a person, the clock, or a relay that has had enough, does to a run."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from kampanj.distribution import states
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.municipality.models import User

State = MailingRun.State


def pause(mailing: Mailing, *, reason: str, user: User | None = None) -> bool:
    """Stop before the next letters; True when the mailing was being sent."""
    paused = MailingRun.objects.filter(mailing=mailing, state=State.SENDING).update(state=State.PAUSED, pause_reason=reason[:300])
    if paused:
        log(instance=mailing, action="kampanj.pause", user=user, data={"reason": reason})
    return bool(paused)


def resume(mailing: Mailing, *, user: User) -> bool:
    """Go on where it stopped; True when the mailing was paused."""
    resumed = MailingRun.objects.filter(mailing=mailing, state=State.PAUSED).update(state=State.SENDING, pause_reason="")
    if resumed:
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
    """Send a mailing that asks, as if it were due now; True when it asked. The tick starts it, within the hours that are set."""
    goes = MailingRun.objects.filter(mailing=mailing, state=State.ASKING).update(
        state=State.PLANNED, due_at=timezone.now(), asked_at=None
    )
    if goes:
        log(instance=mailing, action="kampanj.go_ahead", user=user)
    return bool(goes)


@transaction.atomic
def cancel(mailing: Mailing, *, user: User) -> bool:
    """Send nothing more, ever; letters that have left are not called back. True when there was something to cancel."""
    cancelled = MailingRun.objects.filter(mailing=mailing, state__in=states.GOING_ON).update(
        state=State.CANCELLED, finished_at=timezone.now()
    )
    if cancelled:
        states.cancel_waiting(mailing.pk)
        log(instance=mailing, action="kampanj.cancel", user=user)
    return bool(cancelled)
