"""The hands for rosters. The database says what waits; a task that runs twice, or is lost, costs nothing.

Both are acknowledged at once: they may outlast the broker's patience, and what is lost is taken up by the next one.
"""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import translation

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import staging
from kampanj.audience.importing.ss12000 import nightly
from kampanj.municipality.hands import errands

logger = logging.getLogger(__name__)


@shared_task(acks_late=False)
@errands
def work_rosters() -> None:
    """Check, apply and undo the imports that wait."""
    with translation.override(settings.LANGUAGE_CODE):
        staging.work()


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
