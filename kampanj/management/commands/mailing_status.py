"""One line of JSON about a mailing."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kampanj.distribution.plan import mailing_with_id
from kampanj.distribution.progress import progress
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """mailing_status ID"""

    help = "Prints one line of JSON: a count per state, 'started' and 'finished' (ISO 8601 or null)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            self.stdout.write(json.dumps(progress(mailing_with_id(options["id"]))))
