"""A lock for building: what a thousand schools ask for at the same time is built by one and fetched by the others.

It dies with its process. On PostgreSQL it is an advisory lock of the session; with SQLite, on one machine, a lock on a file.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

# The first of the two numbers of the lock: the bytes of “pack”.
SPACE = 0x7061636B
# Digits of the key that choose the lock. Two packages that share one wait for each other, nothing worse.
DIGITS = 2


@contextmanager
def one_at_a_time(key: str) -> Iterator[None]:
    """Hold the lock of a package, waiting for whoever has it; `key` begins with hexadecimal digits."""
    mark = key[:DIGITS]
    with _on_postgresql(mark) if connection.vendor == "postgresql" else _on_file(mark):
        yield


@contextmanager
def _on_postgresql(mark: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SPACE, int(mark, 16)])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, int(mark, 16)])


@contextmanager
def _on_file(mark: str) -> Iterator[None]:
    # Opened anew each time: two locks of one process on one file would be the same lock.
    with (Path(settings.VAR_DIR) / f"package-{mark}.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
