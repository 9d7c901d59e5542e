"""Tick and pump in this process, for cron and scripts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kampanj.distribution import clock
from kampanj.distribution.apart import kept_apart
from kampanj.distribution.pump import BUDGET_SECONDS, pump, stopping
from kampanj.followup.archive import writing
from kampanj.followup.operations import watch
from kampanj.management.faults import told_in_one_sentence


def _finish_the_letters_in_hand(number: int, frame: FrameType | None) -> None:
    """Ctrl-C: the letters in hand are finished, the rest is given back."""
    stopping.set()


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Let SIGINT and SIGTERM end the pump in good order while the block runs."""
    before = {sign: signal.signal(sign, _finish_the_letters_in_hand) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


class Command(BaseCommand):
    """run_due [--until-idle]"""

    help = (
        "Starts what is due, sends it, and archives what has ended. --until-idle goes on until nothing is due now; it waits for"
        " no lease or back-off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence(), ending_cleanly():
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
