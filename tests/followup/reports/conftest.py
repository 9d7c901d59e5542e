"""A mailing to the demonstration's guardians of which every letter has been sent."""

from __future__ import annotations

import pytest

from kampanj.distribution import clock
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from tests.distribution.rows import finish


@pytest.fixture
def mailing(db: None) -> Mailing:
    """It has ended, and nothing has come back."""
    made = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    clock.start_due()
    finish(made)
    clock.finish_done()
    return Mailing.objects.get(pk=made.pk)
