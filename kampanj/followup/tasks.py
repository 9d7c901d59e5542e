"""The clock's errands in this room: Celery tasks without arguments or results."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from kampanj.distribution.apart import kept_apart
from kampanj.distribution.redaction import redacted
from kampanj.followup.archive import verifying, writing
from kampanj.followup.bounces import working
from kampanj.followup.bounces.exceptions import MailboxUnusable
from kampanj.followup.bounces.sources import source_of
from kampanj.followup.operations import readings, watch
from kampanj.followup.rights import retention, sources
from kampanj.followup.schools import shelf
from kampanj.municipality.hands import errands

logger = logging.getLogger("kampanj.followup.rights")

# Seconds of building at a time: in the small installation letters leave from the same process.
A_WHILE = 2.0


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


@shared_task
@errands
def process_bounces() -> None:
    """Handle what has come back to BOUNCE_MAILBOX; a mailbox that does not answer is asked again in five minutes."""
    if not settings.BOUNCE_MAILBOX:
        return
    with translation.override(settings.LANGUAGE_CODE):
        try:
            done = working.work(source_of(settings.BOUNCE_MAILBOX))
        except MailboxUnusable as fault:
            logger.error("the bounce mailbox: %s", fault)
            readings.note(readings.BOUNCES, 1, words=redacted(str(fault)))
        else:
            readings.note(readings.BOUNCES)
            if done.summary["messages"]:
                logger.info("the bounce mailbox: %s", done.summary)


@shared_task
@errands
def prepare_packages() -> None:
    """Build what the schools of recent mailings will ask for, a little at a time."""
    shelf.prepare(seconds=A_WHILE)
    readings.note(readings.PACKAGES, shelf.waiting())


@shared_task
@errands
def write_archives() -> None:
    """Archive the mailings that have ended, also those whose archive a kill has prevented."""
    writing.write_due()


@shared_task
@errands
def watch_sending() -> None:
    """Look whether letters stand still, and tell of it; a fault here is logged, and the next round looks again."""
    with translation.override(settings.LANGUAGE_CODE), kept_apart("watching"):
        watch.now_and_then()


@shared_task
def check_archives() -> None:
    """Look whether every archive is as it was written; the desk shows the outcome."""
    for fault in verifying.check_all()[1]:
        logger.error("archive: %s", fault)
