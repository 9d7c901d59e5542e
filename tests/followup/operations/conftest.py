"""Mailings under way, and a relay that takes letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from config import environment
from kampanj.distribution import clock
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from tests.installation import free_port
from tests.mailserver import MailServer

Use = Callable[[str], None]


@pytest.fixture
def use(settings: Settings) -> Use:
    """Letters go to this EMAIL_URL."""

    def set_url(url: str) -> None:
        values: dict[str, Any] = {**environment.email(url), "EMAIL_URL": url, "EMAIL_TIMEOUT": 2}
        values["EMAIL_BACKEND"] = "django.core.mail.backends.smtp.EmailBackend"
        for name, value in values.items():
            setattr(settings, name, value)

    return set_url


@pytest.fixture
def nowhere(use: Use) -> None:
    """The relay does not answer."""
    use(f"smtp://127.0.0.1:{free_port()}")


@pytest.fixture
def relay(smtp_sink: MailServer, use: Use) -> MailServer:
    """Letters go to a real SMTP server on loopback."""
    use(smtp_sink.url)
    return smtp_sink


@pytest.fixture
def started(db: None) -> Callable[..., Mailing]:
    """Make, approve and start a mailing to a segment."""

    def make(segment: str = "Alla vårdnadshavare") -> Mailing:
        mailing = make_mailing(slug="jag-trodde-aldrig", segment_name=segment, at=None, is_approved=True)
        clock.start_due()
        return mailing

    return make
