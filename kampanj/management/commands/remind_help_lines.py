"""`manage.py remind_help_lines`: remind the communicators of help lines that nobody has checked, for cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kampanj.content.help_lines.reminding import remind
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """remind_help_lines"""

    help = "Reminds those who may change help lines of the ones to check, at most once a week. The last line says what was done."

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            self.stdout.write(str(remind()))
