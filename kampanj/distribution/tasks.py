"""The hands of the clock: Celery tasks without arguments or results. The database says what there is to do."""

import logging
import os
import signal

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from kampanj.distribution import clock
from kampanj.distribution.ending import ending_cleanly
from kampanj.distribution.pump import pump as run_pump
from kampanj.distribution.sending import overdue
from kampanj.distribution.urgent import reviewing
from kampanj.municipality.hands import Hand

logger = logging.getLogger(__name__)

# A wake-up that waited longer than this is pointless: later ticks have sent their own.
WAKE_UP_EXPIRES = 20
_letters = Hand()


@shared_task
def tick() -> None:
    """Start, return, finish; wake a pump when rows are waiting."""
    if clock.tick():
        pump.apply_async(expires=WAKE_UP_EXPIRES)


@shared_task
@_letters
def pump() -> None:
    """Send what is due. A pool's process that is asked to end meanwhile ends afterwards."""
    asked: list[int] = []
    try:
        with ending_cleanly(signal.SIGTERM) as asked:
            run_pump()
    finally:
        for number in asked[:1]:
            os.kill(os.getpid(), number)


@shared_task
def remind_urgent() -> None:
    """Remind of emergency mailings that nobody has reviewed; a mail server that does not answer is asked again in an hour."""
    with translation.override(settings.LANGUAGE_CODE):
        try:
            reviewing.remind()
        except reviewing.ReminderNotSent as fault:
            logger.error("%s", fault)


@shared_task
def ask_overdue() -> None:
    """Tell people of mailings that ask whether they are still to be sent; a mail server that does not answer is asked again."""
    with translation.override(settings.LANGUAGE_CODE):
        try:
            overdue.tell()
        except overdue.QuestionNotSent as fault:
            logger.error("%s", fault)


@shared_task
def publish_scheduled() -> None:
    """Publish and unpublish pages whose time has come (Wagtail's own command)."""
    call_command("publish_scheduled", verbosity=0)
