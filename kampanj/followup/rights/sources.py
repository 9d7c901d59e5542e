"""Guardians of a source that is no longer read in. They do not go silently: first those who may erase people are told.

The notice stands in the audience's log, which is also how it is known that there was one.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.users.models import UserProfile

from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import Child, Guardian, GuardianChild
from kampanj.municipality.colleagues import who_may
from kampanj.municipality.models import User
from kampanj.municipality.notice import Notice

NOTICE = dt.timedelta(days=30)
# What the log's details hold for a notice.
NOTICE_GIVEN = "notice"
BATCH = 500


class NoticeNotSent(Exception):
    """The mail server did not take the notice; it is tried again the next night, and nobody is removed meanwhile."""


@dataclass(frozen=True, slots=True)
class StaleSource:
    """A source that has not been read in for longer than its guardians are kept. `told_at` is None before the notice."""

    name: str
    guardians: int
    read_at: dt.datetime
    told_at: dt.datetime | None

    @property
    def goes_at(self) -> dt.datetime | None:
        """When its guardians are removed; None before the notice."""
        return self.told_at + NOTICE if self.told_at else None


def stale(limit: dt.datetime) -> list[StaleSource]:
    """The sources with guardians that were last read in before the moment, by name."""
    applied = dict(RosterSource.objects.exclude(applied_at=None).values_list("name", "applied_at"))
    rows = Guardian.objects.values_list("source").annotate(Count("pk"), Max("imported_at")).order_by("source")
    old = [(name, number, max(changed_at, applied.get(name, changed_at))) for name, number, changed_at in rows]
    return [StaleSource(name, number, read_at, _told_at(name, read_at)) for name, number, read_at in old if read_at < limit]


def count_due(limit: dt.datetime, *, now: dt.datetime) -> int:
    """How many guardians belong to sources that were last read in before `limit`, and whose notice has run out by `now`."""
    return sum(source.guardians for source in _due(limit, now))


def remove_due(limit: dt.datetime, *, now: dt.datetime) -> int:
    """Remove them, and the children whom they leave alone; returns how many guardians. RosterRefused during an import."""
    removed = 0
    for source in _due(limit, now):
        with one_import_at_a_time():
            # A plan or an undo that was made from these guardians fits no more.
            RosterSource.objects.filter(name=source.name).update(version=F("version") + 1)
            while number := _remove_some(source.name):
                removed += number
    return removed


def tell(limit: dt.datetime) -> int:
    """Give notice of every stale source that has none; returns how many. Nothing is noted when there was nobody to tell.

    Raises NoticeNotSent when the mail server does not take it.
    """
    untold = [source for source in stale(limit) if source.told_at is None]
    people = list(_registrars()) if untold else []
    if not people:
        return 0
    try:
        _send(people, untold)
    except (smtplib.SMTPException, OSError) as fault:
        raise NoticeNotSent(_("The notice of sources that are no longer read in could not be sent.")) from fault
    for source in untold:
        record(AudienceEvent.Action.RETENTION, by=None, subject=_subject(source.name), **{NOTICE_GIVEN: source.guardians})
    return len(untold)


def _due(limit: dt.datetime, now: dt.datetime) -> list[StaleSource]:
    return [source for source in stale(limit) if source.goes_at is not None and source.goes_at <= now]


def _told_at(name: str, since: dt.datetime) -> dt.datetime | None:
    """When notice was given since the source was last read in."""
    notices = AudienceEvent.objects.filter(
        action=AudienceEvent.Action.RETENTION, subject=_subject(name), at__gt=since, details__has_key=NOTICE_GIVEN
    )
    return notices.order_by("at").values_list("at", flat=True).first()


def _subject(name: str) -> str:
    """A source's name as the log holds it: without anything that could be an address."""
    return name.replace("@", " at ")[:120]


def _remove_some(source: str) -> int:
    with transaction.atomic():
        keys = list(Guardian.objects.filter(source=source).order_by("pk").values_list("pk", flat=True)[:BATCH])
        children = list(GuardianChild.objects.filter(guardian__in=keys).values_list("child", flat=True))
        Guardian.objects.filter(pk__in=keys).delete()
        leave_no_child_alone(children)
    return len(keys)


def leave_no_child_alone(keys: list[int]) -> int:
    """Remove those of the children who have no guardian left; returns how many."""
    lonely = Child.objects.filter(~Exists(GuardianChild.objects.filter(child=OuterRef("pk"))), pk__in=keys)
    return lonely.delete()[0]


def _registrars() -> QuerySet[User]:
    """Active people who may erase people (superusers do not count) and have an address."""
    return who_may("kampanj.erase_guardian")


def _send(people: list[User], sources: list[StaleSource]) -> None:
    """One letter to each, in the language of their desk, over one connection."""
    address = settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_retention")
    with get_connection() as connection:
        for person in people:
            with translation.override(UserProfile.get_for_user(person).get_preferred_language()):
                Notice(
                    subject=_("Guardians to be removed in 30 days"),
                    body=render_to_string("kampanj/desk/rights/notice.txt", {"sources": sources, "address": address}),
                    to=[person.email],
                    connection=connection,
                ).send()
