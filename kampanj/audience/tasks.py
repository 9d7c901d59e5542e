"""The clock's errands in this room: Celery tasks without arguments or results."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import translation

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.ss12000 import nightly

logger = logging.getLogger("kampanj.audience.ss12000")


# Acknowledged at once: a fetch may outlast the broker's patience, and one that is lost is made up for the next night.
@shared_task(acks_late=False)
def fetch_roster() -> None:
    """Take the school system's roster over when there is one; a stop has been told to the operator by mail."""
    if not nightly.is_set_up():
        return
    with translation.override(settings.LANGUAGE_CODE):
        try:
            nightly.take_over()
        except RosterRefused as stop:
            logger.error("The roster was not taken over: %s", stop)
