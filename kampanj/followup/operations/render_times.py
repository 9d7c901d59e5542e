"""Times of drawing, kept in the database: any number of processes draw, and one of them is asked."""

from __future__ import annotations

import logging
import math
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F

from kampanj.channels.timing import drawn
from kampanj.followup.operations.models import RenderTime

logger = logging.getLogger("kampanj.followup.operations")

# Seconds, the last one for everything that takes longer.
LIMITS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, math.inf)


def connect() -> None:
    """Take note of everything that is drawn."""
    drawn.connect(_note, dispatch_uid="kampanj.render_times")


def name_of(limit: float) -> str:
    """As Prometheus writes it: 0.25, +Inf."""
    return "+Inf" if math.isinf(limit) else str(limit)


def _note(what: str, seconds: float, **_details: Any) -> None:
    # After the commit: a row that all share is held for no longer than its own statement.
    transaction.on_commit(lambda: add(what, seconds), robust=True)


def add(what: str, seconds: float) -> None:
    """Count one more; a database that does not answer is logged, for what was drawn is there all the same."""
    up_to = name_of(next(limit for limit in LIMITS if seconds <= limit))
    rows = RenderTime.objects.filter(what=what[:20], up_to=up_to)
    try:
        while not rows.update(count=F("count") + 1, seconds=F("seconds") + seconds):
            RenderTime.objects.get_or_create(what=what[:20], up_to=up_to)
    except DatabaseError as fault:
        logger.warning("how long %s took could not be noted: %s", what, type(fault).__name__)
