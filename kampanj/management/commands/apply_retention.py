"""`manage.py apply_retention [--preview]`: remove what has been kept for long enough, for cron."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kampanj.followup.rights import retention, sources
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """Prints a line for every category, then one line of JSON: the category's code and how much went (or would go)."""

    help = "Removes what has been kept for as long as the settings say. Gives notice first where people are to be removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--preview", action="store_true", help="say what would be removed, and remove nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with told_in_one_sentence():
            try:
                if options["preview"]:
                    rows = retention.preview(now)
                else:
                    retention.give_notice(now)
                    rows = retention.apply(now, by=None)
            except (retention.RetentionStopped, sources.NoticeNotSent) as fault:
                raise CommandError(str(fault)) from fault
            for row in rows:
                self.stdout.write(str(row))
        self.stdout.write(json.dumps({row.category.code: row.number for row in rows}))
