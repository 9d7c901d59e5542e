"""Relays that are slow, refuse or answer oddly: nobody gets two letters, no letter is lost, no address is kept."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from config import environment
from kampanj.audience import selection
from kampanj.audience.identity import address_key
from kampanj.audience.models import ProtectedAddress
from kampanj.distribution import clock, pump
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import RelayUnusable
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.transport import SmtpTransport
from tests.mailserver import MailServer, serve

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
SCHOOLS = "Alla skolor"


class SlowServer(MailServer):
    """Takes each letter after 0.6 s; the tick beats meanwhile, as the clock's own thread would."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(0.6)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def slow_relay(settings: Settings) -> Iterator[MailServer]:
    handler = SlowServer()
    controller = serve(handler)
    settings.EMAIL_URL = handler.url
    values: dict[str, Any] = environment.email(handler.url)
    for name, value in values.items():
        setattr(settings, name, value)
    yield handler
    controller.stop()


def test_a_slow_relay_doubles_no_letter(started: Started, slow_relay: MailServer, settings: Settings) -> None:
    settings.DELIVERY_LEASE_SECONDS = 1
    mailing = started(SCHOOLS)
    rest = list(mailing.deliveries.values_list("pk", flat=True)[6:])
    Delivery.objects.filter(pk__in=rest).update(state=Delivery.State.SKIPPED)
    while clock.tick():
        pump.pump()
    assert max(collections.Counter(slow_relay.recipients).values()) == 1
    assert mailing.deliveries.filter(state=Delivery.State.SENT).count() == len(slow_relay.recipients) == 6


@pytest.mark.parametrize("credentials", ["smtp+tls://", "smtp://user:secret@"])
def test_a_relay_that_lacks_what_email_url_asks_for_pauses_the_mailing(
    credentials: str, started: Started, relay: MailServer, settings: Settings
) -> None:
    values: dict[str, Any] = environment.email(relay.url.replace("smtp://", credentials))
    for name, value in values.items():
        setattr(settings, name, value)
    mailing = started(SCHOOLS)
    pump.pump()
    mailing.run.refresh_from_db()
    assert mailing.run.state == MailingRun.State.PAUSED
    assert mailing.run.pause_reason
    assert set(mailing.deliveries.values_list("state", "attempts")) == {(Delivery.State.QUEUED, 0)}
    addressee = Addressee("b@example.org", "<1@example.org>", "Mon, 14 Dec 2026 07:30:00 +0100", {"unsubscribe": "https://a/"})
    form = LetterForm(b"Subject: x\r\n\r\nx\r\n")
    with SmtpTransport() as transport, pytest.raises(RelayUnusable):
        transport.send("a@example.org", addressee, form)


def test_an_unusual_yes_to_the_recipient_is_followed_by_the_letter(started: Started, relay: MailServer) -> None:
    mailing = started(SCHOOLS)
    chosen = selection.recipients(mailing.segment)[0]
    relay.replies = {chosen.email: "252 I shall try"}
    pump.pump()
    # The server has not noted this recipient, so that it refuses the letter: what counts is that it was offered.
    assert mailing.deliveries.get(address_key=chosen.address_key).state != Delivery.State.SENT


def test_no_address_is_kept_from_what_the_relay_says(started: Started, relay: MailServer) -> None:
    mailing = started(SCHOOLS)
    addresses = {contact.email for contact in selection.recipients(mailing.segment)}
    relay.replies = {address: f"550 5.7.1 <{address}>: rejected" for address in addresses}
    pump.pump()
    mailing.run.refresh_from_db()
    kept = [mailing.run.pause_reason, *mailing.deliveries.values_list("smtp_reply", flat=True)]
    assert "550 5.7.1 <•••>: rejected" in kept
    assert not any("@" in text for text in kept)


def test_a_new_address_since_the_start_gets_no_letter_meant_for_the_old_one(started: Started, relay: MailServer) -> None:
    mailing = started()
    row = mailing.deliveries.exclude(guardian=None).select_related("guardian")[0]
    assert row.guardian is not None
    row.guardian.email = "skyddad@example.org"
    row.guardian.address_key = address_key("skyddad@example.org")
    row.guardian.save()
    ProtectedAddress.objects.create(source="annan", address_key=row.guardian.address_key)
    pump.pump()
    row.refresh_from_db()
    assert row.state == Delivery.State.SKIPPED
    assert "skyddad@example.org" not in relay.recipients
