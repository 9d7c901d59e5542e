"""Migrations that the old code can live with: while the tables change, the processes of the release before go on."""

from __future__ import annotations

import re
from pathlib import Path

from tests.installation import Installation

# What was there before the first installation ran in production.
LANDED = "0014_folder"


def test_the_old_code_can_live_with_every_new_migration(postgres_url: str, tmp_path: Path) -> None:
    developer = Installation(tmp_path, {"DATABASE_URL": postgres_url, "DJANGO_SETTINGS_MODULE": "config.settings.dev"})
    linted = developer.manage("lintmigrations", "--no-cache", "--include-apps", "kampanj", "ung", check=False, timeout=600)
    judged = {(app, name): word for app, name, word in re.findall(r"^\((\w+), (\w+)\)\.\.\. (\w+)", linted.stdout, re.MULTILINE)}
    # Those that have landed are looked at too, which shows that the linter finds what it is for.
    broken = {name for (_app, name), word in judged.items() if word in ("ERR", "WARNING")}
    assert min(broken) <= LANDED
    assert {name for name in broken if name > LANDED} == set(), linted.stdout
