"""A mailing whose letters have left, and readers as their browsers tell of them."""

from __future__ import annotations

from typing import Any

import pytest

from kampanj.distribution import clock
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from tests.distribution.rows import finish

# What Chromium sends when somebody follows a link in a mail program (Fetch Metadata).
OPENED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none", "Sec-Fetch-User": "?1"}
PAGE = "/ung/jag-trodde-aldrig/"


@pytest.fixture
def mailing(db: None) -> Mailing:
    return make_sent()


def make_sent() -> Mailing:
    """A mailing to all guardians, every letter of which has been delivered."""
    made = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    clock.start_due()
    finish(made)
    clock.finish_done()
    return Mailing.objects.get(pk=made.pk)


def opened(client: Any, address: str, **headers: str | None) -> Any:
    """A reader's browser opens the address; `headers` are added, or taken away where they are None (“_” stands for “-”)."""
    told: dict[str, Any] = {**OPENED, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.get(address, headers={name: value for name, value in told.items() if value is not None})
