"""Sending over a real SMTP connection: once to each, and what happens when something goes wrong."""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from pytest_django import Settings

from kampanj.audience import selection
from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, ProtectedAddress, Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import clock, control, states
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import WINDOW, pump
from kampanj.distribution.transport import SmtpTransport
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
State = Delivery.State
Started = Callable[..., Mailing]


def states_of(mailing: Mailing) -> dict[str, int]:
    return dict(collections.Counter(mailing.deliveries.values_list("state", flat=True)))


def addresses(mailing: Mailing) -> list[str]:
    return sorted({guardian.email for guardian in selection.recipients(mailing.segment)})


def test_every_eligible_address_gets_exactly_one_letter(started: Started, relay: MailServer) -> None:
    mailing = started()
    pump()
    clock.tick()
    assert sorted(relay.recipients) == addresses(mailing)
    assert states_of(mailing) == {State.SENT: len(addresses(mailing))}
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.DONE
    assert mailing.run.finished_at is not None


def test_a_letter_is_in_the_reader_s_language_and_has_links_of_its_own(started: Started, relay: MailServer) -> None:
    started()
    pump()
    languages = {message.rcpt_tos[0]: message.message["Content-Language"] for message in relay.messages}
    # Several people may share an address.
    wanted: dict[str, set[str]] = {}
    for address, language in Guardian.objects.values_list("email", "language"):
        wanted.setdefault(address.lower(), {"sv"}).add(language)
    assert set(languages.values()) == {"sv", "en", "ar"}
    assert all(language in wanted[address.lower()] for address, language in languages.items())
    links = [str(message.message["List-Unsubscribe"]) for message in relay.messages]
    ids = [str(message.message["Message-ID"]) for message in relay.messages]
    assert len(set(links)) == len(set(ids)) == len(relay.messages)
    assert not any(b"KAMPANJ-SLOT" in message.content for message in relay.messages)


def test_starting_and_pumping_again_sends_nothing_more(started: Started, relay: MailServer) -> None:
    started()
    pump()
    before = len(relay.messages)
    for _ in range(3):
        clock.tick()
        pump()
    assert len(relay.messages) == before


def test_an_address_that_does_not_exist_fails_and_is_suppressed(started: Started, relay: MailServer) -> None:
    mailing = started()
    gone, full, *rest = addresses(mailing)
    relay.replies = {gone: "550 5.1.1 No such user", full: "552 5.2.2 Mailbox full"}
    pump()
    assert states_of(mailing) == {State.FAILED: 2, State.SENT: len(rest)}
    assert mailing.deliveries.get(address_key=address_key(gone)).smtp_reply == "550 5.1.1 No such user"
    assert list(Suppression.objects.values_list("address_key", "reason")) == [(address_key(gone), "address_gone")]


def test_try_later_means_later_with_the_same_message_id(started: Started, relay: MailServer) -> None:
    mailing = started()
    slow, *rest = addresses(mailing)
    relay.replies = {slow: "451 4.7.1 Greylisted"}
    pump()
    row = mailing.deliveries.get(address_key=address_key(slow))
    assert (row.state, row.attempts) == (State.QUEUED, 1)
    assert not clock.tick(), "nothing is due before the back-off has passed"
    relay.replies = {}
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2), tick=True):
        assert clock.tick()
        pump()
    assert relay.recipients.count(slow) == 1
    assert states_of(mailing) == {State.SENT: len(rest) + 1}


def test_a_row_gives_up_after_the_last_attempt(started: Started, relay: MailServer) -> None:
    mailing = started()
    slow, *_rest = addresses(mailing)
    relay.replies = {slow: "450 4.2.1 Busy"}
    now = dt.datetime.now(dt.UTC)
    for day in range(9):
        with time_machine.travel(now + dt.timedelta(days=day * 2), tick=True):
            clock.tick()
            pump()
    clock.tick()
    row = mailing.deliveries.get(address_key=address_key(slow))
    assert (row.state, row.attempts) == (State.FAILED, 8)
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.DONE


def test_421_pauses_the_mailing_and_says_why(started: Started, relay: MailServer) -> None:
    mailing = started()
    first, *_rest = addresses(mailing)
    relay.replies = {first: "421 4.7.0 Too many messages"}
    pump()
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.PAUSED
    assert mailing.run.pause_reason == "421 4.7.0 Too many messages"
    assert states_of(mailing).get(State.FAILED) is None
    assert len(relay.messages) < len(addresses(mailing)) or states_of(mailing)[State.QUEUED] == 1


def test_a_burst_of_policy_refusals_pauses_the_mailing(started: Started, relay: MailServer) -> None:
    mailing = started()
    relay.replies = dict.fromkeys(addresses(mailing), "550 5.7.1 Blocked")
    pump()
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.PAUSED
    assert states_of(mailing) == {State.QUEUED: len(addresses(mailing))}, "it was about us: nobody has failed for it"
    assert not Suppression.objects.exists()


