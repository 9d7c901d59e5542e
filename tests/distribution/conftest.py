"""A mailing of the demonstration campaign, approved and started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from config import environment
from kampanj.distribution import clock
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from tests.mailserver import MailServer

GUARDIANS = "Alla vårdnadshavare"
SCHOOLS = "Alla skolor"
SLUG = "jag-trodde-aldrig"


@pytest.fixture
def started(db: None) -> Callable[..., Mailing]:
    """Make, approve and start a mailing to a segment."""

    def make(segment: str = GUARDIANS) -> Mailing:
        mailing = make_mailing(slug=SLUG, segment_name=segment, at=None, is_approved=True)
        clock.start_due()
        return mailing

    return make


@pytest.fixture
def relay(smtp_sink: MailServer, settings: Settings) -> MailServer:
    """Letters go to a real SMTP server on loopback."""
    settings.EMAIL_URL = smtp_sink.url
    values: dict[str, Any] = environment.email(smtp_sink.url)
    for name, value in values.items():
        setattr(settings, name, value)
    return smtp_sink
