"""Who else has written to the same people lately: other mailings, and how many of the addresses they share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.audience.people.small_numbers import SMALLEST
from kampanj.distribution.further import choosing
from kampanj.distribution.models import Delivery, Mailing, MailingRun

LATELY = dt.timedelta(days=7)
# Rows whose letter has left or will leave.
_WRITTEN = (*Delivery.UNFINISHED, Delivery.State.SENT)


@dataclass(frozen=True)
class Other:
    """Another mailing: its name, when it began to leave, and the share of the same addresses in words."""

    mailing: Mailing
    when: dt.datetime
    shared: str


def others(mailing: Mailing, *, letters: int) -> list[Other]:
    """The mailings that began in the last seven days and reach some of the same addresses, the latest first.

    `letters` is how many letters this mailing has.
    """
    same = choosing.letters_of(mailing)
    runs = MailingRun.objects.filter(started_at__gte=timezone.now() - LATELY).exclude(mailing=mailing.pk)
    found = []
    for run in runs.select_related("mailing").order_by("-started_at"):
        written = Delivery.objects.filter(mailing=run.mailing, state__in=_WRITTEN)
        shared = same.filter(address_key__in=written.values("address_key")).count()
        if shared and run.started_at:
            found.append(Other(run.mailing, run.started_at, _in_words(shared, letters)))
    return found


def _in_words(shared: int, letters: int) -> str:
    """Without figures below five, and without those that would give them away."""
    if shared < SMALLEST:
        return _("fewer than five")
    if shared >= letters:
        return _("all")
    if letters - shared < SMALLEST:
        return _("nearly all")
    addresses = ngettext("%(count)s address", "%(count)s addresses", shared) % {"count": shared}
    return _("%(addresses)s, %(percent)s %%") % {"addresses": addresses, "percent": max(1, shared * 100 // letters)}
