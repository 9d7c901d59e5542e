"""Who writes mailings to schools, and who approves them."""

from __future__ import annotations

import pytest

from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import person


@pytest.fixture
def author() -> User:
    return person("forfattare", COMMUNICATOR)


@pytest.fixture
def approver() -> User:
    return person("annan", APPROVER)
