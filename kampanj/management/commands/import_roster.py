"""`manage.py import_roster FILE`: make a file the whole truth of its source, in the same steps as the desk does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.audience.exceptions import RosterRefused, VanishingStopped
from kampanj.audience.importing import staging
from kampanj.audience.importing.formats.opening import open_records
from kampanj.audience.importing.plan import Plan, prepare
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """Prints every fault and hint, what to do, then one line of JSON; see `kampanj.audience.importing` for the rules."""

    help = "Reads guardians in from a roster (CSV, XLSX or OneRoster), which is the whole truth of its source."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the roster: CSV, XLSX or OneRoster 1.2 (zip)")
        parser.add_argument(
            "--source", metavar="NAME", help="whose truth the file is (default: the file's name without its ending)"
        )
        parser.add_argument("--encoding", default="", metavar="NAME", help="the CSV file's encoding (default: found out)")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument(
            "--allow-vanishing", action="store_true", help="go on although more than a tenth of the source's guardians vanish"
        )
        parser.add_argument(
            "--lift-protections",
            action="store_true",
            help="let protections lapse that this source set and that its file no longer marks",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_sentence():
            path: Path = options["file"]
            source = options["source"] if options["source"] is not None else path.stem
            run = self.look if options["dry_run"] else self.bring_in
            try:
                with opened(path) as file:
                    run(file, path, source, options)
            except VanishingStopped as stopped:
                raise CommandError(f"{stopped} {how_to_go_on()}") from stopped
            except RosterRefused as refusal:
                raise CommandError(str(refusal)) from refusal

    def look(self, file: BinaryIO, path: Path, source: str, options: dict[str, Any]) -> None:
        """The dry run: nothing is kept."""
        with open_records(file, name=path.name, encoding=options["encoding"]) as records:
            plan = prepare(records, source=source, lift_protections=options["lift_protections"])
        self.tell(plan)
        if plan.stops_at_brake:
            self.stdout.write(f"{plan.warning()} {how_to_go_on()}")
        self.stdout.write(json.dumps(plan.figures.as_json()))

    def bring_in(self, file: BinaryIO, path: Path, source: str, options: dict[str, Any]) -> None:
        """Through the desk's own steps, so that it can be seen and undone there. What is not applied leaves no file behind."""
        staged = staging.upload(file, source=source, file_name=path.name, by=None)
        staged.lift_protections = options["lift_protections"]
        try:
            staging.read_as_before(staged, encoding=options["encoding"])
            plan = staging.check_and_apply(staged, by=None, allow_vanishing=options["allow_vanishing"])
        except RosterRefused:
            staging.discard(staged, by=None)
            raise
        self.tell(plan)
        self.stdout.write(json.dumps(plan.figures.as_json()))

    def tell(self, plan: Plan) -> None:
        """Every fault and hint, then what to do about them."""
        for line in (*plan.faults, *plan.hints):
            self.stdout.write(str(line))
        if plan.unlisted:
            self.stdout.write(
                ngettext("%(count)s more row has faults.", "%(count)s more rows have faults.", plan.unlisted)
                % {"count": plan.unlisted}
            )
        for sentence in plan.todo():
            self.stdout.write(sentence)


def how_to_go_on() -> str:
    """What answers the brake."""
    return _("If that is right, run again with --allow-vanishing.")


def opened(path: Path) -> BinaryIO:
    """The file, open for reading; RosterRefused with what to do when it cannot be read."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise RosterRefused(_("There is no file “%(path)s”. Check the path.") % {"path": path}) from None
    except IsADirectoryError:
        raise RosterRefused(_("“%(path)s” is a folder. Name the file in it.") % {"path": path}) from None
    except OSError as fault:
        raise RosterRefused(
            _("The file “%(path)s” cannot be read. Check who has the right to read it.") % {"path": path}
        ) from fault
