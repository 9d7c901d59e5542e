"""What comes and goes by itself: pages are there at their second, also when no clock runs or it is late.

Wagtail's clock (`publish_scheduled`) turns every minute. Readers do not wait for it: the first request after a page's
moment publishes it, and a page whose time is over answers 410 by itself (see `served`).
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Min
from django.utils import timezone
from wagtail.models import Page, Revision

logger = logging.getLogger("kampanj.content.timetable")


def next_change(now: datetime) -> datetime | None:
    """The first moment after `now` (aware) when a page comes or goes; None when none is planned."""
    coming = Revision.objects.filter(approved_go_live_at__gt=now).aggregate(first=Min("approved_go_live_at"))["first"]
    going = Page.objects.filter(live=True, expire_at__gt=now).aggregate(first=Min("expire_at"))["first"]
    return min((moment for moment in (coming, going) if moment is not None), default=None)


def bring_about() -> None:
    """Publish the pages whose moment has come. A page that cannot be published is logged and hinders no other."""
    due = Revision.page_revisions.filter(approved_go_live_at__lte=timezone.now())
    for revision in due.order_by("approved_go_live_at"):
        try:
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
        except (DatabaseError, ObjectDoesNotExist, ValidationError):
            logger.exception("Revision %s could not be published at its time.", revision.pk)
