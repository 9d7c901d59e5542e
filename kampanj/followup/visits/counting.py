"""Adding one to an entrance's number. A page is never late, and never missing, because of it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from django.db import Error, connection, transaction
from django.db.models import F
from django.utils import timezone

from kampanj.followup.visits import doors
from kampanj.followup.visits.models import VisitCount

logger = logging.getLogger("kampanj.followup.visits")

# Milliseconds that a reader waits at the most for a database that somebody else has locked.
PATIENCE = 250


def count(mark: str) -> None:
    """One visit more through this entrance, today; nothing for one that is not open. What fails is logged, and only that."""
    try:
        with _impatiently():
            _add_one(mark)
    except Error:
        logger.exception("A visit through %s could not be counted. The page was shown all the same.", mark)


def _add_one(mark: str) -> None:
    if _has_added(mark):
        return
    # The first visit of the day, an entrance that is not there, or more visits than can be.
    day = timezone.localdate()
    if not VisitCount.objects.filter(door=mark, day=day).exists():
        most = doors.most_a_day(mark)
        if most is None:
            return
        # Of two that come first at once, both find the row of one.
        VisitCount.objects.bulk_create([VisitCount(door=mark, day=day, most=most)], ignore_conflicts=True)
    _has_added(mark)


def _has_added(mark: str) -> bool:
    believed = VisitCount.objects.filter(door=mark, day=timezone.localdate(), visits__lt=F("most"))
    return bool(believed.update(visits=F("visits") + 1))


@contextlib.contextmanager
def _impatiently() -> Iterator[None]:
    """Within it, this connection waits for others' locks no longer than PATIENCE."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE:d}")
                yield
            return
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE:d}")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before:d}")