def test_a_wrong_host_pauses_and_marks_nobody(started: Started, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://relay.invalid:25"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "relay.invalid", 25
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    mailing = started()
    pump()
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.PAUSED
    assert "relay.invalid" in mailing.run.pause_reason
    assert set(mailing.deliveries.values_list("state", "attempts")) == {(State.QUEUED, 0)}


def test_whoever_unsubscribes_after_the_start_gets_nothing(started: Started, relay: MailServer) -> None:
    mailing = started()
    first, second, *_rest = addresses(mailing)
    suppress(address_key(first), Suppression.Reason.UNSUBSCRIBED)
    ProtectedAddress.objects.create(source="elsewhere", address_key=address_key(second))
    pump()
    assert first not in relay.recipients
    assert second not in relay.recipients
    skipped = set(mailing.deliveries.filter(state=State.SKIPPED).values_list("smtp_reply", flat=True))
    assert len(skipped) == 1, "a protected identity must not be told apart from other suppressions"


def test_pause_resume_and_cancel(started: Started, relay: MailServer, admin_user: object) -> None:
    mailing = started()
    assert control.pause(mailing, reason="vänta")
    assert pump() == 0
    assert control.resume(mailing, user=admin_user)  # type: ignore[arg-type]
    assert control.cancel(mailing, user=admin_user)  # type: ignore[arg-type]
    assert pump() == 0
    assert relay.messages == []
    assert set(states_of(mailing)) == {State.CANCELLED}


def test_a_lease_that_expires_gives_the_row_back(started: Started, relay: MailServer) -> None:
    mailing = started()
    rows = states.claim("dead")
    sending = {row.pk for row in rows[:2]}
    assert states.move_on("dead", sent={}, leaving=sorted(sending)) == sending
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5), tick=True):
        clock.tick()
        assert set(mailing.deliveries.filter(pk__in=sending).values_list("state", "was_uncertain")) == {(State.QUEUED, True)}
        pump()
    assert sorted(relay.recipients) == addresses(mailing)


def test_a_row_that_is_uncertain_twice_is_held(started: Started, relay: MailServer) -> None:
    started()
    row = states.claim("first")[0]
    states.move_on("first", sent={}, leaving=[row.pk])
    states.settle_uncertain(row.pk, "first", "connection lost")
    states.return_expired()
    row = Delivery.objects.get(pk=row.pk)
    assert (row.state, row.was_uncertain) == (State.QUEUED, True)
    Delivery.objects.filter(pk=row.pk).update(state=State.SENDING, owner="second")
    states.settle_uncertain(row.pk, "second", "connection lost")
    states.return_expired()
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN


def test_only_the_owner_changes_a_row(started: Started) -> None:
    started()
    row = states.claim("owner")[0]
    reply_changes = [
        states.move_on("thief", sent={}, leaving=[row.pk]) == set(),
        states.move_on("thief", sent={row.pk: "250"}, leaving=[]) == set(),
        states.skip(row.pk, "thief") is False,
        states.give_back([row.pk], "thief") == 0,
    ]
    assert all(reply_changes)
    now = Delivery.objects.get(pk=row.pk)
    assert (now.state, now.owner) == (State.LEASED, "owner")


def test_two_pumps_never_claim_the_same_row(started: Started) -> None:
    started()
    first, second = states.claim("a"), states.claim("b")
    assert {row.pk for row in first}.isdisjoint(row.pk for row in second)


def test_the_connection_is_opened_anew_when_the_relay_closes_it(relay: MailServer, db: None) -> None:
    form = LetterForm(b"Subject: 1\r\n\r\n.punkt\r\n")

    def send(address: str) -> int:
        addressee = Addressee(
            address, f"<{address}>", "Mon, 14 Dec 2026 07:30:00 +0100", {"unsubscribe": "https://www.example.org/"}
        )
        return wire.send("ung@example.org", addressee, form).code

    with SmtpTransport() as wire:
        assert send("a@example.org") == 250
        relay.replies = {"b@example.org": "421 closing"}
        assert send("b@example.org") == 421
        assert send("c@example.org") == 250
    assert relay.messages[0].content.endswith(b"\r\n.punkt\r\n")


def test_a_relay_that_is_down_lets_everybody_wait_and_counts_nothing(started: Started, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    mailing = started()
    pump()
    assert set(mailing.deliveries.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    assert not clock.work_is_due(), "the whole mailing waits, so that run_due comes to an end"
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.SENDING, "it goes on by itself when the relay is back"


def test_a_relay_that_breaks_off_after_each_letter_pauses_the_mailing(started: Started, relay: MailServer) -> None:
    relay.drops_after_data = True
    mailing = started()
    pump()
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.PAUSED
    assert states_of(mailing)[State.UNCERTAIN] <= WINDOW


def test_a_row_in_flight_when_its_mailing_is_cancelled_ends_cancelled(started: Started, admin_user: object) -> None:
    mailing = started()
    row = states.claim("owner")[0]
    states.move_on("owner", sent={}, leaving=[row.pk])
    control.cancel(mailing, user=admin_user)  # type: ignore[arg-type]
    states.give_back([row.pk], "owner")
    clock.tick()
    assert set(states_of(mailing)) == {State.CANCELLED}
