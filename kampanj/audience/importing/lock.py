"""One import at a time in the whole installation. A lock that dies with its process and is never stale.

On PostgreSQL it is an advisory lock of the database session; with SQLite, which has one machine, a lock on a file.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused

# Any number that nothing else in this database locks: the bytes of “roster”.
LOCK = 0x726F73746572
FILE_NAME = "roster-import.lock"


@contextmanager
def one_import_at_a_time() -> Iterator[None]:
    """Hold the lock for the block; RosterRefused at once when another import runs, in any process or thread.

    The block must not close the database's connection: PostgreSQL gives the lock back with it.
    """
    with _on_postgresql() if connection.vendor == "postgresql" else _on_file():
        yield


@contextmanager
def _on_postgresql() -> Iterator[None]:
    with connection.cursor() as cursor:
        # Where this session holds the lock itself, PostgreSQL would give it once more.
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s) WHERE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'"
            " AND pid = pg_backend_pid() AND (classid::bigint << 32 | objid::bigint) = %s)",
            [LOCK, LOCK],
        )
        if cursor.fetchone() != (True,):
            raise _refusal()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _on_file() -> Iterator[None]:
    # Opened anew each time: two locks of one process on one file would be the same lock.
    with (Path(settings.VAR_DIR) / FILE_NAME).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal() from None
        yield


def _refusal() -> RosterRefused:
    return RosterRefused(_("Another import is under way. Wait until it is done and try again."))
