"""`manage.py catalog --update | --check | --compile | --missing LANGUAGE`: keep the catalogs in line with the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import texts, translations


class Command(BaseCommand):
    """For developers, and for `make setup`, which compiles."""

    help = (
        "Keeps the catalogs (Swedish for everything, Arabic, Somali and Ukrainian for what readers meet) in line with the code."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One of four, and fragments to merge."""
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--update", action="store_true", help="add what is missing, remove what is no longer used, sort")
        choice.add_argument("--check", action="store_true", help="fail when anything is missing, untranslated or no longer used")
        choice.add_argument("--compile", action="store_true", help="write the django.mo files, which Django reads")
        choice.add_argument(
            "--missing", choices=translations.LANGUAGES, help="print what this language lacks, as a fragment to fill in and merge"
        )
        parser.add_argument(
            "--merge", nargs="+", type=Path, default=[], metavar="FILE", help="with --update: take translations from here"
        )
        parser.add_argument(
            "--language", choices=translations.LANGUAGES, default=texts.DESK, help="with --merge: the files' language (sv)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; exit code 1 when the check fails."""
        if options["check"]:
            self.check_catalogs()
        elif options["compile"]:
            done = translations.compile_old()
            self.stdout.write("The catalogs are compiled." if done else "The catalogs were compiled already.")
        elif options["missing"]:
            self.stdout.write(str(translations.missing(options["missing"])))
        else:
            self.update(options["merge"], options["language"])

    def check_catalogs(self) -> None:
        """Name every fault."""
        faults = translations.faults()
        if faults:
            lines = "\n".join(faults)
            raise CommandError(
                f"{lines}\nThe catalogs have {len(faults)} faults. Run 'make catalog', then write the translations; "
                "'manage.py catalog --missing ar' prints what a language lacks."
            )
        counts = ", ".join(f"{language} {len(needed)}" for language, needed in texts.messages().items())
        self.stdout.write(f"The catalogs are complete: {counts} texts.")

    def update(self, fragments: list[Path], language: str) -> None:
        """Merge, add, remove, and tell how many are left to translate in each language."""
        for fragment in fragments:
            if not fragment.is_file():
                raise CommandError(f"There is no file {fragment}.")
            for conflict in translations.merge(fragment, language):
                self.stdout.write(conflict)
        for changed, (added, removed) in translations.update().items():
            left = sum(not translations.is_translated(entry, changed) for entry in translations.catalog(changed))
            self.stdout.write(f"{changed}: {added} added, {removed} removed, {left} to translate.")
