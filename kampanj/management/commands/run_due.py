"""Tick and pump in this process, for cron and scripts."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kampanj.distribution import clock
from kampanj.distribution.apart import kept_apart
from kampanj.distribution.ending import ending_cleanly
from kampanj.distribution.pump import BUDGET_SECONDS, pump, stopping
from kampanj.followup.archive import writing
from kampanj.followup.operations import watch
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """run_due [--until-idle]"""

    help = (
        "Starts what is due, sends it, and archives what has ended. --until-idle goes on until nothing is due now; it waits for"
        " no lease or back-off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence(), ending_cleanly(signal.SIGINT, signal.SIGTERM):
            while not stopping.is_set() and clock.tick():
                # There may be no clock to wake another.
                pump(patience=BUDGET_SECONDS)
                if not options["until_idle"]:
                    break
            clock.finish_done()
            if not stopping.is_set():
                writing.write_due()
                with kept_apart("watching"):
                    watch.now_and_then()
