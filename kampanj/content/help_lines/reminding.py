"""The reminder: a letter to the communicators when lines have gone unchecked for too long, at most once a week."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.users.models import UserProfile

from kampanj.content.exceptions import ContentError
from kampanj.content.help_lines.checking import to_check
from kampanj.content.help_lines.models import HelpLine, HelpLineReminder
from kampanj.municipality.colleagues import who_may
from kampanj.municipality.models import User
from kampanj.municipality.notice import Notice

INTERVAL = timedelta(days=7)
# The only row of `HelpLineReminder`; before the first reminder it says that one was sent long ago.
ROW = 1
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class ReminderNotSent(ContentError):
    """The mail server did not take the reminder; it is tried again the next day."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many lines are to be checked, and how many people were written to now."""

    lines: int
    people: int = 0
    is_too_soon: bool = False

    def __str__(self) -> str:
        if not self.lines:
            return _("No help line needs checking. Nobody was reminded.")
        if self.is_too_soon:
            return _("Help lines need checking, but the last reminder is less than a week old. Nobody was reminded.")
        if not self.people:
            return _("Help lines need checking, but nobody who may change them has an e-mail address.")
        lines = ngettext("%(number)d help line", "%(number)d help lines", self.lines) % {"number": self.lines}
        return ngettext(
            "%(number)d person was reminded of %(lines)s.", "%(number)d people were reminded of %(lines)s.", self.people
        ) % {"number": self.people, "lines": lines}


def remind() -> Outcome:
    """Write to everybody who may change help lines, unless that was done within a week.

    Two that remind at once write once: the row is claimed before anything is sent. When a letter cannot be sent, the
    claim is given back and ReminderNotSent raised: better a second reminder than none.
    """
    lines = list(to_check())
    people = list(_communicators()) if lines else []
    if not people:
        return Outcome(lines=len(lines))
    before, now = _last(), timezone.now()
    claimed = HelpLineReminder.objects.filter(pk=ROW, sent_at=before, sent_at__lte=now - INTERVAL).update(sent_at=now)
    if not claimed:
        return Outcome(lines=len(lines), is_too_soon=True)
    try:
        _send(people, lines)
    except (smtplib.SMTPException, OSError) as fault:
        HelpLineReminder.objects.filter(pk=ROW, sent_at=now).update(sent_at=before)
        raise ReminderNotSent(_("The reminder of help lines could not be sent: %(fault)s") % {"fault": fault}) from fault
    return Outcome(lines=len(lines), people=len(people))


def _last() -> datetime:
    return HelpLineReminder.objects.get_or_create(pk=ROW, defaults={"sent_at": LONG_AGO})[0].sent_at


def _communicators() -> QuerySet[User]:
    """Active people who may change help lines (superusers do not count) and have an address."""
    return who_may("kampanj.change_helpline")


def _send(people: list[User], lines: list[HelpLine]) -> None:
    """One letter to each, in the language of their desk, over one connection."""
    with get_connection() as connection:
        for person in people:
            with translation.override(UserProfile.get_for_user(person).get_preferred_language()):
                Notice(
                    subject=_("Help lines to check"),
                    body=render_to_string(
                        "kampanj/desk/help_lines_reminder.txt",
                        {"lines": lines, "address": settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_help_lines_to_check")},
                    ),
                    to=[person.email],
                    connection=connection,
                ).send()
