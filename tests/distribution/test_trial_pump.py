"""Trial mode and simulated addresses where every letter passes: in the pump."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import Settings

from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, Suppression
from kampanj.distribution import clock, states, trial
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import pump
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


def move(guardian: Guardian, address: str) -> None:
    Guardian.objects.filter(pk=guardian.pk).update(email=address, address_key=address_key(address))


def test_in_trial_mode_only_the_chosen_get_letters_and_no_other_row_looks_sent(
    relay: MailServer, settings: Settings, started: Callable[..., Mailing]
) -> None:
    chosen = Guardian.objects.order_by("address_key")[0].email
    settings.TRIAL_ADDRESSES = (chosen,)
    mailing = started()
    pump()
    clock.finish_done()
    rows = mailing.deliveries
    assert relay.recipients == [chosen]
    assert rows.filter(state=State.SENT).count() == 1
    others = rows.exclude(state=State.SENT)
    assert set(others.values_list("state", "smtp_reply")) == {(State.SKIPPED, trial.kept_back())}
    assert MailingRun.objects.get(mailing=mailing).state == MailingRun.State.DONE


def test_simulated_recipients_behave_and_nothing_leaves_for_them(relay: MailServer, started: Callable[..., Mailing]) -> None:
    four = list(Guardian.objects.order_by("pk")[:4])
    Guardian.objects.exclude(pk__in=[guardian.pk for guardian in four]).delete()
    for guardian, name in zip(four, ("success", "bounce", "defer", "complain"), strict=True):
        move(guardian, f"{name}@simulator.example")
    mailing = started()
    pump()
    found = {
        row.guardian.email.partition("@")[0]: row.state for row in mailing.deliveries.select_related("guardian") if row.guardian
    }
    assert found == {"success": State.SENT, "bounce": State.FAILED, "defer": State.QUEUED, "complain": State.SENT}
    mailing.deliveries.update(due=timezone.now())
    pump()
    assert mailing.deliveries.filter(state=State.SENT).count() == 3
    assert relay.messages == []
    assert set(Suppression.objects.values_list("reason", flat=True)) >= {"address_gone", "complained"}


def test_an_emergency_s_letters_are_claimed_first(started: Callable[..., Mailing]) -> None:
    first, second = started(), started()
    MailingRun.objects.filter(mailing=second).update(priority=MailingRun.Priority.URGENT)
    assert {row.mailing_id for row in states.claim("owner", 5)} == {second.pk}
    assert first.pk != second.pk
