"""Which mailings are to be archived, and of which something is to be added to their archive."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.statements import in_hand
from kampanj.followup.archive.models import Supplement

State = Delivery.State


def over() -> QuerySet[Mailing]:
    """Mailings that are done or cancelled, the first to end first; not while a letter is leaving."""
    rows = Delivery.objects.filter(mailing=OuterRef("pk"))
    return (
        Mailing.objects.filter(
            ~Exists(rows.filter(state=State.QUEUED)),
            ~Exists(rows.filter(in_hand()).exclude(state=State.UNCERTAIN)),
            run__state__in=(MailingRun.State.DONE, MailingRun.State.CANCELLED),
            approval__isnull=False,
        )
        .select_related("run", "approval", "segment", "follows")
        .order_by("run__finished_at", "pk")
    )


def ended() -> QuerySet[Mailing]:
    """Those that have no archive."""
    return over().filter(archive=None)


def sent_again() -> QuerySet[Mailing]:
    """Those that have ended once more since what is archived of them was written: letters have been sent again."""
    newest = Supplement.objects.filter(archive__mailing=OuterRef("pk")).order_by("-number").values("created_at")[:1]
    told_until = Coalesce(Subquery(newest), F("archive__created_at"))
    return over().filter(archive__isnull=False, run__finished_at__gt=told_until).select_related("archive")
