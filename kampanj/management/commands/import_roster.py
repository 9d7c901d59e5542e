"""`manage.py import_roster FILE [--source NAME] [--dry-run] …`: make a file the whole truth of its source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.audience.exceptions import RosterRefused, VanishingStopped
from kampanj.audience.importing.importer import Outcome, import_roster
from kampanj.management.faults import told_in_one_sentence

# Ten times the largest roster that we measure; a file beyond it is some other file.
MAX_MEGABYTES = 100


class Command(BaseCommand):
    """Prints a line for every fault, then one line of JSON; see `kampanj.audience.importing` for the rules."""

    help = "Reads guardians in from a CSV file, which is the whole truth of its source."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the roster, as CSV")
        parser.add_argument(
            "--source", metavar="NAME", help="whose truth the file is (default: the file's name without its ending)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument(
            "--allow-vanishing", action="store_true", help="apply also when more than a tenth of the source's guardians vanish"
        )
        parser.add_argument(
            "--lift-protections",
            action="store_true",
            help="let protections lapse for those whom the file names as unprotected; otherwise they outlast it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            path: Path = options["file"]
            source = options["source"] if options["source"] is not None else path.stem
            try:
                outcome = import_roster(
                    contents(path),
                    source=source,
                    dry_run=options["dry_run"],
                    allow_vanishing=options["allow_vanishing"],
                    lift_protections=options["lift_protections"],
                )
            except VanishingStopped as stopped:
                raise CommandError(f"{stopped} {how_to_go_on()}") from stopped
            except RosterRefused as refusal:
                raise CommandError(str(refusal)) from refusal
            for line in lines(outcome, dry_run=options["dry_run"]):
                self.stdout.write(line)
        figures = {name: getattr(outcome, name) for name in ("new", "changed", "gone", "unchanged", "errors")}
        self.stdout.write(json.dumps(figures))


def lines(outcome: Outcome, *, dry_run: bool) -> Iterator[str]:
    """The faults, then what to do about them, and after a dry run what the brake would say."""
    yield from map(str, (*outcome.faults, *outcome.hints))
    if outcome.unlisted:
        yield ngettext("%(count)s more row has faults.", "%(count)s more rows have faults.", outcome.unlisted) % {
            "count": outcome.unlisted
        }
    yield from outcome.todo
    if outcome.warning and dry_run:
        yield f"{outcome.warning} {how_to_go_on()}"


def how_to_go_on() -> str:
    """What answers the brake."""
    return _("If that is right, run again with --allow-vanishing.")


def contents(path: Path) -> bytes:
    """The file's bytes; RosterRefused with what to do when it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MEGABYTES * 1_000_000 + 1)
    except FileNotFoundError:
        raise RosterRefused(_("There is no file “%(path)s”. Check the path.") % {"path": path}) from None
    except IsADirectoryError:
        raise RosterRefused(_("“%(path)s” is a folder. Name the file in it.") % {"path": path}) from None
    except OSError as fault:
        raise RosterRefused(
            _("The file “%(path)s” cannot be read. Check who has the right to read it.") % {"path": path}
        ) from fault
    if len(data) > MAX_MEGABYTES * 1_000_000:
        raise RosterRefused(_("The file is larger than %(count)s MB. Is it the right file?") % {"count": MAX_MEGABYTES})
    return data
