"""Whose turn it is: what many clocks could do at once is done by one of them, and not more often than it is to be done."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils import timezone

from kampanj.distribution.sending.models import Chore


class Turn(NamedTuple):
    """Whether it is ours to do now, and when it should have been done (None: it never has been)."""

    is_mine: bool
    due_at: dt.datetime | None


def turn(key: str, *, every: dt.timedelta) -> Turn:
    """Take the chore's turn if it is time for it and nobody else takes it; the next one comes after `every`."""
    now = timezone.now()
    chore = Chore.objects.filter(pk=key).first()
    if chore is None:
        # Whoever makes the row does it now.
        _chore, is_mine = Chore.objects.get_or_create(pk=key, defaults={"due_at": now + every})
        return Turn(is_mine, None)
    # A clock that was set back must not stop the chore for long.
    is_time = chore.due_at <= now or chore.due_at > now + every
    is_mine = is_time and bool(Chore.objects.filter(pk=key, due_at=chore.due_at).update(due_at=now + every))
    return Turn(is_mine, chore.due_at)


def last_done(key: str, *, every: dt.timedelta) -> dt.datetime | None:
    """When the chore's turn was taken last; None when it never was."""
    due_at = Chore.objects.filter(pk=key).values_list("due_at", flat=True).first()
    return due_at - every if due_at else None
