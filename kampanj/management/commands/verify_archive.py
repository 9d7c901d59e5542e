"""Whether mailings' archives are as they were written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.followup.archive import verifying
from kampanj.followup.archive.opening import LARGEST
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """verify_archive [FILE]"""

    help = "Checks all archives, or one file, and says each fault in a sentence; the last line is JSON. Exit code 1 for faults."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="an archive, wherever it lies; without: all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            number, faults = _of_file(Path(options["file"])) if options["file"] else verifying.check_all()
            for fault in faults:
                self.stdout.write(fault)
            self.stdout.write(json.dumps({"archives": number, "faults": len(faults)}))
            if faults:
                count = len(faults)
                raise CommandError(
                    ngettext("%(count)d fault was found.", "%(count)d faults were found.", count) % {"count": count}
                )


def _of_file(path: Path) -> tuple[int, list[str]]:
    try:
        if not path.is_file() and path.exists():
            return 0, [_("%(path)s is no file. Name one archive, or nothing to check them all.") % {"path": path}]
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        return 0, [_("%(path)s cannot be read: %(reason)s. Check the path.") % {"path": path, "reason": reason}]
    return 1, [f"{path}: {fault}" for fault in verifying.faults_of_file(content, name=path.name)]
