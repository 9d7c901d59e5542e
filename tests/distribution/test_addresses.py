"""Addresses on their way out: scripts, domains and nonsense; one recipient's fault never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config import environment
from kampanj.audience.models import SchoolContact
from kampanj.distribution import pump, verp
from kampanj.distribution.addresses import for_the_wire
from kampanj.distribution.headers import is_address, recipient
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.municipality.models import SiteSettings
from tests.installation import free_port
from tests.mailserver import MailServer

Started = Callable[..., Mailing]
SCHOOLS = "Alla skolor"


@pytest.mark.parametrize(
    ("written", "on_the_wire"),
    [
        ("anna@example.org", "anna@example.org"),
        ("o'neill+skola@example.org", "o'neill+skola@example.org"),
        ("anna@strängnäs.se", "anna@xn--strngns-7wad.se"),
        ("åsa@strängnäs.se", "åsa@xn--strngns-7wad.se"),
        ("", None),
        ("anna", None),
        ("anna andersson@example.org", None),
        ("anna@example.org\r\nDATA", None),
        ("anna@example.org> SIZE=1", None),
        ("anna@example.org,eve@example.org", None),
        ("åsa@å .se", None),
        ("\udcff@example.org", None),
        ("a" * 250 + "@example.org", None),
    ],
)
def test_what_the_wire_can_carry(written: str, on_the_wire: str | None) -> None:
    assert for_the_wire(written) == on_the_wire


@given(st.one_of(st.text(), st.text().map(lambda text: f"{text}@example.org"), st.text().map(lambda text: f"anna@{text}")))
def test_whatever_gets_through_is_one_address_in_envelope_and_header(written: str) -> None:
    address = for_the_wire(written)
    if address is not None:
        assert is_address(address)
        assert address.rpartition("@")[2].isascii()
        assert recipient(address).count(b"\r\n") == 1


@pytest.fixture
def ascii_relay(settings: Settings) -> Iterator[MailServer]:
    """A relay that does not offer SMTPUTF8."""
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    use(settings, f"smtp://127.0.0.1:{controller.port}")
    yield handler
    controller.stop()


def use(settings: Settings, url: str) -> None:
    settings.EMAIL_URL = url
    values: dict[str, Any] = environment.email(url)
    for name, value in values.items():
        setattr(settings, name, value)


def with_addresses(mailing: Mailing, *odd: str) -> list[Delivery]:
    """Give the first recipients these addresses, past every form."""
    rows = list(mailing.deliveries.order_by("pk"))
    for row, address in zip(rows, odd, strict=False):
        SchoolContact.objects.filter(pk=row.contact_id).update(email=address)
    return rows


def states(mailing: Mailing) -> list[str]:
    return list(mailing.deliveries.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db
def test_addresses_that_cannot_be_written_to_fail_alone(started: Started, ascii_relay: MailServer) -> None:
    mailing = started(SCHOOLS)
    rows = with_addresses(mailing, "åsa@example.org", "inte en adress", "anna@strängnäs.example.org")
    pump.pump()
    assert states(mailing)[:3] == [Delivery.State.FAILED, Delivery.State.FAILED, Delivery.State.SENT]
    assert set(states(mailing)[3:]) == {Delivery.State.SENT}
    replies = [row.smtp_reply for row in mailing.deliveries.order_by("pk")[:2]]
    assert [reply[:9] for reply in replies] == ["553 5.6.7", "553 5.1.3"]
    assert not any("åsa" in reply or "inte en adress" in reply for reply in replies)
    assert "anna@xn--strngns-7wad.example.org" in ascii_relay.recipients
    assert len(ascii_relay.messages) == len(rows) - 2
    mailing.run.refresh_from_db()
    assert mailing.run.state in (MailingRun.State.SENDING, MailingRun.State.DONE)


@pytest.mark.django_db
def test_a_relay_that_offers_smtputf8_takes_the_address_as_it_is(started: Started, relay: MailServer) -> None:
    mailing = started(SCHOOLS)
    with_addresses(mailing, "åsa@example.org")
    pump.pump()
    assert set(states(mailing)) == {Delivery.State.SENT}
    (letter,) = [received for received in relay.messages if received.rcpt_tos == ["åsa@example.org"]]
    assert b"To: <" + "åsa@example.org".encode() + b">\r\n" in letter.content


@pytest.mark.django_db
def test_every_letter_leaves_with_a_return_address_of_its_own(started: Started, relay: MailServer) -> None:
    SiteSettings.objects.update(bounce_address="studs@kommun.example.org")
    mailing = started(SCHOOLS)
    pump.pump()
    by_recipient = {received.rcpt_tos[0]: received for received in relay.messages}
    rows = mailing.deliveries.select_related("contact")
    assert len(by_recipient) == len(rows)
    for row in rows:
        letter = by_recipient[row.contact.email]
        assert verp.read(letter.mail_from) == row.pk
        assert letter.message["From"].addresses[0].addr_spec == "ung@strangnas.example.org"
        # The relay that delivers writes it, nobody before.
        assert letter.message["Return-Path"] is None
        assert letter.message["Feedback-ID"].startswith(f"c{mailing.campaign_id}:m{mailing.pk}:schools:")


@pytest.mark.django_db
def test_without_an_address_for_bounces_the_sender_s_own_is_used(started: Started, relay: MailServer) -> None:
    started(SCHOOLS)
    pump.pump()
    assert {received.mail_from for received in relay.messages} == {"ung@strangnas.example.org"}
