"""`manage.py undo_import --source NAME`: undo the last import of a source."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import staging
from kampanj.audience.importing.models import RosterImport
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """Restores what was before, except for protections and erased persons. Prints one sentence."""

    help = "Undoes the last import of a source, as long as what undoing needs is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", metavar="NAME", required=True, help="the source's name")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            source = options["source"]
            last = (
                RosterImport.objects.filter(source__name=source, state=RosterImport.State.APPLIED).order_by("applied_at").last()
            )
            if last is None:
                raise CommandError(_("Nothing of “%(source)s” is applied that could be undone.") % {"source": source})
            try:
                staging.queue_undo(last, by=None)
                staging.undo(last)
            except RosterRefused as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(_("The import of %(file)s was undone.") % {"file": last.file_name or source})
