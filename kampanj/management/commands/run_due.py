"""Tick and pump in this process, for cron and scripts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kampanj.distribution import clock
from kampanj.distribution.pump import pump
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """run_due [--until-idle]"""

    help = "Starts what is due and sends it. --until-idle goes on until nothing is due now; it waits for no lease or back-off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            while clock.tick():
                pump()
                if not options["until_idle"]:
                    break
            clock.finish_done()
