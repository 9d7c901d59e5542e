"""What has come back to a mailbox, handled once and moved aside."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kampanj.followup.bounces import working
from kampanj.followup.bounces.sources import source_of
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """process_bounces [--maildir DIR | --imap URL]"""

    help = "Handles every message of a mailbox once and moves it into a folder named after its verdict; the last line is JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--maildir", metavar="DIR", help="a Maildir")
        where.add_argument(
            "--imap", metavar="URL", help="imaps://user:password@host/FOLDER; better in BOUNCE_MAILBOX, where nobody sees it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            # An empty one is said all the same: a variable that is not set must not mean another mailbox.
            said = [value for value in (options["imap"], options["maildir"]) if value is not None]
            written = said[0] if said else settings.BOUNCE_MAILBOX
            if not written:
                raise CommandError(_("Say which mailbox: --maildir DIR or --imap URL, or set BOUNCE_MAILBOX."))
            if options["imap"] and "://" not in written:
                written = f"imaps://{written}"
            done = working.work(source_of(written))
            self.stdout.write(json.dumps(done.summary))
