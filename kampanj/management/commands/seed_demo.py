"""`manage.py seed_demo`: put the demonstration content in place. What is there already is left as it is."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.plan import Plan
from kampanj.management.demo.exceptions import SeedRefused
from kampanj.management.demo.followed import put_followed
from kampanj.management.demo.municipality import USERS
from kampanj.management.demo.registers import passwords_may_be_public
from kampanj.management.demo.seeding import Seeded, seed
from kampanj.management.faults import told_in_one_sentence


def make_picture_sizes() -> None:
    """Draw every page once, so that the first reader does not wait while its pictures are made in every size."""
    for page in Page.objects.live().filter(depth__gt=1).specific():
        page.make_preview_request(preview_mode=page.default_preview_mode)


class Command(BaseCommand):
    """Prints what is new, what the roster's import said, and how to log in."""

    help = "Puts the demonstration content in place; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--followed",
            action="store_true",
            help="also a mailing to schools that has left and been fetched by some, where mail is captured",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        followed = None
        with told_in_one_sentence():
            try:
                seeded = seed()
                followed = put_followed() if options["followed"] else None
            except (SeedRefused, RosterRefused) as refusal:
                raise CommandError(str(refusal)) from refusal
        if not seeded.changed_nothing:
            make_picture_sizes()
        # Drawing pages has changed the active language.
        with translation.override(settings.LANGUAGE_CODE):
            self._tell(seeded)
            if followed is not None:
                self.stdout.write(_("New: the mailing “%(name)s”, which some schools have fetched.") % {"name": followed.name})
            self._tell_logins()
            self._tell_steps()

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

    def _tell_roster(self, plan: Plan) -> None:
        self.stdout.write(_("The roster was read in: %(figures)s") % {"figures": json.dumps(plan.figures.as_json())})
        self.stdout.write(_("Some of its rows are faulty on purpose, to show what that looks like:"))
        for fault in plan.faults:
            self.stdout.write(f"  {fault}")

    def _tell_steps(self) -> None:
        self.stdout.write(_("What to try:"))
        steps = (
            _("Read the campaign at %(address)s/ung/jag-trodde-aldrig/"),
            _("Log in as kommunikator, open the campaign under Pages and preview it as web page and as letter."),
            _("Choose Mailings and plan one: the campaign, a segment, a time. Send it for approval and log out."),
            _("Log in as godkannare, review and approve it, press “Send now, without waiting”, and watch it leave."),
            _("Open a letter under Outbox, follow its links, unsubscribe. Open a school's letter and fetch its package."),
            _("Log in as malgruppsansvarig, choose Imports under Recipients and upload a list. It is checked first."),
        )
        for number, step in enumerate(steps, start=1):
            self.stdout.write(f"  {number}. {step % {'address': settings.BASE_URL}}")

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
