"""What must hold on SQLite and PostgreSQL alike (see `on_both`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.search import on_both
from tests.installation import ROOT, Installation


@pytest.mark.django_db
def test_on_sqlite() -> None:
    on_both.all_that_holds(examples=60)


def test_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url, "PYTHONPATH": str(ROOT)})
    installation.manage("migrate", "--verbosity", "0")
    installation.manage("seed_demo")
    check = "from tests.content.search import on_both; on_both.all_that_holds(examples=60); print('ALL HOLDS')"
    assert "ALL HOLDS" in installation.manage("shell", "--command", check).stdout
