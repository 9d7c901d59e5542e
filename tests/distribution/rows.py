"""Rows of a started mailing in the states that tests need, without sending for an hour."""

from __future__ import annotations

from django.utils import timezone

from kampanj.distribution import states
from kampanj.distribution.models import Delivery, Mailing

State = Delivery.State


def fail(mailing: Mailing, number: int, reply: str) -> list[int]:
    """The keys of so many waiting rows that a relay has refused with `reply`."""
    keys = _being_sent(mailing, number)
    for key in keys:
        states.settle_failed(key, "test", reply)
    return keys


def lose(mailing: Mailing, number: int, *, twice: bool = True) -> list[int]:
    """The keys of so many waiting rows whose connection broke after the text, twice when they are to be held."""
    keys = _being_sent(mailing, number)
    for key in keys:
        states.settle_uncertain(key, "test", "connection lost")
    Delivery.objects.filter(pk__in=keys).update(was_uncertain=twice)
    return keys


def finish(mailing: Mailing) -> None:
    """Everything that waits has been sent."""
    rows = mailing.deliveries.filter(state=State.QUEUED)
    rows.update(state=State.SENT, smtp_reply="250 2.0.0 kept", attempts=1, finished_at=timezone.now())


def _being_sent(mailing: Mailing, number: int) -> list[int]:
    rows = [row.pk for row in states.claim("test", number)]
    states.move_on("test", sent={}, leaving=rows)
    assert Delivery.objects.filter(pk__in=rows, mailing=mailing, state=State.SENDING).count() == number
    return rows
