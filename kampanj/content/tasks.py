"""The clock's errands in this room: Celery tasks without arguments or results."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import translation

from kampanj.content.help_lines import reminding

logger = logging.getLogger("kampanj.content.help_lines")


@shared_task
def remind_help_lines() -> None:
    """Remind the communicators of help lines to check; a mail server that does not answer is asked again the next day."""
    with translation.override(settings.LANGUAGE_CODE):
        try:
            logger.info("%s", reminding.remind())
        except reminding.ReminderNotSent as fault:
            logger.error("%s", fault)
