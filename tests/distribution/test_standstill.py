"""Letters that may leave and do not: what the operator is told, and what is rightly held back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from config.health import needs
from kampanj.distribution import clock, control, repair, standstill
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.pump import pump
from kampanj.distribution.sending import relay as relay_notes
from kampanj.distribution.sending.models import Chore, Meter, SendingSettings
from kampanj.distribution.states import State
from kampanj.municipality.models import User
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db(transaction=True)
Started = Callable[..., Mailing]
LONG = needs.LETTERS_ARE_LATE_AFTER + dt.timedelta(minutes=1)


def long_since(mailing: Mailing) -> None:
    """Its letters have been due for long."""
    mailing.deliveries.update(due=timezone.now() - LONG)


def test_nothing_waits_where_nothing_is_sent() -> None:
    assert standstill.waits_since() is None
    needs.deliveries()


def test_letters_that_nobody_sends_are_told(started: Started) -> None:
    mailing = started()
    needs.deliveries()
    long_since(mailing)
    with pytest.raises(needs.Unwell, match="16"):
        needs.deliveries()


def test_as_long_as_letters_leave_the_others_wait_rightly(started: Started, relay: MailServer) -> None:
    slow, quick = started(), started()
    MailingRun.objects.filter(mailing=slow).update(per_minute=1)
    for mailing in (slow, quick):
        long_since(mailing)
    pump(patience=0)
    assert relay.messages
    # Whatever the limit has put off: these could leave and have not.
    assert slow.deliveries.filter(state=State.QUEUED).update(due=timezone.now() - LONG)
    needs.deliveries()
    Meter.objects.filter(key=relay_notes.TAKEN).update(free_at=timezone.now() - LONG)
    with pytest.raises(needs.Unwell):
        needs.deliveries()


def test_a_paused_mailing_and_quiet_hours_are_no_standstill(started: Started, admin_user: User) -> None:
    mailing = started()
    long_since(mailing)
    now = timezone.localtime()
    chosen = SendingSettings.load()
    chosen.quiet_from, chosen.quiet_until = (now - dt.timedelta(hours=1)).time(), (now + dt.timedelta(hours=1)).time()
    chosen.save()
    needs.deliveries()
    chosen.quiet_from = chosen.quiet_until = None
    chosen.save()
    with pytest.raises(needs.Unwell):
        needs.deliveries()
    control.pause(mailing, reason="prov")
    needs.deliveries()


def test_the_clock_is_seen_and_missed() -> None:
    Chore.objects.all().delete()
    with pytest.raises(needs.Unwell):
        needs.the_clock()
    clock.tick()
    seen = repair.last_tick()
    assert seen is not None
    assert abs(timezone.now() - seen) < dt.timedelta(minutes=1)
    needs.the_clock()
    Chore.objects.update(due_at=timezone.now() - needs.CLOCK_IS_LATE_AFTER)
    with pytest.raises(needs.Unwell, match="4"):
        needs.the_clock()
