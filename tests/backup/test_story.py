"""Backup, destroy, restore, verify: identical counts and checksums, and nothing leaves that nobody has asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg

from tests.backup.deeds import ERASED, LIVED, asked, last_line, shell
from tests.installation import Installation


def destroy(installation: Installation) -> None:
    """The disks are gone: database, uploads, private files. The keys are kept elsewhere."""
    shutil.rmtree(installation.folder / "media")
    for path in installation.var.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if url := installation.environment.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("DROP SCHEMA public CASCADE")
            database.execute("CREATE SCHEMA public")


def test_what_was_destroyed_comes_back_and_nothing_leaves(lived: Installation, tmp_path: Path) -> None:
    half, planned = shell(lived, LIVED, "LIVED").split()
    before = asked(lived)
    copies = tmp_path / "copies"
    copies.mkdir()
    made = last_line(lived.manage("backup", "--to", copies).stdout)
    backup = Path(made["backup"])
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in copies.iterdir()] == [backup.name]
    destroy(lived)

    done = lived.manage("restore", backup)
    after = asked(lived)
    assert after["counts"] == before["counts"]
    assert after["files"] == before["files"]
    assert after["addresses"] == before["addresses"]
    assert any(name.startswith("private/rosters/") for name in after["files"])
    assert last_line(lived.manage("verify_archive").stdout) == {"archives": 1, "faults": 0}
    assert (last_line(done.stdout)["asking"], last_line(done.stdout)["paused"]) == (1, 1)

    # The half-sent mailing is paused with its reason, what was in hand is held, the planned one asks and keeps its time.
    assert after["runs"][half][0] == "paused"
    assert "säkerhetskopian" in after["runs"][half][1]
    assert (after["held"], after["in_hand"]) == (before["in_hand"], 0) == (3, 0)
    assert after["runs"][planned][0] == "asking"
    assert after["runs"][planned][2] == before["runs"][planned][2]
    lived.manage("run_due")
    assert not [path for path in lived.outbox.rglob("*") if path.is_file()]

    # Somebody is erased after the backup was made. The backup comes back once more: the person does not.
    was = shell(lived, ERASED, "ERASED")
    refused = lived.manage("restore", backup, check=False)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert "Traceback" not in refused.stderr
    again = last_line(lived.manage("restore", backup, "--replace").stdout)
    assert again["erased_again"] == 1
    assert asked(lived)["addresses"] == [address for address in before["addresses"] if address != was]


def test_a_backup_of_another_kind_of_database_is_refused(installation: Installation, tmp_path: Path, postgres_url: str) -> None:
    made = last_line(installation.manage("backup", "--to", tmp_path).stdout)
    installation.environment["DATABASE_URL"] = postgres_url
    refused = installation.manage("restore", made["backup"], "--replace", check=False)
    assert refused.returncode == 1
    assert "postgresql" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_backup_made_under_another_key_is_refused(installation: Installation, tmp_path: Path) -> None:
    made = last_line(installation.manage("backup", "--to", tmp_path).stdout)
    before = asked(installation)
    refused = installation.manage("restore", made["backup"], "--replace", check=False, env={"HASH_KEY": "another-" * 8})
    assert refused.returncode == 1
    assert "HASH_KEY" in refused.stderr
    assert asked(installation) == before


def test_newer_backups_tell_who_has_been_erased(installation: Installation, tmp_path: Path) -> None:
    older = last_line(installation.manage("backup", "--to", tmp_path / "older.tar").stdout)["backup"]
    was = shell(installation, ERASED, "ERASED")
    newer = last_line(installation.manage("backup", "--to", tmp_path / "newer.tar").stdout)["backup"]
    destroy(installation)
    told = last_line(installation.manage("restore", older, "--erasures", newer).stdout)
    assert told["erased_again"] == 1
    assert was not in asked(installation)["addresses"]
