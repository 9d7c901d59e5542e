"""`manage.py seed_demo`: put the demonstration content in place. What is there already is left as it is."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.importer import Outcome
from kampanj.management.demo.exceptions import SeedRefused
from kampanj.management.demo.municipality import USERS
from kampanj.management.demo.registers import passwords_may_be_public
from kampanj.management.demo.seeding import Seeded, seed


class Command(BaseCommand):
    """Prints what is new, what the roster's import said, and how to log in."""

    help = "Puts the demonstration content in place; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            try:
                seeded = seed()
            except (SeedRefused, RosterRefused) as refusal:
                raise CommandError(str(refusal)) from refusal
            self._tell(seeded)
            self._tell_logins()

    def _tell(self, seeded: Seeded) -> None:
        if seeded.changed_nothing:
            self.stdout.write(_("The demonstration content is already in place. Nothing was changed."))
            return
        self.stdout.write(
            _(
                "New: %(pages)s pages, %(pictures)s pictures, %(help_lines)s help lines, %(schools)s schools, "
                "%(segments)s segments, %(users)s users."
            )
            % {name: getattr(seeded, name) for name in ("pages", "pictures", "help_lines", "schools", "segments", "users")}
        )
        if seeded.roster is not None:
            self._tell_roster(seeded.roster)

    def _tell_roster(self, outcome: Outcome) -> None:
        figures = {name: getattr(outcome, name) for name in ("new", "changed", "gone", "unchanged", "errors")}
        self.stdout.write(_("The roster was read in: %(figures)s") % {"figures": json.dumps(figures)})
        self.stdout.write(_("Some of its rows are faulty on purpose, to show what that looks like:"))
        for fault in outcome.faults:
            self.stdout.write(f"  {fault}")

    def _tell_logins(self) -> None:
        if not passwords_may_be_public():
            self.stdout.write(
                _("New users got no password, because others can reach %(address)s. Set one with: manage.py changepassword NAME")
                % {"address": settings.BASE_URL}
            )
            return
        self.stdout.write(
            _("Log in at %(address)s with these passwords, unless somebody has changed them:")
            % {"address": f"{settings.BASE_URL}/admin/"}
        )
        for user in USERS:
            self.stdout.write(f"  {user.username} / {user.password} ({user.role})")
