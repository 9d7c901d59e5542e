"""Letters through another Django e-mail backend: the same letter arrives, and what the backend says has the same meaning."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from kampanj.distribution import clock, provider
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import ConnectionLost, RelayDown, RelayUnusable
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.provider import BackendTransport
from kampanj.distribution.pump import pump
from kampanj.distribution.retry import Reply

pytestmark = pytest.mark.django_db
SCHOOLS = "Alla skolor"
ADDRESSEE = Addressee("b@example.org", "<1@example.org>", "Mon, 14 Dec 2026 07:30:00 +0100", {"unsubscribe": "https://a/"})
FORM = LetterForm(b"Subject: x\r\n\r\nx\r\n")


class Status:
    """What django-anymail leaves on a message."""

    def __init__(self, *names: str) -> None:
        self.status = set(names)


class ToldBackend(BaseEmailBackend):
    """Says what `says` holds: an error to raise or a status to leave."""

    says: ClassVar[Any] = None

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        if isinstance(self.says, Exception):
            raise self.says
        for message in email_messages:
            message.anymail_status = self.says
        return len(email_messages)


def test_the_same_letter_arrives(started: Callable[..., Mailing], settings: Settings) -> None:
    settings.LETTER_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mailing = started(SCHOOLS)
    pump()
    clock.tick()
    assert MailingRun.objects.get(mailing=mailing).state == MailingRun.State.DONE
    assert len(mail.outbox) == mailing.deliveries.count()
    first = mail.outbox[0].message()
    assert first["Message-ID"].startswith(f"<{mailing.pk}.")
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in first.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize(
    ("says", "state", "run"),
    [
        (Status("queued"), "sent", "sending"),
        (Status("rejected"), "failed", "sending"),
        (Status("failed"), "queued", "sending"),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"5.1.1 unknown")}), "failed", "sending"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "queued", "paused"),
        (ConnectionRefusedError(111, "refused"), "queued", "sending"),
        (smtplib.SMTPSenderRefused(421, b"4.7.0 closing", "a@example.org"), "queued", "paused"),
    ],
)
def test_each_answer_has_its_meaning(
    says: Any, state: str, run: str, started: Callable[..., Mailing], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LETTER_BACKEND = f"{__name__}.ToldBackend"
    monkeypatch.setattr(ToldBackend, "says", says)
    monkeypatch.setattr("kampanj.distribution.provider.get_connection", lambda _path: ToldBackend())
    mailing = started(SCHOOLS)
    pump()
    assert set(mailing.deliveries.values_list("state", flat=True)) == {state}
    assert MailingRun.objects.get(mailing=mailing).state == run


class ProviderError(provider.AnymailError):
    """As django-anymail's: with an HTTP status when the provider has answered."""

    def __init__(self, status_code: int | None = None) -> None:
        super().__init__("Error posting to https://example.org/?key=secret")
        self.status_code = status_code


class Unanswered(ProviderError, OSError):
    """As django-anymail makes of an error of requests: both at once, the other one behind it."""


class ConnectTimeout(OSError):
    """Named as that of requests."""


def behind(cause: OSError) -> Unanswered:
    fault = Unanswered()
    fault.__cause__ = cause
    return fault


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (behind(TimeoutError("read timed out")), ConnectionLost),
        (behind(ConnectTimeout("timed out")), RelayDown),
        (behind(ConnectionRefusedError(111, "refused")), RelayDown),
        (ProviderError(), RelayUnusable),
        (ProviderError(401), RelayUnusable),
        (ProviderError(500), ConnectionLost),
        (ProviderError(502), ConnectionLost),
        (ProviderError(504), ConnectionLost),
        (ProviderError(503), Reply(451, "4.3.0 the provider answered 503")),
        (smtplib.SMTPServerDisconnected("gone"), ConnectionLost),
        (smtplib.SMTPDataError(421, b"4.7.0 closing"), Reply(421, "4.7.0 closing")),
    ],
)
def test_after_a_fault_the_next_letter_has_a_connection_of_its_own(
    fault: Exception, meaning: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[ToldBackend] = []
    monkeypatch.setattr("kampanj.distribution.provider.get_connection", lambda _path: opened.append(ToldBackend()) or opened[-1])
    with BackendTransport("x") as transport:
        monkeypatch.setattr(ToldBackend, "says", fault)
        if isinstance(meaning, Reply):
            assert transport.send("a@example.org", ADDRESSEE, FORM) == meaning
        else:
            with pytest.raises(meaning) as met:
                transport.send("a@example.org", ADDRESSEE, FORM)
            assert "secret" not in str(met.value)
            assert getattr(met.value, "after_data", True)
        monkeypatch.setattr(ToldBackend, "says", None)
        assert transport.send("a@example.org", ADDRESSEE, FORM).code == 250
    assert len(opened) == 2


def test_a_refused_recipient_leaves_the_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[ToldBackend] = []
    monkeypatch.setattr("kampanj.distribution.provider.get_connection", lambda _path: opened.append(ToldBackend()) or opened[-1])
    monkeypatch.setattr(ToldBackend, "says", smtplib.SMTPRecipientsRefused({"b@example.org": (550, b"5.1.1 unknown")}))
    with BackendTransport("x") as transport:
        assert [transport.send("a@example.org", ADDRESSEE, FORM).code for _ in range(2)] == [550, 550]
    assert len(opened) == 1
