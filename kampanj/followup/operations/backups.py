"""Whether backups are made: noted by `manage.py backup`, told by the desk, the figures, the doctor and an alarm.

Nothing is told where none has ever been tried, or where BACKUP_ALARM_HOURS says that backups are made in another way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from kampanj.followup.operations import readings
from kampanj.followup.operations.models import Reading

# The last attempt (its value is 1 when it failed, its words are why), and the last one that succeeded.
ATTEMPT, MADE = "backup", "backup-made"


def limit() -> dt.timedelta | None:
    """How old the last backup may be; None when nobody is told."""
    return dt.timedelta(hours=settings.BACKUP_ALARM_HOURS) if settings.BACKUP_ALARM_HOURS else None


def note(fault: str) -> None:
    """A backup was made, or failed for this reason (translated)."""
    if not fault:
        readings.note(MADE)
    readings.note(ATTEMPT, int(bool(fault)), words=fault)


@dataclass(frozen=True, slots=True)
class Standing:
    """When the last backup was made (None: never), when the attempt after it failed (None: it has not), and why."""

    made_at: dt.datetime | None
    failed_at: dt.datetime | None
    fault: str

    @property
    def since(self) -> dt.datetime | None:
        """Since when there has been none; None when nobody has ever tried."""
        return self.made_at or self.failed_at

    def is_late(self, now: dt.datetime) -> bool:
        """Whether somebody must look."""
        longest = limit()
        if longest is None or self.since is None:
            return False
        return self.failed_at is not None or now - self.since > longest


def standing(known: Mapping[str, Reading] | None = None) -> Standing:
    """How it stands, from the readings that are known or from the database."""
    found = Reading.objects.in_bulk([ATTEMPT, MADE]) if known is None else known
    attempt, made = found.get(ATTEMPT), found.get(MADE)
    has_failed = attempt is not None and bool(attempt.value)
    return Standing(
        made_at=made.at if made else None,
        failed_at=attempt.since if attempt and has_failed else None,
        fault=attempt.words if attempt and has_failed else "",
    )
