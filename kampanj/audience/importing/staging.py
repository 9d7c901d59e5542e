"""The steps of a staged import: what is kept of it, and until when."""

from __future__ import annotations

import datetime as dt

from kampanj.audience.importing import vault
from kampanj.audience.importing.models import RosterImport

State = RosterImport.State
_BEGUN = (State.CHECKING, State.APPLYING, State.UNDOING)
_MAY_BE_DISCARDED = (State.UPLOADED, State.CHECK_WAITS, State.CHECKED, State.REFUSED)


def forget_old(now: dt.datetime) -> int:
    """Delete the files of imports whose time has come; their rows stay. Returns how many imports that were."""
    old = list(RosterImport.objects.filter(delete_at__lte=now).exclude(state__in=_BEGUN))
    for staged in old:
        vault.shred(f"rosters/{staged.folder}")
    keys = [staged.pk for staged in old]
    RosterImport.objects.filter(pk__in=keys, state__in=_MAY_BE_DISCARDED).update(state=State.DISCARDED)
    return RosterImport.objects.filter(pk__in=keys).update(delete_at=None)
