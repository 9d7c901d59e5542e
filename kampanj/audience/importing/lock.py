"""One import at a time in the whole installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused

KEY = "kampanj.roster"


@contextmanager
def one_import_at_a_time() -> Iterator[None]:
    """Be the only one that changes guardians. RosterRefused at once when somebody else does; SQLite's writers wait anyhow."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [KEY])
        if not cursor.fetchone()[0]:
            raise RosterRefused(_("Another import is under way. Wait until it is done and try again."))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [KEY])
