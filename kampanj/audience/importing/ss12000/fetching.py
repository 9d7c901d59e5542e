"""Whether and what to fetch.

The list is the whole truth of its source and protection is the default, so a change is never pieced together from a delta: a
delta that misses one entry would leave a marking unseen. The delta answers only the cheap question whether there is anything
new; if so, the whole list is fetched, and at least once a week whatever the answer. Ids in /deletedEntities are taken out of
the list, because pages may be cut from an older state.

What moves no timestamp is asked for by date: enrolments that have begun since. One that has ended without another beginning
is seen at the weekly fetch, or on the first night that anything else has changed.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.rows import comparable
from kampanj.audience.importing.ss12000.client import ORGANISATIONS, PERSONS, Client, moment
from kampanj.audience.importing.ss12000.connection import Connection
from kampanj.audience.importing.ss12000.exceptions import EndpointMissing, FetchStopped, Reason
from kampanj.audience.importing.ss12000.persons import read_guardian, read_pupil
from kampanj.audience.importing.ss12000.records import Records
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import School

# Half a day less than a week, so that it falls on the same night as the last one.
WHOLE_AFTER = dt.timedelta(days=6, hours=12)
# Clocks differ, and a change may be stamped before it can be read.
MARGIN = dt.timedelta(hours=1)

logger = logging.getLogger("kampanj.audience.ss12000")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole roster, fetched from `started_at` on, for the source of that name. Nothing has been stored yet."""

    source: str
    started_at: dt.datetime
    _records: Records

    def records(self) -> Records:
        """The roster as records."""
        return self._records

    def as_csv_chunks(self) -> Iterator[bytes]:
        """The roster as a file's bytes, for sealing or importing."""
        return self._records.as_csv_chunks()

    def note_taken(self, *, by: AbstractBaseUser | None) -> None:
        """Remember that this roster has been taken over, so that the next question is about what came after it."""
        RosterSource.objects.update_or_create(
            name=self.source, defaults={"fetched_at": self.started_at}, create_defaults={"fetched_at": self.started_at, **KIND}
        )
        record(AudienceEvent.Action.FETCHED, by=by, subject=self.source)


KIND = {"kind": RosterSource.Kind.SS12000}


def fetch_roster(*, is_whole: bool = False) -> Fetched | None:
    """The school system's roster, or None when nothing is new since the last one was taken over.

    With `is_whole`, the question is not asked. Raises FetchStopped; nothing is stored. Takes minutes and no transaction.
    """
    connection = Connection.from_settings()
    started_at = timezone.now()
    last = RosterSource.objects.filter(name=settings.SS12000_SOURCE).values_list("fetched_at", flat=True).first()
    with Client(connection) as client:
        if not is_whole and last is not None and not _has_news(client, last, now=started_at):
            return None
        records = _read_whole(client, deleted_after=(last or started_at) - MARGIN)
    if next(iter(records), None) is None:
        raise FetchStopped(
            _("“/persons” tells of no pupils with guardians, and everybody would be removed. Ask what we may read."),
            reason=Reason.ANSWER,
        )
    if records.lacks_markings:
        raise FetchStopped(
            _(
                "“/persons” says of nobody that the securityMarking is “Ingen”, and everybody would count as protected. "
                "Ask those who run the school system to send the marking of all, pupils and guardians."
            ),
            reason=Reason.ANSWER,
        )
    return Fetched(settings.SS12000_SOURCE, started_at, records)


def _has_news(client: Client, last: dt.datetime, *, now: dt.datetime) -> bool:
    if now - last >= WHOLE_AFTER:
        return True
    since, day = moment(last - MARGIN), timezone.localtime(last).date()
    today = timezone.localtime(now).date()
    questions = [
        (PERSONS, {"meta.modified.after": since}),
        (PERSONS, {"meta.created.after": since}),
        (ORGANISATIONS, {"meta.modified.after": since}),
    ]
    if today > day:
        begun = {
            "relationship.entity.type": "enrolment",
            "relationship.startDate.onOrAfter": (day + dt.timedelta(days=1)).isoformat(),
            "relationship.startDate.onOrBefore": today.isoformat(),
        }
        questions.append((PERSONS, begun))
    if any(client.has_any(endpoint, filters) for endpoint, filters in questions):
        return True
    try:
        return next(client.deleted_persons(after=last - MARGIN), None) is not None
    except EndpointMissing:
        return True


def _read_whole(client: Client, *, deleted_after: dt.datetime) -> Records:
    records = Records()
    today = timezone.localdate()
    schools = _school_cells(client)
    current = {"relationship.endDate.onOrAfter": today.isoformat()}
    for entry in client.entries(PERSONS, {"relationship.entity.type": "enrolment", **current}):
        records.add_pupil(read_pupil(entry, schools=schools, today=today))
    for entry in client.entries(PERSONS, {"relationship.entity.type": "responsibleFor.enrolment", **current}):
        records.add_guardian(read_guardian(entry))
    # Last, so that whoever was removed meanwhile is among them.
    try:
        records.remove(client.deleted_persons(after=deleted_after))
    except EndpointMissing:
        logger.info("The school system does not tell of removed persons: it is asked for the whole list every time.")
    return records


def _school_cells(client: Client) -> dict[str, str]:
    """What a roster's cell says of each school unit: its code, or its name where only that is known here."""
    known = {comparable(word) for words in School.objects.values_list("code", "name") for word in words}
    cells = {}
    for unit in client.entries(ORGANISATIONS, {"type": "Skolenhet"}):
        words = [word for word in (unit.text("schoolUnitCode"), unit.text("displayName")) if word]
        cells[unit.identifier()] = next((word for word in words if comparable(word) in known), words[0] if words else "")
    return cells
