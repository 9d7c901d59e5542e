"""A mailing of the demonstration campaign whose letters have left, and a relay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kampanj.distribution.models import Mailing
from tests.distribution.conftest import relay, started
from tests.distribution.rows import finish

__all__ = ["relay", "started"]


@pytest.fixture
def mailing(started: Callable[..., Mailing]) -> Mailing:
    """Every letter has been taken."""
    found = started()
    finish(found)
    return found
