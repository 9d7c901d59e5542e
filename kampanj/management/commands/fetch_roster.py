"""`manage.py fetch_roster [--dry-run] [--full]`: take over the roster of the school system's interface (SS 12000:2020)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.ss12000.nightly import take_over
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """Prints what is to be corrected, in figures only, because cron keeps what is printed; the last line is JSON."""

    help = "Fetches guardians from the school system that the settings SS12000_… name. Stops are also mailed to OPERATOR_EMAIL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing and mail nobody")
        parser.add_argument("--full", action="store_true", help="fetch also when nothing is new since the last time")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            try:
                plan = take_over(dry_run=options["dry_run"], is_whole=options["full"])
            except RosterRefused as refusal:
                raise CommandError(str(refusal)) from None
            if plan is None:
                self.stdout.write(_("Nothing is new in the school system since the last time."))
                self.stdout.write(json.dumps({"fetched": False}))
                return
            for column, count in sorted(Counter(fault.column for fault in plan.faults).items()):
                self.stdout.write(
                    ngettext(
                        "%(count)d value to correct in the school system, column “%(column)s”",
                        "%(count)d values to correct in the school system, column “%(column)s”",
                        count,
                    )
                    % {"count": count, "column": column}
                )
        self.stdout.write(json.dumps({"fetched": True, **plan.figures.as_json()}))
