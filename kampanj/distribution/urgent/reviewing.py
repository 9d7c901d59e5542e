"""The review afterwards: by somebody else, and a reminder every day until it is done."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.distribution import approval, telling
from kampanj.distribution.exceptions import ApprovalRefused, DistributionError
from kampanj.distribution.models import FourEyesTask
from kampanj.distribution.urgent.models import UrgentSending
from kampanj.municipality.models import User

REMINDED_EVERY = dt.timedelta(days=1)


class ReminderNotSent(DistributionError):
    """The mail server did not take a reminder; it is tried again."""


def why_no_review(urgent: UrgentSending, user: User) -> str:
    """Why this user cannot review the emergency mailing, as one sentence; empty when they can."""
    if urgent.reviewed_by_id is not None:
        return _("It has already been reviewed.")
    groups = FourEyesTask.objects.filter(active=True).values("groups")
    if not (user.is_superuser or user.groups.filter(pk__in=groups).exists()):
        return _("You do not belong to those who may approve mailings.")
    if user.pk == urgent.sent_by_id or user.pk in approval.authors(urgent.mailing):
        return _("You have sent this or written some of it. Somebody else must review it.")
    return ""


def review(urgent: UrgentSending, user: User, *, note: str) -> None:
    """Note that somebody else has looked at it, and what they say; ApprovalRefused when they cannot."""
    reason = why_no_review(urgent, user)
    done = not reason and UrgentSending.objects.filter(pk=urgent.pk, reviewed_by=None).update(
        reviewed_by=user, reviewed_at=timezone.now(), review_note=note.strip()[:1000]
    )
    if not done:
        raise ApprovalRefused(reason or _("It has already been reviewed."))
    log(instance=urgent.mailing, action="kampanj.urgent_reviewed", user=user, data={"note": note.strip()[:1000]})


def waiting_for(user: User) -> list[UrgentSending]:
    """What this user could review now, the oldest first."""
    unreviewed = UrgentSending.objects.filter(reviewed_by=None).select_related("mailing", "sent_by").order_by("created_at")
    return [urgent for urgent in unreviewed if not why_no_review(urgent, user)]


def remind() -> int:
    """Write to those who may review what nobody has reviewed, once a day each; returns how many mailings that was about.

    Two that remind at once write once: the row is claimed first. When nobody could be reminded of a mailing, its claim is given
    back and ReminderNotSent raised, after the others.
    """
    now = timezone.now()
    due = UrgentSending.objects.filter(Q(reminded_at=None) | Q(reminded_at__lte=now - REMINDED_EVERY), reviewed_by=None)
    count = 0
    last: OSError | None = None
    for urgent in due.select_related("mailing", "sent_by"):
        claimed = UrgentSending.objects.filter(pk=urgent.pk, reminded_at=urgent.reminded_at).update(reminded_at=now)
        if claimed:
            people = [user for user in _reviewers() if not why_no_review(urgent, user)]
            if fault := telling.tell_each(people, functools.partial(_words, urgent)):
                last = fault
                UrgentSending.objects.filter(pk=urgent.pk, reminded_at=now).update(reminded_at=urgent.reminded_at)
            else:
                count += 1
    if last:
        raise ReminderNotSent(_("The reminder could not be sent: %(fault)s") % {"fault": type(last).__name__}) from last
    return count


def _reviewers() -> Iterable[User]:
    """Active members of the approvers' groups who have an address."""
    groups = FourEyesTask.objects.filter(active=True).values("groups")
    return User.objects.filter(is_active=True, groups__in=groups).exclude(email="").distinct().order_by("pk")


def _words(urgent: UrgentSending) -> telling.Words:
    address = settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_mailing_follow", args=[urgent.mailing_id])
    return telling.Words(
        _("Review a mailing that was sent as an emergency: %(name)s") % {"name": urgent.mailing},
        render_to_string("kampanj/desk/urgent/reminder.txt", {"urgent": urgent, "address": address}),
    )
