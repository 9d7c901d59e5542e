"""Sending the failed letters again: only those, to nobody twice, and under the same Message-ID."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from kampanj.audience.models import Guardian, ProtectedAddress, Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import clock, control
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import pump
from kampanj.municipality.models import User
from tests.distribution import rows
from tests.distribution.people import person
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
State = Delivery.State
Run = MailingRun.State


def run_state(mailing: Mailing) -> str:
    return MailingRun.objects.get(mailing=mailing).state


def test_what_failed_leaves_once_more_and_nothing_else(started: Started, relay: MailServer, admin_user: User) -> None:
    mailing = started()
    rejected = [row.guardian.email for row in mailing.deliveries.select_related("guardian")[:3] if row.guardian]
    relay.replies = dict.fromkeys(rejected, "552 5.2.2 Mailbox full")
    pump()
    clock.tick()
    assert run_state(mailing) == Run.DONE
    relay.replies = {}
    before = len(relay.messages)
    assert control.retry_failed(mailing, user=admin_user) == 3
    assert run_state(mailing) == Run.SENDING
    assert clock.tick()
    pump()
    clock.tick()
    assert sorted(relay.recipients[before:]) == sorted(rejected)
    assert len(set(relay.recipients)) == len(relay.recipients)
    assert run_state(mailing) == Run.DONE
    assert set(mailing.deliveries.values_list("state", "attempts")) == {(State.SENT, 1)}
    for message in relay.messages[before:]:
        row = mailing.deliveries.get(guardian__email=message.rcpt_tos[0])
        assert str(message.message["Message-ID"]).startswith(f"<{mailing.pk}.{row.pk}.{row.address_key}@")
    entry = ModelLogEntry.objects.get(action="kampanj.retry_failed")
    assert (entry.user, entry.data["count"]) == (admin_user, 3)
    assert "3 " in str(entry.message)


def test_the_barred_the_gone_and_those_who_may_have_it_are_left_out(started: Started, admin_user: User) -> None:
    mailing = started()
    barred, protected, gone, moved, unsure, plain = rows.fail(mailing, 6, "550 5.2.2 full")
    keys = dict(mailing.deliveries.values_list("pk", "address_key"))
    suppress(keys[barred], Suppression.Reason.UNSUBSCRIBED)
    ProtectedAddress.objects.create(source="elsewhere", address_key=keys[protected])
    Delivery.objects.filter(pk=gone).update(guardian=None)
    Guardian.objects.filter(address_key=keys[moved]).update(address_key="x" * 22)
    Delivery.objects.filter(pk=unsure).update(was_uncertain=True)
    mailing.deliveries.filter(state=State.QUEUED).update(state=State.BOUNCED)
    assert control.retry_failed(mailing, user=admin_user) == 1
    assert list(mailing.deliveries.filter(state=State.QUEUED).values_list("pk", "attempts", "finished_at")) == [(plain, 0, None)]


def test_only_the_temporary_ones(started: Started, admin_user: User) -> None:
    mailing = started()
    later = rows.fail(mailing, 2, "452 4.2.2 full")
    rows.fail(mailing, 3, "550 5.7.1 no")
    assert control.retry_failed(mailing, user=admin_user, only_temporary=True) == 2
    assert set(mailing.deliveries.filter(pk__in=later).values_list("state", flat=True)) == {State.QUEUED}
    assert mailing.deliveries.filter(state=State.FAILED).count() == 3


@pytest.mark.parametrize("state", [value for value in Run.values if value not in control.CAN_GO_ON])
def test_not_when_the_mailing_has_not_begun_or_is_cancelled(state: str, started: Started, admin_user: User) -> None:
    mailing = started()
    rows.fail(mailing, 2, "550 5.2.2 full")
    MailingRun.objects.filter(mailing=mailing).update(state=state)
    assert control.retry_failed(mailing, user=admin_user) == 0
    assert run_state(mailing) == state


def test_a_paused_mailing_stays_paused(started: Started, admin_user: User) -> None:
    mailing = started()
    rows.fail(mailing, 2, "550 5.2.2 full")
    control.pause(mailing, reason="vänta")
    assert control.retry_failed(mailing, user=admin_user) == 2
    assert run_state(mailing) == Run.PAUSED


def test_the_desk_says_how_many_and_asks_first(started: Started, page_client: type[Client]) -> None:
    mailing = started()
    rows.fail(mailing, 3, "452 4.2.2 full")
    rows.fail(mailing, 4, "550 5.7.1 no")
    rows.finish(mailing)
    clock.tick()
    desk = page_client()
    desk.force_login(person("kim", "Kommunikatör"))
    address = reverse("kampanj_deliveries_retry", args=[mailing.pk])
    assert address in desk.get(reverse("kampanj_mailing_follow", args=[mailing.pk])).content.decode()
    shown = desk.get(address)
    assert (shown.context["total"], shown.context["temporary"], shown.context["left_out"]) == (7, 3, 0)
    assert mailing.deliveries.filter(state=State.FAILED).count() == 7
    desk.post(address, {"which": "temporary"})
    assert mailing.deliveries.filter(state=State.FAILED).count() == 4
    desk.post(address, {})
    assert mailing.deliveries.filter(state=State.FAILED).count() == 4


def test_whoever_may_only_look_sends_nothing_again(started: Started, page_client: type[Client]) -> None:
    mailing = started()
    rows.fail(mailing, 1, "452 4.2.2 full")
    desk = page_client()
    desk.force_login(person("rut", "Målgruppsansvarig"))
    address = reverse("kampanj_deliveries_retry", args=[mailing.pk])
    html = desk.get(address).content.decode()
    assert 'name="which"' not in html
    assert _("There is no letter to send again.") not in html
    desk.post(address, {"which": "all"})
    assert mailing.deliveries.filter(state=State.FAILED).count() == 1
