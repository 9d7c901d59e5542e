"""What the calendar does to viewpoints: those set aside are deleted in time, those that nobody has read are reminded of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.municipality.notice import Notice
from kampanj.municipality.roles import COMMUNICATOR
from ung.viewpoints.models import Viewpoint

# The desk's list of viewpoints.
DESK_LIST = "wagtailsnippets_ung_viewpoint:list"
KEEP_SET_ASIDE = timedelta(days=90)
# Somebody who has written is not left without an answer for longer, and nobody is reminded more often.
REMIND_AFTER = timedelta(days=3)
REMIND_AGAIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many were deleted, how many wait for somebody to read them, and how many people were reminded."""

    deleted: int
    waiting: int
    reminders: int


def tidy() -> Tidied:
    """Delete, forget the fingerprints of days before, and remind.

    Harmless to repeat, also by two clocks at once: whoever marks the rows sends the reminders.
    """
    deleted, _models = Viewpoint.objects.filter(
        state=Viewpoint.State.SET_ASIDE, moderated_at__lt=timezone.now() - KEEP_SET_ASIDE
    ).delete()
    Viewpoint.objects.filter(received_on__lt=timezone.localdate(), fingerprint__isnull=False).update(fingerprint=None)
    reminders = 0
    with transaction.atomic():
        if _forgotten().update(reminded_on=timezone.localdate()):
            reminders = _remind(waiting().count())
    return Tidied(deleted=deleted, waiting=waiting().count(), reminders=reminders)


def waiting() -> QuerySet[Viewpoint]:
    """The viewpoints that nobody has decided on, oldest first."""
    return Viewpoint.objects.filter(state=Viewpoint.State.NEW).order_by("received_on", "pk")


def _forgotten() -> QuerySet[Viewpoint]:
    today = timezone.localdate()
    not_lately = Q(reminded_on=None) | Q(reminded_on__lte=today - REMIND_AGAIN)
    return Viewpoint.objects.filter(not_lately, state=Viewpoint.State.NEW, received_on__lte=today - REMIND_AFTER)


def _remind(count: int) -> int:
    """One letter to each communicator; how many were written to."""
    people = get_user_model().objects.filter(groups__name=COMMUNICATOR, is_active=True).exclude(email="")
    address = settings.WAGTAILADMIN_BASE_URL + reverse(DESK_LIST)
    with translation.override(settings.LANGUAGE_CODE):
        subject = ngettext("%(count)d viewpoint waits for you", "%(count)d viewpoints wait for you", count) % {"count": count}
        body = _(
            "Pupils have written under “Have your say”, and nobody has read it for some days. Read, and show or set aside:\n\n"
            "%(address)s\n"
        ) % {"address": address}
    letters = [Notice(subject, body, to=[person.email]) for person in people.order_by("pk")]
    return get_connection().send_messages(letters) or 0
