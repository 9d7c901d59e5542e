"""What must hold on PostgreSQL (see `on_both`)."""

from __future__ import annotations

from pathlib import Path

from tests.content.search import on_both
from tests.installation import ROOT, Installation

CHECK = f"from {on_both.__name__} import all_that_holds; all_that_holds(examples=60); print('ALL HOLDS')"


def test_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url, "PYTHONPATH": str(ROOT)})
    installation.manage("migrate", "--verbosity", "0")
    installation.manage("seed_demo")
    assert "ALL HOLDS" in installation.manage("shell", "--command", CHECK).stdout
