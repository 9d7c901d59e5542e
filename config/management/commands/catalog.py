"""`manage.py catalog --update | --check | --compile`: keep the Swedish catalog in line with the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import translations


class Command(BaseCommand):
    """For developers, and for `make setup`, which compiles."""

    help = "Keeps the Swedish catalog in line with the code."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One of three, and fragments to merge."""
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--update", action="store_true", help="add what is missing, remove what is no longer used, sort")
        choice.add_argument("--check", action="store_true", help="fail when anything is missing, untranslated or no longer used")
        choice.add_argument("--compile", action="store_true", help="write django.mo, which Django reads")
        parser.add_argument(
            "--merge", nargs="+", type=Path, default=[], metavar="FILE", help="with --update: take translations from here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; exit code 1 when the check fails."""
        if options["check"]:
            self.check_catalog()
        elif options["compile"]:
            done = translations.compile_old()
            self.stdout.write("The Swedish catalog is compiled." if done else "The Swedish catalog was compiled already.")
        else:
            self.update(options["merge"])

    def check_catalog(self) -> None:
        """Name every fault."""
        faults = translations.faults()
        if faults:
            lines = "\n".join(faults)
            raise CommandError(
                f"{lines}\nThe Swedish catalog has {len(faults)} faults. Run 'make catalog', then write the Swedish."
            )
        self.stdout.write(f"The Swedish catalog is complete: {len(translations.messages())} texts.")

    def update(self, fragments: list[Path]) -> None:
        """Merge, add, remove, and tell how many are left to translate."""
        for fragment in fragments:
            if not fragment.is_file():
                raise CommandError(f"There is no file {fragment}.")
            for conflict in translations.merge(fragment):
                self.stdout.write(conflict)
        added, removed = translations.update()
        left = sum(not translations.is_translated(entry) for entry in translations.catalog())
        self.stdout.write(f"{added} added, {removed} removed, {left} to translate.")
