"""Retention (gallring): what is old goes, category by category, and the log says how much went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.followup.rights import sources
from kampanj.followup.rights.categories import CATEGORIES, Category
from kampanj.followup.rights.models import RetentionSettings
from kampanj.followup.rights.nightly import NIGHTLY
from kampanj.municipality.quoting import quoted


class RetentionStopped(Exception):
    """One or more categories could not be removed; the others were. The message names them and says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A category with how long it is kept, in words, and how much of it is old (or was removed)."""

    category: Category
    kept: str
    number: int

    def __str__(self) -> str:
        return f"{self.category.name} ({self.kept}): {self.number}"


def preview(now: dt.datetime) -> list[Row]:
    """What `apply` would remove at `now`."""
    times = RetentionSettings.load()
    return [Row(one, one.kept(times), one.count(one.age(times, now))) for one in CATEGORIES]


def give_notice(now: dt.datetime) -> int:
    """Tell of the sources whose guardians will be removed; see `sources.tell`."""
    return sources.tell(RetentionSettings.load().before("source_days", now))


def apply(now: dt.datetime, *, by: AbstractBaseUser | AnonymousUser | None) -> list[Row]:
    """Remove what is old at `now`, in short transactions, and log how much (by None: the clock or a command).

    A category that cannot be removed stops no other one; RetentionStopped tells of it when the rest is done.
    """
    times = RetentionSettings.load()
    rows: list[Row] = []
    faults: list[tuple[Category, Exception]] = []
    for one in CATEGORIES:
        try:
            rows.append(Row(one, one.kept(times), one.remove(one.age(times, now))))
        except (DatabaseError, OSError, RosterRefused) as fault:
            faults.append((one, fault))
    record(AudienceEvent.Action.RETENTION, by=by, removed={row.category.code: row.number for row in rows if row.number})
    if faults:
        names = ", ".join(quoted(one.name) for one, _fault in faults)
        raise RetentionStopped(
            _("Not removed: %(names)s. Everything else was. Try again when no import is under way.") % {"names": names}
        ) from faults[0][1]
    return rows


def last_run() -> AudienceEvent | None:
    """The log's newest entry about retention."""
    return AudienceEvent.objects.filter(action=AudienceEvent.Action.RETENTION, details__has_key="removed").first()


def next_run(now: dt.datetime) -> dt.datetime:
    """When the clock comes to it the next time, in local time."""
    local = timezone.localtime(now)
    today = local.replace(hour=NIGHTLY.hour, minute=NIGHTLY.minute, second=0, microsecond=0)
    return today if today > local else today + dt.timedelta(days=1)
