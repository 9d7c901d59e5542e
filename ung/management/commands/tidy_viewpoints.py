"""What the daily task does, for cron and scripts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import translation
from django.utils.translation import gettext as _

from ung.viewpoints.tidying import tidy


class Command(BaseCommand):
    """tidy_viewpoints"""

    help = "Deletes viewpoints that were set aside 90 days ago and reminds the communicators of those that wait."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was done, in one line."""
        with translation.override(settings.LANGUAGE_CODE):
            try:
                done = tidy()
            except (OperationalError, ProgrammingError) as fault:
                raise CommandError(
                    _("The database does not answer or is not up to date. Check DATABASE_URL and run “manage.py migrate”.")
                ) from fault
            self.stdout.write(
                _("%(deleted)d viewpoints deleted, %(waiting)d wait, %(reminders)d reminders sent.")
                % {"deleted": done.deleted, "waiting": done.waiting, "reminders": done.reminders}
            )
