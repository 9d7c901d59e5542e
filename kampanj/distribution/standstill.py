"""Letters that may leave and do not, for the operator: a worker is missing, the relay is away, or something is stuck."""

from __future__ import annotations

import datetime as dt

from kampanj.distribution import states
from kampanj.distribution.sending import relay
from kampanj.distribution.sending.runs import sending_runs, waiting


def waits_since() -> dt.datetime | None:
    """Since when letters that may leave have waited while none at all was taken; None when none is due.

    Limits of speed, quiet hours and a first share keep letters waiting rightly: while one or another is taken, this stays
    recent; what they put off is not due. One question for each mailing that is being sent, by an index.
    """
    now = states.database_now()
    dues = [
        due
        for run in sending_runs()
        if (due := waiting(run).filter(due__lte=now).order_by("due").values_list("due", flat=True).first()) is not None
    ]
    if not dues:
        return None
    taken = relay.last_taken_at()
    return max(min(dues), taken) if taken else min(dues)
