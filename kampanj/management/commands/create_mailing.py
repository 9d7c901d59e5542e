"""Make a mailing from the command line; the last word printed is its id."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kampanj.distribution.plan import make_mailing, sentence
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """create_mailing --campaign SLUG --segment NAME [--at "2026-12-14 07:30"] [--approve]"""

    help = "Makes a mailing. Without --at it leaves as soon as it is approved; --approve approves it now, in the system's name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--segment", required=True, metavar="NAME")
        parser.add_argument("--at", metavar='"YYYY-MM-DD HH:MM"', help="wall time in the municipality's zone")
        parser.add_argument("--approve", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            mailing = make_mailing(
                slug=options["campaign"], segment_name=options["segment"], at=options["at"], is_approved=options["approve"]
            )
            self.stdout.write(sentence(mailing))
            label = _("Approved. The mailing's id:") if options["approve"] else _("Waiting for approval. The mailing's id:")
            self.stdout.write(f"{label} {mailing.pk}")
