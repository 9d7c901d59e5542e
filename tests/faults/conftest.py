"""Installations that are hurt while they send: killed, frozen, robbed of their database and their broker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import stacks
from tests.clusters import Cluster, seeded_on_postgres, started_with_content
from tests.faults.processes import BROKERS, STACK
from tests.installation import Installation, copy_of_template

HURRY = {"DELIVERY_LEASE_SECONDS": "2", "DELIVERY_BACK_OFF_FACTOR": "0.0001", "LOG_LEVEL": "ERROR"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server of the module's own, with the demonstration content."""
    own = started_with_content()
    yield own
    own.remove()


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> str:
    """BROKER_URL of the run's broker; of Redis, when a test does not ask for both and nobody has chosen."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', BROKERS[0])}_url"))


@pytest.fixture
def on_postgres(cluster: Cluster, broker: str, tmp_path: Path) -> Installation:
    """An installation with this server and a broker; the database is shared by the module's tests, one mailing each."""
    folder = tmp_path / "installation"
    shutil.copytree(seeded_on_postgres() / "installation", folder)
    installation = Installation(folder, {**HURRY, "DATABASE_URL": cluster.url, "BROKER_URL": broker})
    if STACK and STACK.has_buckets:
        stacks.ground.put_into_buckets(installation)
    return installation


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installation:
    """Everything in one process."""
    if STACK:
        pytest.skip("This is about the one process on SQLite, and another stack has been chosen.")
    installation = copy_of_template(tmp_path / "installation")
    installation.environment |= HURRY
    return installation
