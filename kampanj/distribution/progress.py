"""How far a mailing has come: counts per state, and the times when it started and finished."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from kampanj.distribution.models import Delivery, Mailing


def counts(mailing: Mailing) -> dict[str, int]:
    """Number of deliveries per state, every state named."""
    found = dict(mailing.deliveries.values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in Delivery.State.values}


def progress(mailing: Mailing) -> dict[str, Any]:
    """JSON-ready: a count per state, `total`, `finished_count`, `status` and ISO 8601 `started` and `finished` (or None)."""
    by_state = counts(mailing)
    run = getattr(mailing, "run", None)
    total = sum(by_state.values())
    left = sum(by_state[state] for state in (Delivery.State.QUEUED, Delivery.State.LEASED, Delivery.State.SENDING))
    return {
        **by_state,
        "total": total,
        "finished_count": total - left,
        "status": run.state if run else "draft",
        "started": run.started_at.isoformat() if run and run.started_at else None,
        "finished": run.finished_at.isoformat() if run and run.finished_at else None,
    }
