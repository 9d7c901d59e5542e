"""The held list: letters of which nobody knows whether they were taken, and what a person says about them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from pytest_django import Settings
from wagtail.models import ModelLogEntry

from kampanj.distribution import clock, control, states
from kampanj.distribution.deliveries.replies import why_uncertain
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


@pytest.fixture
def desk(page_client: type[Client], db: None) -> Client:
    client = page_client()
    client.force_login(person("kim", "Kommunikatör"))
    return client


def test_with_never_twice_the_first_uncertainty_is_held(started: Started, settings: Settings) -> None:
    mailing = started()
    lost = rows.lose(mailing, 2, twice=False)
    settings.DELIVERY_NEVER_TWICE = True
    clock.tick()
    assert set(control.held(mailing).values_list("pk", flat=True)) == set(lost)
    settings.DELIVERY_NEVER_TWICE = False
    assert not control.held(mailing).exists()


def test_what_a_cancelled_mailing_leaves_uncertain_is_held_too(started: Started, admin_user: User) -> None:
    mailing = started()
    lost = rows.lose(mailing, 2, twice=False)
    control.cancel(mailing, user=admin_user)
    clock.tick()
    assert set(control.held(mailing).values_list("pk", flat=True)) == set(lost)
    assert control.send_held(mailing, user=admin_user) == 0
    assert control.drop_held(mailing, user=admin_user) == 2


def test_sent_once_more_and_held_again_when_uncertain_again(started: Started, relay: MailServer, admin_user: User) -> None:
    mailing = started()
    first, second = rows.lose(mailing, 2)
    rows.finish(mailing)
    clock.tick()
    assert MailingRun.objects.get(mailing=mailing).state == Run.DONE
    assert control.send_held(mailing, user=admin_user, row=first) == 1
    assert MailingRun.objects.get(mailing=mailing).state == Run.SENDING
    pump()
    clock.tick()
    assert len(relay.messages) == 1
    assert dict(mailing.deliveries.filter(pk__in=[first, second]).values_list("pk", "state")) == {
        first: State.SENT,
        second: State.UNCERTAIN,
    }
    assert control.send_held(mailing, user=admin_user) == 1
    (row,) = states.claim("again")
    states.move_on("again", sent={}, leaving=[row.pk])
    states.settle_uncertain(row.pk, "again", "connection lost")
    clock.tick()
    assert list(control.held(mailing).values_list("pk", flat=True)) == [second]


def test_let_go_is_final_and_says_why(started: Started, desk: Client) -> None:
    mailing = started()
    lost = rows.lose(mailing, 3)
    address = reverse("kampanj_deliveries_held", args=[mailing.pk])
    desk.post(address, {"action": f"drop:{lost[0]}"})
    assert mailing.deliveries.get(pk=lost[0]).state == State.CANCELLED
    assert mailing.deliveries.get(pk=lost[0]).smtp_reply
    desk.post(address, {"action": "drop:all"})
    clock.tick()
    assert set(mailing.deliveries.filter(pk__in=lost).values_list("state", flat=True)) == {State.CANCELLED}
    assert [entry.data["count"] for entry in ModelLogEntry.objects.filter(action="kampanj.drop_held").order_by("pk")] == [1, 2]


def test_the_list_is_masked_and_warns(started: Started, desk: Client) -> None:
    mailing = started()
    (key,) = rows.lose(mailing, 1)
    address = reverse("kampanj_deliveries_held", args=[mailing.pk])
    assert address in desk.get(reverse("kampanj_mailing_follow", args=[mailing.pk])).content.decode()
    page = desk.get(address).content.decode()
    row = mailing.deliveries.select_related("guardian").get(pk=key)
    assert row.guardian is not None
    assert row.guardian.email not in page
    assert "•••@" in page
    assert "connection lost" in page
    assert "help-warning" in page
    desk.post(address, {"action": f"send:{key}"})
    row.refresh_from_db()
    assert (row.state, row.was_uncertain) == (State.QUEUED, True)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("timed out", "did not answer in time"),
        ("The read operation timed out", "did not answer in time"),
        ("[Errno 104] Connection reset by peer", "broke before it had answered"),
        ("[Errno 32] Broken pipe", "broke before it had answered"),
        ("the connection was closed", "broke before it had answered"),
        ("EOF occurred in violation of protocol (_ssl.c:2427)", "encrypted connection"),
        ("[Errno 101] Network is unreachable", "network broke"),
        ("b'HTT' is no answer here", "cannot be understood"),
        ("the reply does not end", "cannot be understood"),
    ],
)
def test_why_a_letter_is_held_is_said_in_words_with_the_fault_as_a_quote(
    said: str, words: str, started: Started, desk: Client
) -> None:
    mailing = started()
    (key,) = rows.lose(mailing, 1)
    mailing.deliveries.filter(pk=key).update(smtp_reply=said)
    with translation.override("en"):
        assert words in why_uncertain(said)
    page = desk.get(reverse("kampanj_deliveries_held", args=[mailing.pk])).content.decode()
    assert escape(why_uncertain(said)) in page
    assert f'lang="en">{escape(said)}</q>' in page
    assert escape(why_uncertain(said)) in desk.get(reverse("kampanj_deliveries", args=[mailing.pk])).content.decode()


def test_words_of_our_own_stand_alone(started: Started, desk: Client) -> None:
    assert why_uncertain(_("The row had been lost. Nobody knows whether the letter left.")) == ""
    assert why_uncertain("") == ""


@pytest.mark.parametrize("action", ["", "send", "send:", "send:x", "other:all", f"drop:{'9' * 40}", "drop:²"])
def test_what_is_no_answer_changes_nothing(action: str, started: Started, desk: Client) -> None:
    mailing = started()
    rows.lose(mailing, 1)
    assert desk.post(reverse("kampanj_deliveries_held", args=[mailing.pk]), {"action": action}).status_code == 302
    assert control.held(mailing).count() == 1


def test_another_mailings_row_is_not_touched(started: Started, admin_user: User) -> None:
    mailing, other = started(), started("Alla skolor")
    (key,) = rows.lose(mailing, 1)
    assert control.drop_held(other, user=admin_user, row=key) == 0
    assert control.held(mailing).count() == 1
