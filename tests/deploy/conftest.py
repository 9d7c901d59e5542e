"""Installations as in production: PostgreSQL with the demonstration content, and a broker of each kind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clusters import Cluster, seeded_on_postgres
from tests.faults.conftest import cluster
from tests.installation import Installation

__all__ = ["cluster"]  # A fixture of the tests of faults: a server of our own.


def closed_to_others(installation: Installation) -> Installation:
    """Its keys and private files are nobody else's."""
    (installation.folder / ".env").chmod(0o600)
    installation.var.chmod(0o700)
    return installation


@pytest.fixture
def production(cluster: Cluster, tmp_path: Path) -> Callable[..., Installation]:
    """Makes an installation with the settings of production."""

    def make(*, broker: str, port: int, **environment: str) -> Installation:
        folder = tmp_path / "installation"
        shutil.copytree(seeded_on_postgres() / "installation", folder)
        installation = Installation(
            folder,
            {
                "DJANGO_SETTINGS_MODULE": "config.settings.production",
                "BASE_URL": f"https://localhost:{port}",
                "ALLOWED_HOSTS": "localhost",
                "DATABASE_URL": cluster.url,
                "BROKER_URL": broker,
                "EMAIL_URL": "smtp://127.0.0.1:1",
                "DEFAULT_FROM_EMAIL": "kampanj@kommun.example.org",
                **environment,
            },
        )
        return closed_to_others(installation)

    return make
