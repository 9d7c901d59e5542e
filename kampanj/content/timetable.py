"""What comes and goes by itself: pages are there at their second, also when no clock runs or it is late.

Wagtail's clock (`publish_scheduled`) turns every minute. Readers do not wait for it: the first request after a page's
moment publishes it, and a page whose time is over answers 410 by itself (see `served`).
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from wagtail.models import Page, Revision

logger = logging.getLogger("kampanj.content.timetable")


def planned() -> tuple[list[datetime], list[datetime]]:
    """(when pages come, when live pages go): every planned moment, aware; a page that should have come is among the first."""
    comes, goes = Value("comes"), Value("goes")
    coming = Revision.objects.filter(approved_go_live_at__isnull=False).values_list(comes, "approved_go_live_at")
    going = Page.objects.filter(live=True, expire_at__isnull=False).values_list(goes, "expire_at")
    moments: dict[str, list[datetime]] = {"comes": [], "goes": []}
    # Ordered by nothing, and asked in one go: every page that is not kept pays for this question.
    for kind, moment in coming.order_by().union(going.order_by(), all=True):
        moments[kind].append(moment)
    return moments["comes"], moments["goes"]


def next_change(now: datetime) -> datetime | None:
    """The first moment after `now` (aware) when a page comes or goes; None when none is planned.

    What is due at `now` is brought about first (see `bring_about`).
    """
    comes, goes = planned()
    if any(moment <= now for moment in comes):
        bring_about(now)
    return min((moment for moment in (*comes, *goes) if moment > now), default=None)


def bring_about(now: datetime) -> None:
    """Publish the pages whose moment has come, each once however many ask at the same time.

    Whatever is wrong with one page is logged and hinders no other: every reader's request passes here.
    """
    due = Revision.page_revisions.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    for key in due.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                # Read again under a lock: somebody else may have published it, or an editor planned anew.
                revision = Revision.objects.select_for_update().filter(pk=key, approved_go_live_at__lte=now).first()
                if revision is not None:
                    revision.publish(log_action="wagtail.publish.scheduled")
        except Exception:
            logger.exception("Revision %s could not be published at its time.", key)
