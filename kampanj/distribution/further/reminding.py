"""The reminder of a mailing to schools: a mailing made and approved together with it, which leaves so many days after it."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.distribution import states
from kampanj.distribution.further.drafting import drafted
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.scheduling import moment_of
from kampanj.municipality.storage import private_storage

State = MailingRun.State
SATURDAY = 5


def reminder_of(mailing: Mailing) -> Mailing | None:
    """The reminder that the mailing, as it is now, would be approved with, unsaved; None when it has none."""
    if not mailing.remind_after_days:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        ending = _(" – reminder")
    return drafted(mailing, Mailing.Kind.REMINDER, ending=ending)


def made_of(mailing: Mailing) -> Mailing | None:
    """The reminder that was approved together with the mailing; None when there is none."""
    return mailing.followers.filter(kind=Mailing.Kind.REMINDER).select_related("run", "approval").first()


def in_words(mailing: Mailing) -> str:
    """When the mailing's reminder leaves and to whom, as one sentence; empty when it has none."""
    days = mailing.remind_after_days
    if not days:
        return ""
    words = ngettext(
        "%(number)s day after it, schools that have not fetched their package by then get one reminder.",
        "%(number)s days after it, schools that have not fetched their package by then get one reminder.",
        days,
    )
    said = words % {"number": days}
    if mailing.wall_time is None:
        return said
    began = moment_of(mailing.wall_time, settings.TIME_ZONE)
    when = formats.date_format(leaves_on(began, days), "l j F Y H:i")
    return _("%(said)s It leaves on %(when)s.") % {"said": said, "when": when}


def leaves_on(began: dt.datetime, days: int) -> dt.datetime:
    """The naive wall time of a reminder so many days after its mailing began, at the same time of day; on a Saturday or
    Sunday the Monday after."""
    wall = timezone.localtime(began).replace(tzinfo=None) + dt.timedelta(days=days)
    return wall + dt.timedelta(days=7 - wall.weekday()) if wall.weekday() >= SATURDAY else wall


def may_start() -> Q:
    """Condition on planned runs: a reminder waits until every letter of its mailing has had its answer."""
    return ~Q(mailing__kind=Mailing.Kind.REMINDER) | Q(mailing__follows__run__state=State.DONE)


def count_from(run: MailingRun, began: dt.datetime) -> None:
    """The run's mailing has begun: its reminder's days are counted from here."""
    days = run.mailing.remind_after_days
    if days:
        wall = leaves_on(began, days)
        planned = MailingRun.objects.filter(
            mailing__follows=run.mailing, mailing__kind=Mailing.Kind.REMINDER, state=State.PLANNED
        )
        planned.update(wall_time=wall.isoformat(timespec="seconds"), due_at=moment_of(wall, settings.TIME_ZONE))


def needless(mailing_id: int, school_id: int) -> int:
    """The school has what it would be reminded of: letters of the reminder that still wait do not leave; how many."""
    reminders = Mailing.objects.filter(follows=mailing_id, kind=Mailing.Kind.REMINDER)
    return states.take_out_school(list(reminders.values_list("pk", flat=True)), school_id)


def take_back(mailing: Mailing) -> None:
    """The mailing's approval is taken back, in the caller's transaction: its reminder, which has not begun, is gone."""
    for reminder in mailing.followers.filter(kind=Mailing.Kind.REMINDER).select_related("approval", "run"):
        reminder.run.delete()
        for letter in reminder.approval.letters.all():
            letter.delete()
            transaction.on_commit(partial(private_storage().delete, letter.path))
        reminder.approval.delete()
        reminder.delete()
