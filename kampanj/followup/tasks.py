"""The clock's errands in this room: Celery tasks without arguments or results."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from kampanj.followup.rights import retention, sources

logger = logging.getLogger("kampanj.followup.rights")


@shared_task
def apply_retention() -> None:
    """Give notice, and remove what is old; what could not be done is tried again the next night."""
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        try:
            retention.give_notice(now)
        except sources.NoticeNotSent as fault:
            logger.error("%s", fault)
        try:
            rows = retention.apply(now, by=None)
        except retention.RetentionStopped as fault:
            logger.error("%s", fault)
        else:
            logger.info("%s", "; ".join(str(row) for row in rows if row.number) or "nothing was old")
