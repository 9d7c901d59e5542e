"""SQLite by its own online backup: a reader's view of one moment; what is brought back takes the place in one transaction."""

from __future__ import annotations

import gzip
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused
from config.backup.manifest import damaged

# Seconds to wait for whoever writes.
PATIENCE = 10
CHUNK = 1024 * 1024


class SQLite:
    """See `databases.Database`."""

    part = "database.sqlite3.gz"

    def __init__(self, not_counted: tuple[str, ...]) -> None:
        self._not_counted = not_counted
        self._prepared: Path | None = None

    def server(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def dump(self, target: Path) -> Mapping[str, int]:
        copy = target.with_name(f"{target.name}.copy")
        try:
            with _opened(_live()) as live, _opened(copy) as copied:
                live.backup(copied)
                counts = self._counts(copied)
            with copy.open("rb") as plain, gzip.open(target, "wb", compresslevel=3) as packed:
                shutil.copyfileobj(plain, packed, CHUNK)
        except sqlite3.Error as fault:
            raise BackupRefused(
                _("The database cannot be copied to %(place)s: %(fault)s. Nothing half is left.")
                % {"place": settings.VAR_DIR, "fault": fault}
            ) from fault
        finally:
            copy.unlink(missing_ok=True)
        return counts

    def prepare(self, dumped: Path, *, counts: Mapping[str, int], then: tuple[str, ...]) -> None:
        plain = dumped.with_name("prepared.sqlite3")
        with gzip.open(dumped, "rb") as packed, plain.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, CHUNK)
        try:
            with _opened(plain) as copy:
                if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",) or self._counts(copy) != dict(counts):
                    raise damaged()
                for statement in then:
                    copy.execute(statement)
                copy.commit()
        except sqlite3.DatabaseError as fault:
            raise damaged() from fault
        self._prepared = plain

    def load(self) -> None:
        """Through SQLite's own locks, so that a process that still has the file open sees the old content or the new."""
        if self._prepared is None:
            raise RuntimeError("prepare() comes first")
        connection.close()
        try:
            with _opened(self._prepared) as prepared, _opened(_live()) as live:
                # Once more than needed: `backup` would wait for ever.
                live.execute("BEGIN EXCLUSIVE")
                live.rollback()
                prepared.backup(live)
        except sqlite3.Error as fault:
            raise BackupRefused(
                _("The database cannot be written: %(fault)s. Stop everything that uses it and try again.") % {"fault": fault}
            ) from fault
        _live().chmod(0o600)

    @contextmanager
    def unreadable_set_aside(self) -> Iterator[None]:
        """A file in the database's place that is none any more makes room, and stays beside it for whoever can read it."""
        moved: list[tuple[Path, Path]] = []
        if not _is_database(_live()):
            moved = [
                (path, path.with_name(f"{path.name}.unreadable-{secrets.token_hex(4)}")) for path in _files() if path.exists()
            ]
        for path, aside in moved:
            path.rename(aside)
        try:
            yield
        except BaseException:
            if moved:
                connection.close()
                for made in _files():
                    made.unlink(missing_ok=True)
            for path, aside in moved:
                aside.rename(path)
            raise

    def _counts(self, opened: sqlite3.Connection) -> dict[str, int]:
        names = opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        tables = [name for (name,) in names.fetchall() if not name.startswith("sqlite_") and name not in self._not_counted]
        return {name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(tables)}  # noqa: S608


def _is_database(path: Path) -> bool:
    """Whether SQLite can read the file at all; one that is not there yet is as good."""
    try:
        with _opened(path) as opened:
            opened.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        return True  # It is in use, or must not be read: that is said when it is written.
    except sqlite3.DatabaseError:
        return False
    return True


def _files() -> list[Path]:
    """The database's file, and those that SQLite lays beside it."""
    return [_live().with_name(f"{_live().name}{end}") for end in ("", "-wal", "-shm")]


def _live() -> Path:
    return Path(connection.settings_dict["NAME"])


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as opened:
        yield opened
