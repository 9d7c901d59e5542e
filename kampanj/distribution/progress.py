"""How far a mailing has come: counts per state, the times when it started and finished, and how fast it goes."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from kampanj.distribution import repair
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.sending import canary, hours, relay, throttle

State = Delivery.State
# What the pace is measured over, in seconds: not so short that it leaps, not so long that it is yesterday's.
PACE_SECONDS = 75.0
PACE_AT_LEAST = 8.0
SAMPLE_EVERY = 2.0


def counts(mailing: Mailing) -> dict[str, int]:
    """Number of deliveries per state, every state named.

    Each part has an index of its own. Those that are sent stand in none but the total's, for every letter would change it: they
    are what the others leave.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [mailing.pk] * 4)
        found = dict(cursor.fetchall())
    others = {state: found.get(state, 0) for state in State.values if state != State.SENT}
    return {state: others.get(state, found[_TOTAL] - sum(others.values())) for state in State.values}


_TOTAL = "total"
_ROWS = f"FROM {Delivery._meta.db_table} WHERE mailing_id = %s"  # Names of ours only.
# The states are written as in the conditions of the indexes: SQLite uses a partial index only for the very same words.
_COUNTS = f"""
    SELECT '{_TOTAL}', COUNT(*) {_ROWS}
    UNION ALL SELECT 'queued', COUNT(*) {_ROWS} AND state = 'queued'
    UNION ALL SELECT state, COUNT(*) {_ROWS} AND state IN ('leased', 'sending', 'uncertain') GROUP BY state
    UNION ALL SELECT state, COUNT(*) {_ROWS}
        AND (state = 'failed' OR state = 'bounced' OR state = 'skipped' OR state = 'cancelled') GROUP BY state
    """


def left(by_state: dict[str, Any]) -> int:
    """How many letters are still to leave."""
    return int(by_state[State.QUEUED] + by_state[State.LEASED] + by_state[State.SENDING])


def progress(mailing: Mailing) -> dict[str, Any]:
    """JSON-ready: a count per state, `total`, `finished_count`, `status` and ISO 8601 `started` and `finished` (or None)."""
    by_state = counts(mailing)
    run = getattr(mailing, "run", None)
    total = sum(by_state.values())
    return {
        **by_state,
        "total": total,
        "finished_count": total - left(by_state),
        "status": run.state if run else "draft",
        "started": run.started_at.isoformat() if run and run.started_at else None,
        "finished": run.finished_at.isoformat() if run and run.finished_at else None,
    }


def notes(mailing: Mailing) -> list[str]:
    """Sentences about what is out of the ordinary with this mailing, in the reader's language, the weightiest first."""
    run: MailingRun | None = getattr(mailing, "run", None)
    if run is None:
        return []
    about_relay = relay.relay_notes() if run.state == MailingRun.State.SENDING else []
    return [*about_relay, *hours.notes(run), *canary.notes(run), *throttle.notes(run), *repair.notes(run)]


def per_minute(mailing: Mailing, finished: int) -> float | None:
    """Letters finished per minute over the last minute or so; None when it is not being sent or too early to say.

    Whoever looks leaves a sample in the cache, and the next look is compared with it: the rows are not asked.
    Without a sample it is the pace since the start.
    """
    run: MailingRun | None = getattr(mailing, "run", None)
    if run is None or run.state != MailingRun.State.SENDING or run.started_at is None:
        return None
    now = time.time()
    key = f"kampanj-pace-{mailing.pk}"
    kept = [(at, count) for at, count in cache.get(key, []) if now - PACE_SECONDS < at <= now and count <= finished]
    at, count = kept[0] if kept else (run.started_at.timestamp(), 0)
    if not kept or now - kept[-1][0] >= SAMPLE_EVERY:
        cache.set(key, [*kept, (now, finished)], timeout=PACE_SECONDS)
    seconds = now - at
    return (finished - count) / seconds * 60 if seconds >= PACE_AT_LEAST else None


def next_attempt_at(mailing: Mailing) -> Any:
    """When the first waiting letter may leave (aware), if that is still to come; None when letters may leave now."""
    waiting = mailing.deliveries.filter(state=State.QUEUED).order_by("due", "pk").values_list("due", flat=True).first()
    return waiting if waiting and waiting > timezone.now() else None
