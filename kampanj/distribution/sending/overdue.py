"""After a standstill: a mailing whose time passed while nothing was running asks before it leaves, if the settings say so."""

from __future__ import annotations

import datetime as dt
import functools

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from kampanj.distribution import telling
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.sending import hours
from kampanj.distribution.sending.models import SendingSettings
from kampanj.municipality.colleagues import who_may
from kampanj.municipality.models import User

PERMISSION = "kampanj.change_mailing"


class QuestionNotSent(DistributionError):
    """The mail server did not take the question; it is tried again."""


def is_overdue(run: MailingRun, chosen: SendingSettings, *, now: dt.datetime) -> bool:
    """Whether the planned run must ask first: it could have begun, with the hours as they are, longer ago than is allowed.

    The time is the run's own, which the end of the undo window may have moved: that makes nothing overdue.
    """
    if chosen.overdue != SendingSettings.Overdue.ASK or hours.passes(run):
        return False
    could_begin = hours.Hours.of(chosen).next_open(run.due_at)
    return could_begin is not None and now - could_begin > dt.timedelta(minutes=chosen.overdue_minutes)


def reason(run: MailingRun) -> str:
    """Why the run asks, as a sentence; its own when something else than a standstill made it ask."""
    if run.pause_reason:
        return run.pause_reason
    when = formats.date_format(timezone.localtime(run.due_at), "l j F Y H:i")
    return _("It was to begin %(when)s, but nothing was running then. No letter has left.") % {"when": when}


def waiting_for(user: User) -> list[Mailing]:
    """The mailings that ask, for those who can answer; the longest overdue first."""
    if not user.has_perm(PERMISSION):
        return []
    return list(Mailing.objects.filter(run__state=MailingRun.State.ASKING).order_by("run__due_at"))


def tell() -> int:
    """Write once to whoever asked for the approval and to the mailing's authors; returns how many mailings that was about.

    When there is nobody to write to among them (a mailing from the command line), everybody who can answer is told. Two that
    tell at once write once: the row is claimed first. When nobody could be told of a mailing, its claim is given back and
    QuestionNotSent raised, after the others.
    """
    now = timezone.now()
    count = 0
    last: OSError | None = None
    for run in MailingRun.objects.filter(state=MailingRun.State.ASKING, asked_at=None).select_related("mailing__approval"):
        if MailingRun.objects.filter(pk=run.pk, asked_at=None).update(asked_at=now):
            if fault := telling.tell_each(people_of(run.mailing), functools.partial(_words, run)):
                last = fault
                MailingRun.objects.filter(pk=run.pk, asked_at=now).update(asked_at=None)
            else:
                count += 1
    if last:
        raise QuestionNotSent(_("The question could not be sent: %(fault)s") % {"fault": type(last).__name__}) from last
    return count


def people_of(mailing: Mailing) -> list[User]:
    """Whoever asked for the approval and its authors, if they can answer; else everybody who can."""
    wrote = set(Revision.objects.for_instance(mailing).exclude(user=None).values_list("user_id", flat=True))
    asked = mailing.approval.requested_by_id
    concerned = wrote | ({asked} if asked else set())
    can_answer = who_may(PERMISSION, include_superusers=True)
    return list(can_answer.filter(pk__in=concerned)) or list(can_answer)


def _words(run: MailingRun) -> telling.Words:
    address = settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_mailing_follow", args=[run.mailing_id])
    words = {"mailing": run.mailing, "reason": reason(run), "address": address}
    return telling.Words(
        _("Is it still to be sent? %(name)s") % {"name": run.mailing}, render_to_string("kampanj/desk/follow/asking.txt", words)
    )
