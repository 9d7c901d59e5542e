"""Letters through another Django e-mail backend: the same letter arrives, and what the backend says has the same meaning."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from kampanj.distribution import clock
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.pump import pump

pytestmark = pytest.mark.django_db
SCHOOLS = "Alla skolor"


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
