"""Pause, resume, cancel: what a person, or a relay that has had enough, does to a run."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from kampanj.distribution import states
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.sending import tally
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
        # Somebody has looked: what went wrong before stops nothing any more.
        tally.forget(mailing.pk)
        log(instance=mailing, action="kampanj.resume", user=user)
    return bool(resumed)


@transaction.atomic
def cancel(mailing: Mailing, *, user: User) -> bool:
    """Send nothing more, ever; letters that have left are not called back. True when there was something to cancel."""
    cancelled = MailingRun.objects.filter(mailing=mailing, state__in=(State.PLANNED, State.SENDING, State.PAUSED)).update(
        state=State.CANCELLED, finished_at=timezone.now()
    )
    if cancelled:
        states.cancel_waiting(mailing.pk)
        log(instance=mailing, action="kampanj.cancel", user=user)
    return bool(cancelled)
