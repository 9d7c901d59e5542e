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
from config.backup.reading import Wish, verified
from config.backup.scratch import ending_in_order
from kampanj.followup.rights import prohibitions
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """restore FILE [--erasures NEWER …] [--identity FILE] [--replace] [--key-is-lost]"""

    help = (
        "Checks every part of a backup and then brings it back. Afterwards no letter leaves before somebody has said so, whoever"
        " was erased since is erased again, and what was forbidden since is forbidden. Stop web servers, workers and clocks"
        " first."
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
            help="newer backups: whom they know as erased, suppressed or protected is so",
        )
        parser.add_argument("--identity", metavar="FILE", type=Path, help="the secret key (age) of an encrypted backup")
        parser.add_argument("--replace", action="store_true", help="also when this installation is not empty")
        parser.add_argument(
            "--key-is-lost", action="store_true", help="although HASH_KEY is another; see docs/data-protection.md"
        )
        parser.add_argument("--verify", action="store_true", help="only check the backup, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        wish = Wish(
            backup=options["file"],
            newer=tuple(options["erasures"]),
            identity=options["identity"],
            replace=options["replace"],
            key_is_lost=options["key_is_lost"],
        )
        with told_in_one_sentence(), ending_in_order():
            try:
                if options["verify"]:
                    self._verify(wish)
                else:
                    self._restore(wish)
            except BackupRefused as refusal:
                raise CommandError(str(refusal)) from refusal

    def _verify(self, wish: Wish) -> None:
        manifest = verified(wish)
        self.stdout.write(_("The backup is whole: every part is as it was written."))
        self.stdout.write(json.dumps({"made_at": manifest.made_at, "parts": len(manifest.parts)}))

    def _restore(self, wish: Wish) -> None:
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
        self._tell_what_is_forbidden(done)
        told = {
            "made_at": done.made_at.isoformat(),
            "parts": done.parts,
            "erased_again": done.erased_again,
            "suppressed_again": done.suppressed_again,
            "not_carried": list(done.unread),
            "asking": done.asking,
            "paused": done.paused,
            "removed_files": done.removed,
        }
        self.stdout.write(json.dumps(told))

    def _tell_what_is_forbidden(self, done: restoring.Restored) -> None:
        if done.unread:
            kinds = ", ".join(map(prohibitions.name_of, done.unread))
            self.stdout.write(
                _(
                    "The earlier database is not there or could not be read. Not carried over from it are: %(kinds)s. Before you"
                    " let any mailing go on, read every roster in anew, enter the unsubscriptions that have come since the"
                    " backup, and go through the erasures in the municipality's own records."
                )
                % {"kinds": kinds}
            )
        else:
            self.stdout.write(
                _(
                    "Whoever has unsubscribed, is protected or was erased since the backup is so here too, and what was closed is"
                    " closed."
                )
            )
        self.stdout.write(
            _(
                "As they were then are passwords, roles, deleted accounts, rosters, and pages and pictures that were taken away"
                " since: see to it."
            )
        )
