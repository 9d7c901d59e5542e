"""`manage.py restore FILE`: bring a backup back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.backup import restoring
from config.backup.exceptions import BackupRefused
from kampanj.audience.exceptions import RosterRefused
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """restore FILE [--erasures NEWER …] [--identity FILE] [--replace] [--key-is-lost]"""

    help = (
        "Checks every part of a backup and then brings it back. Afterwards no letter leaves before somebody has said so, and"
        " whoever was erased since is erased again. Stop web servers, workers and clocks first."
    )
    # The database may be empty, or older than the code.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--erasures",
            metavar="NEWER",
            type=Path,
            nargs="+",
            default=(),
            help="newer backups: whom they know as erased goes too",
        )
        parser.add_argument("--identity", metavar="FILE", type=Path, help="the secret key (age) of an encrypted backup")
        parser.add_argument("--replace", action="store_true", help="also when this installation is not empty")
        parser.add_argument(
            "--key-is-lost", action="store_true", help="although HASH_KEY is another; see docs/data-protection.md"
        )
        parser.add_argument("--verify", action="store_true", help="only check the backup, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        wish = restoring.Wish(
            backup=options["file"],
            newer=tuple(options["erasures"]),
            identity=options["identity"],
            replace=options["replace"],
            key_is_lost=options["key_is_lost"],
        )
        with told_in_one_sentence():
            try:
                if options["verify"]:
                    self._verify(wish)
                else:
                    self._restore(wish)
            except (BackupRefused, RosterRefused) as refusal:
                raise CommandError(str(refusal)) from refusal

    def _verify(self, wish: restoring.Wish) -> None:
        manifest = restoring.verified(wish)
        self.stdout.write(_("The backup is whole: every part is as it was written."))
        self.stdout.write(json.dumps({"made_at": manifest.made_at, "parts": len(manifest.parts)}))

    def _restore(self, wish: restoring.Wish) -> None:
        done = restoring.restore(wish)
        when = formats.date_format(timezone.localtime(done.made_at), "j F Y H:i")
        self.stdout.write(_("Brought back from the backup of %(when)s.") % {"when": when})
        waiting = done.asking + done.paused
        if waiting:
            self.stdout.write(
                ngettext(
                    "%(count)d mailing waits for a person's word: nothing leaves before that.",
                    "%(count)d mailings wait for a person's word: nothing leaves before that.",
                    waiting,
                )
                % {"count": waiting}
            )
        if not done.knew_the_old:
            self.stdout.write(_("The earlier database could not be read: erasures since the backup are known from notes only."))
        self.stdout.write(
            _("Who has unsubscribed, or had an account or a school's link taken away, since then is as before: see to it.")
        )
        told = {
            "made_at": done.made_at.isoformat(),
            "parts": done.parts,
            "erased_again": done.erased_again,
            "asking": done.asking,
            "paused": done.paused,
            "removed_files": done.removed,
        }
        self.stdout.write(json.dumps(told))
