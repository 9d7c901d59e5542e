"""`manage.py backup`: everything that cannot be made anew, in one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config.backup import making
from config.backup.exceptions import BackupRefused
from config.backup.scratch import ending_in_order
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """backup [--to FOLDER|FILE] [--keep N]"""

    help = "Puts database, uploads and private files into one file with checksums, while everything goes on. No secret is in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="PLACE", type=Path, help="a folder, or a file that is not there yet (var/backups)")
        parser.add_argument("--keep", metavar="N", type=int, help="keep the newest N in the folder, none older than BACKUP_DAYS")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence(), ending_in_order():
            if options["keep"] is not None and options["keep"] < 1:
                raise CommandError(_("Keep at least one backup: --keep 14, for example."))
            try:
                made = making.make(options["to"], keep=options["keep"])
            except BackupRefused as refusal:
                raise CommandError(str(refusal)) from refusal
            for path in made.removed:
                self.stdout.write(_("Removed: %(path)s") % {"path": path})
            for path in made.unknown:
                self.stdout.write(
                    _("%(path)s is old, and not known as this installation's: it stays. Look at it, and remove it yourself.")
                    % {"path": path}
                )
            self.stdout.write(_("SECRET_KEY and HASH_KEY are not in the backup. Keep them in another safe place."))
            if not made.is_encrypted:
                self.stdout.write(
                    _("The file is not encrypted and holds addresses: keep it as you keep the database, or set BACKUP_RECIPIENT.")
                )
            told = {"backup": str(made.path), "parts": made.parts, "bytes": made.size, "encrypted": made.is_encrypted}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
