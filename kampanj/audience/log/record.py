"""Writing the audience's log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from kampanj.audience.log.models import AudienceEvent

SYSTEM = "system"


def record(action: str, *, by: AbstractBaseUser | AnonymousUser | None, subject: str = "", **details: Any) -> None:
    """Write that `by` (None: a command or the clock) did `action`, an AudienceEvent.Action, with `subject`.

    Neither subject nor details may hold an address or a number that tells of protected persons. ValueError for an address.
    """
    if "@" in f"{subject}{details}":
        raise ValueError("The audience's log holds no addresses.")
    is_person = by is not None and by.is_authenticated
    AudienceEvent.objects.create(
        actor_id=by.pk if is_person and by is not None else None,
        actor_name=by.get_username().replace("@", " at ") if is_person and by is not None else SYSTEM,
        action=AudienceEvent.Action(action),
        subject=subject,
        details=details,
    )


def forget_before(moment: dt.datetime) -> int:
    """Remove what was written before `moment` (retention's own way around append-only); returns how many rows."""
    old = AudienceEvent.objects.filter(at__lt=moment)
    return old._raw_delete(old.db)
