"""A backup in the place of a newer installation: what was forbidden since stays so, and what cannot be done changes nothing."""

from __future__ import annotations

import contextlib
import fcntl
import json
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.backup.deeds import ERASED, FORBIDDEN, LIVED, asked, held, last_line, shell
from tests.installation import ROOT, Installation

KEPT = "restore-kept.json"


def backup_of(installation: Installation, to: Path) -> Path:
    return Path(last_line(installation.manage("backup", "--to", to).stdout)["backup"])


def test_what_was_forbidden_since_is_forbidden_in_what_comes_back(lived: Installation, tmp_path: Path) -> None:
    shell(lived, LIVED, "LIVED")
    backup = backup_of(lived, tmp_path / "one.tar")
    emails = shell(lived, FORBIDDEN, "FORBIDDEN").split()
    newer = backup_of(lived, tmp_path / "two.tar")
    before = held(lived, emails)
    assert before["barred"] == ["suppressed", "", "suppressed", "suppressed", "protected", ""]

    done = last_line(lived.manage("restore", backup, "--replace").stdout)
    after = held(lived, emails)
    # The address under which the backup knew the protected person is protected too.
    assert after == {**before, "barred": [*before["barred"][:5], "protected"]}
    assert after["in_register"] == [True, True, True, True, False, False]
    assert (done["suppressed_again"], done["not_carried"]) == (4, [])
    assert not (lived.var / KEPT).exists()

    # The database is lost: a newer backup knows it too, and that the database does not is said.
    if url := lived.environment.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("DROP SCHEMA public CASCADE")
            database.execute("CREATE SCHEMA public")
    else:
        lived.database.write_bytes(b"no database any more" * 500)
    done = last_line(lived.manage("restore", backup, "--replace", "--erasures", newer).stdout)
    assert held(lived, emails) == after
    assert "Suppression" in done["not_carried"]
    if not lived.environment.get("DATABASE_URL"):
        (aside,) = lived.var.glob("kampanj.sqlite3.unreadable-*")
        assert aside.read_bytes().startswith(b"no database")


def test_what_the_old_database_could_not_tell_is_said(installation: Installation, tmp_path: Path) -> None:
    backup = backup_of(installation, tmp_path / "one.tar")
    with contextlib.closing(sqlite3.connect(installation.database)) as database:
        database.execute("ALTER TABLE kampanj_protectedaddress RENAME TO gone")
        database.commit()
    done = installation.manage("restore", backup, "--replace")
    assert last_line(done.stdout)["not_carried"] == ["ProtectedAddress"]
    assert "skyddade adresser" in done.stdout or "protected addresses" in done.stdout


# --- What cannot be done changes nothing ---------------------------------------------------------------------------------


@contextlib.contextmanager
def in_use(installation: Installation) -> Iterator[None]:
    """Somebody else holds the database."""
    if url := installation.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as other:
            other.execute("SELECT count(*) FROM kampanj_guardian")
            yield
        return
    with contextlib.closing(sqlite3.connect(installation.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def changed_since(installation: Installation) -> None:
    """A file with other bytes under the same name, and one that the backup does not know."""
    media = installation.folder / "media"
    picture = next(path for path in sorted(media.rglob("*.*")) if path.is_file())
    picture.write_bytes(b"other bytes")
    (media / "new.txt").write_text("new")
    removed = next(path for path in sorted(media.rglob("*.*"), reverse=True) if path.is_file() and path != picture)
    removed.unlink()


def stores(installation: Installation) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for place in (installation.folder / "media", installation.var / "private")
        for path in place.rglob("*")
    }


def test_a_database_that_refuses_leaves_every_file_as_it_was(lived: Installation, tmp_path: Path) -> None:
    backup = backup_of(lived, tmp_path / "one.tar")
    changed_since(lived)
    was, files = asked(lived), stores(lived)
    with in_use(lived):
        refused = lived.manage("restore", backup, "--replace", check=False)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert stores(lived) == files
    assert asked(lived) == was
    assert list(lived.var.glob(".backup-*")) == []
    # Nobody uses it any more: the same command does it.
    lived.manage("restore", backup, "--replace")
    assert (lived.folder / "media" / "new.txt").exists() is False
    assert not [name for name in stores(lived) if ".restore-" in name]


def test_a_full_disk_leaves_every_file_as_it_was(installation: Installation, tmp_path: Path) -> None:
    large = installation.folder / "media" / "zz-large.bin"
    large.write_bytes(bytes(30_000_000))
    backup = backup_of(installation, tmp_path / "one.tar")
    large.write_bytes(b"smaller by now")
    changed_since(installation)
    was, files = asked(installation), stores(installation)
    command = f'ulimit -f 20000; exec "{sys.executable}" "{ROOT}/manage.py" restore "{backup}" --replace'
    refused = subprocess.run(
        ["bash", "-c", command],
        cwd=installation.folder,
        env=installation.variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1, refused.stdout
    assert "Traceback" not in refused.stderr
    assert stores(installation) == files
    assert asked(installation) == was


def test_a_member_that_was_changed_leaves_everything_as_it_was(installation: Installation, tmp_path: Path) -> None:
    backup = backup_of(installation, tmp_path / "one.tar")
    changed_since(installation)
    was = asked(installation)
    with tarfile.open(backup) as tar:
        member = next(entry for entry in tar if entry.name.startswith("media/") and entry.size)
    content = bytearray(backup.read_bytes())
    content[member.offset_data] ^= 1
    backup.write_bytes(content)
    assert installation.manage("restore", backup, "--replace", check=False).returncode == 1
    assert asked(installation) == was


def test_what_could_not_be_put_in_force_is_kept_for_the_next_attempt(installation: Installation, tmp_path: Path) -> None:
    shell(installation, LIVED, "LIVED")
    backup = backup_of(installation, tmp_path / "one.tar")
    emails = shell(installation, FORBIDDEN, "FORBIDDEN").split()
    erased = shell(installation, ERASED.replace('order_by("-pk")[0]', 'order_by("pk")[3]'), "ERASED")
    for note in (installation.var / "private" / "erasures").iterdir():
        note.unlink()
    forbidden = held(installation, emails)
    with (installation.var / "roster-import.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # An import is under way.
        refused = installation.manage("restore", backup, "--replace", check=False)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "--replace" in refused.stderr
    kept = installation.var / KEPT
    assert kept.stat().st_mode & 0o777 == 0o600
    said = json.loads(installation.manage("doctor", "--json", check=False).stdout)
    assert [one["level"] for one in said["findings"] if one["check"] == "restore"] == ["error"]

    # Whoever changes it takes nobody out of it.
    written = kept.read_text()
    kept.write_text(written.replace('"unsubscribed"', '"manual"'))
    refused = installation.manage("restore", backup, "--replace", check=False)
    assert (refused.returncode, KEPT in refused.stderr) == (1, True)
    kept.write_text(written)

    done = last_line(installation.manage("restore", backup, "--replace").stdout)
    assert not kept.exists()
    assert held(installation, emails)["barred"] == [*forbidden["barred"][:5], "protected"]
    assert done["not_carried"] == []
    key = shell(
        installation,
        f"from kampanj.audience.identity import address_key\nprint('KEY', address_key('ny.adress@example.org'), '{erased}')",
        "KEY",
    ).split()[0]
    barred = shell(
        installation,
        "from kampanj.audience.models import Suppression\n"
        f"print('ROWS', Suppression.objects.filter(address_key='{key}', reason='erased').count())",
        "ROWS",
    )
    assert barred == "1"
