"""The hands for rosters. The database says what waits; a task that runs twice, or is lost, costs nothing.

Both are acknowledged at once: they may outlast the broker's patience, and what is lost is taken up by the next one.
"""

import logging
import threading

from celery import shared_task
from django.conf import settings
from django.utils import translation

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import staging
from kampanj.audience.importing.ss12000 import nightly

logger = logging.getLogger(__name__)
_working = threading.Lock()


@shared_task(acks_late=False)
def work_rosters() -> None:
    """Check, apply and undo the imports that wait, unless this process is at it already."""
    if _working.acquire(blocking=False):
        try:
            with translation.override(settings.LANGUAGE_CODE):
                staging.work()
        finally:
            _working.release()


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
