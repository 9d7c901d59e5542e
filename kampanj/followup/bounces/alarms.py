"""Refusals by policy (5.7.x) are about us: the communicators are told, once a day and mailing at most."""

from __future__ import annotations

import datetime as dt
import functools
import logging

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.distribution.models import Mailing
from kampanj.distribution.telling import Words, tell_each
from kampanj.followup.bounces.kinds import Kind
from kampanj.followup.bounces.models import Answer
from kampanj.municipality.colleagues import who_may
from kampanj.municipality.models import User

logger = logging.getLogger("kampanj.followup.bounces")
PERMISSION = "kampanj.change_answer"
AT_MOST_EVERY = dt.timedelta(days=1)
# Older refusals are no news.
SHOWN = dt.timedelta(days=30)


def refusals() -> list[Mailing]:
    """The mailings of which letters were refused by policy lately, each with `refusals`, most first."""
    lately = timezone.now() - SHOWN
    counts = dict(
        Answer.objects.filter(kind=Kind.POLICY, came_at__gt=lately)
        .exclude(mailing=None)
        .order_by()
        .values_list("mailing")
        .annotate(number=Count("pk"))
    )
    found = Mailing.objects.filter(pk__in=counts)
    for mailing in found:
        mailing.refusals = counts[mailing.pk]
    return sorted(found, key=lambda mailing: -counts[mailing.pk])


def tell() -> int:
    """Write to those who deal with answers about refusals that they have not been told of; returns of how many mailings.

    When nobody could be told, it is tried again the next time.
    """
    told = 0
    for mailing in Mailing.objects.filter(pk__in=_untold().values("mailing")):
        now = timezone.now()
        rows = _untold().filter(mailing=mailing)
        last = Answer.objects.filter(mailing=mailing, kind=Kind.POLICY).exclude(told_at=None).order_by("-told_at").first()
        if last and last.told_at and last.told_at > now - AT_MOST_EVERY:
            continue
        # Claimed first: two that tell at once write once.
        if not rows.update(told_at=now):
            continue
        claimed = Answer.objects.filter(mailing=mailing, told_at=now)
        if tell_each(_people(), functools.partial(_words, mailing, claimed.count(), claimed.first())):
            claimed.update(told_at=None)
            logger.error("nobody could be told of refusals in mailing %s", mailing.pk)
        else:
            told += 1
    return told


def _untold() -> QuerySet[Answer]:
    return Answer.objects.filter(kind=Kind.POLICY, told_at=None, came_at__gt=timezone.now() - SHOWN).exclude(mailing=None)


def _people() -> QuerySet[User]:
    return who_may(PERMISSION)


def _words(mailing: Mailing, number: int, example: Answer | None) -> Words:
    body = ngettext(
        "%(number)s letter of the mailing “%(mailing)s” has been refused by a mail server’s rules.",
        "%(number)s letters of the mailing “%(mailing)s” have been refused by mail servers’ rules.",
        number,
    ) % {"number": number, "mailing": mailing}
    advice = _(
        "That is about how we send, not about the addresses: nobody has been taken out. Ask whoever runs the mail to look at SPF,"
        " DKIM and DMARC, and at whether our server is on a blocking list. Send nothing more before that."
    )
    said = _("A mail server said: %(words)s") % {"words": example.words} if example and example.words else ""
    address = settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_answers")
    return Words(_("Mail servers refuse our letters"), "\n\n".join(part for part in (body, said, advice, address) if part) + "\n")
