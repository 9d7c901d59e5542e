"""Too many failures pause a mailing, whichever pump or process met them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kampanj.distribution import control
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import WINDOW, pump
from kampanj.distribution.retry import POLICY_BURST, Reply
from kampanj.distribution.sending import tally
from kampanj.distribution.sending.models import SendingSettings, Tally
from kampanj.distribution.sending.tally import Outcomes
from kampanj.municipality.models import User
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
BLOCKED = Reply(550, "5.7.1 Blocked")
TAKEN = Reply(250, "kept")
FULL = Reply(552, "5.2.2 Mailbox full")


def only(mailing: Mailing, count: int) -> list[str]:
    """Leave `count` of the waiting rows; their addresses."""
    rows = list(mailing.deliveries.filter(state=Delivery.State.QUEUED).order_by("pk"))
    Delivery.objects.filter(pk__in=[row.pk for row in rows[count:]]).delete()
    return [row.guardian.email for row in rows[:count] if row.guardian]


def test_refusals_by_policy_add_up_over_several_pumps(started: Started, relay: MailServer) -> None:
    first, second = started(), started()
    for mailing in (first, second):
        relay.replies |= dict.fromkeys(only(mailing, POLICY_BURST + 1), "550 5.7.1 Blocked <v@example.org>")
    waiting = first.deliveries.order_by("pk")
    held_back = list(waiting.values_list("pk", flat=True)[3:])
    Delivery.objects.filter(pk__in=held_back).update(due="2030-01-01T00:00:00Z")
    MailingRun.objects.filter(mailing=second).update(state=MailingRun.State.PAUSED)
    pump()
    assert MailingRun.objects.get(mailing=first).state == MailingRun.State.SENDING
    Delivery.objects.filter(pk__in=held_back).update(due="2020-01-01T00:00:00Z")
    pump()
    run = MailingRun.objects.get(mailing=first)
    assert run.state == MailingRun.State.PAUSED
    assert run.pause_reason == "E-postservern avvisar brev efter brev: 550 5.7.1 Blocked <•••>"


def test_two_workers_count_together(started: Started) -> None:
    mailing = started()
    one, two = Outcomes(), Outcomes()
    for worker in (one, two, one, two):
        worker.count(mailing.pk, BLOCKED)
        assert worker.write_down() == {}
    two.count(mailing.pk, BLOCKED)
    assert list(two.write_down()) == [mailing.pk]


def test_a_letter_that_is_taken_ends_the_run_of_refusals(started: Started) -> None:
    mailing = started()
    outcomes = Outcomes()
    for reply in (*[BLOCKED] * (POLICY_BURST - 1), TAKEN, *[BLOCKED] * (POLICY_BURST - 1), Reply(451, "4.7.1 later")):
        outcomes.count(mailing.pk, reply)
        assert outcomes.write_down() == {}


def test_failures_of_all_kinds_stop_a_mailing_only_when_the_settings_say_so(started: Started, relay: MailServer) -> None:
    mailing = started()
    addresses = only(mailing, 40)
    relay.replies = dict.fromkeys(addresses[::4], "552 5.2.2 Mailbox full")
    pump()
    assert MailingRun.objects.get(mailing=mailing).state == MailingRun.State.SENDING
    SendingSettings.objects.update_or_create(defaults={"stop_always": True, "stop_percent": 20})
    other = started()
    addresses = only(other, 40)
    relay.replies = dict.fromkeys(addresses[::4], "552 5.2.2 Mailbox full")
    pump()
    run = MailingRun.objects.get(mailing=other)
    assert run.state == MailingRun.State.PAUSED
    assert "breven kom inte fram. Vanligaste svaren: 552 5.2.2 Mailbox full (" in run.pause_reason
    done = other.deliveries.exclude(state=Delivery.State.QUEUED).count()
    assert tally.LEAST <= done <= tally.LEAST + 3 * WINDOW


def test_whoever_goes_on_is_not_stopped_again_by_what_was(started: Started, admin_user: User) -> None:
    SendingSettings.objects.update_or_create(defaults={"stop_always": True})
    mailing = started()
    outcomes = Outcomes()
    for _ in range(tally.LEAST):
        outcomes.count(mailing.pk, FULL)
    assert outcomes.write_down()
    control.pause(mailing, reason="x")
    assert control.resume(mailing, user=admin_user)
    outcomes.count(mailing.pk, FULL)
    assert outcomes.write_down() == {}


def test_only_the_last_hundred_count(started: Started) -> None:
    mailing = started()
    outcomes = Outcomes()
    for reply in (*[FULL] * 15, *[TAKEN] * 95):
        outcomes.count(mailing.pk, reply)
        outcomes.write_down()
    outcomes.write_down(is_last=True)
    assert Tally.objects.get(mailing=mailing).recent == "r" * 5 + "." * 95


def test_what_goes_well_is_written_once_a_second(started: Started) -> None:
    mailing = started()
    outcomes = Outcomes()
    outcomes.count(mailing.pk, TAKEN)
    outcomes.write_down()
    with CaptureQueriesContext(connection) as queries:
        for _ in range(50):
            outcomes.count(mailing.pk, TAKEN)
            outcomes.write_down()
    assert len(queries) == 0
