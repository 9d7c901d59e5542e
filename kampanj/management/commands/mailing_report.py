"""`manage.py mailing_report ID --output FILE.{csv,json,pdf}`: the report of a mailing as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kampanj.distribution.plan import mailing_with_id
from kampanj.followup.reports.files import report
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """The file is written whole or not at all; its path is printed."""

    help = "Writes the report of a mailing as CSV, JSON or PDF, after the ending of the file's name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id")
        parser.add_argument("--output", required=True, type=Path, help="FILE.csv, FILE.json or FILE.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["output"]
        with told_in_one_sentence():
            content = report(mailing_with_id(options["id"]), target.suffix.removeprefix(".").lower())
            try:
                part = target.with_name(f".{target.name}.part")
                try:
                    part.write_bytes(content)
                    part.replace(target)
                finally:
                    part.unlink(missing_ok=True)
            except OSError as fault:
                raise CommandError(
                    _("The report could not be written to %(path)s: %(fault)s. Choose another file.")
                    % {"path": target, "fault": fault.strerror}
                ) from fault
        self.stdout.write(str(target))
