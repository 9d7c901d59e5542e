"""An installation on each database."""

from __future__ import annotations

import pytest

from tests.installation import Installation


@pytest.fixture(params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, installation: Installation) -> Installation:
    """An installation with a past, on each database."""
    if request.param == "postgresql":
        installation.environment["DATABASE_URL"] = request.getfixturevalue("postgres_url")
        installation.manage("seed_demo")
    return installation
