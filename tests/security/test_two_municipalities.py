"""Two municipalities on one PostgreSQL server and one Redis: each has its own database, keys and storage, and sees nothing else.

The second one's database begins as a copy of the first one's, so that every number in an address means something in both; only
then do the first one's own words come into its own.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from tests.clusters import seeded_on_postgres, started_with_content
from tests.installation import Installation


@dataclass
class Municipality:
    """One installation."""

    installation: Installation

    def run(self, function: str, *given: object, **env: str) -> Any:
        """What a function of `neighbours` gives in a process of this installation."""
        folder = self.installation.folder
        (folder / "given.json").write_text(json.dumps(given))
        code = (
            "import json, pathlib; from tests.security import neighbours; "
            f"given = json.loads(pathlib.Path({str(folder / 'given.json')!r}).read_text()); "
            f"pathlib.Path({str(folder / 'answer.json')!r}).write_text(json.dumps(neighbours.{function}(*given)))"
        )
        self.installation.manage("shell", "--verbosity", "0", "--command", code, env=env)
        return json.loads((folder / "answer.json").read_text())


def installed(folder: Path, files: Path, *, database: str, cache: str, keys: dict[str, str]) -> Municipality:
    """An installation with a provider's webhooks and figures for Prometheus."""
    shutil.copytree(files, folder, ignore=shutil.ignore_patterns("cache", "pages", "limits", ".env"))
    environment = {
        "DATABASE_URL": database,
        "CACHE_URL": cache,
        "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
        "ANYMAIL_POSTMARK_SERVER_TOKEN": "none",
        "METRICS_TOKEN": secrets.token_urlsafe(24),
        "ANYMAIL_WEBHOOK_SECRET": f"anymail:{secrets.token_hex(16)}",
        **keys,
    }
    return Municipality(Installation(folder, environment))


@pytest.fixture
def neighbours(tmp_path: Path, redis_url: str) -> Iterator[tuple[Municipality, Municipality]]:
    """Two installations that hold the same."""
    cluster = started_with_content()
    files = seeded_on_postgres() / "installation"
    try:
        with psycopg.connect(f"{cluster.address}/template1", autocommit=True) as server:
            server.execute("CREATE DATABASE alfa TEMPLATE postgres")
            keys = dict(line.split("=", 1) for line in (files / ".env").read_text().splitlines())
            first = installed(tmp_path / "alfa", files, database=f"{cluster.address}/alfa", cache=redis_url, keys=keys)
            # Only this leaves letters: into the outbox, and at once.
            first.run("furnish", EMAIL_BACKEND="", UNDO_MINUTES="0")
            server.execute("CREATE DATABASE beta TEMPLATE alfa")
        own = {name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "HASH_KEY")}
        second = installed(tmp_path / "beta", files, database=f"{cluster.address}/beta", cache=redis_url, keys=own)
        yield first, second
    finally:
        cluster.remove()


def test_nothing_of_one_municipality_opens_or_shows_anything_in_another(
    neighbours: tuple[Municipality, Municipality], redis_url: str
) -> None:
    alfa, beta = neighbours
    stolen = alfa.run("at_home")
    assert len(stolen["addresses"]) > 20
    with redis.Redis.from_url(redis_url) as shared:
        before = set(shared.keys())
        assert before
        assert beta.run("presented", stolen) == {}
        # What the one empties, the other keeps.
        assert before <= set(shared.keys())
    assert alfa.run("unopened", stolen) == {}
