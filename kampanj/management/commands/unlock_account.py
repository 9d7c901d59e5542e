"""Open an account that too many wrong attempts have locked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kampanj.municipality.identity import lockout
from kampanj.municipality.models import User


class Command(BaseCommand):
    """unlock_account NAME [--second-factor]"""

    help = "Forgets the wrong attempts with a user name, from every network; with --second-factor also the lost phone and keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the user name, as it is written at sign-in")
        parser.add_argument(
            "--second-factor",
            action="store_true",
            help="remove the account's second factors and recovery codes, and end its sessions: the phone is lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(_("There is no account named %(name)s.") % {"name": name})
        lockout.unlock(name)
        if options["second_factor"]:
            lockout.forget_second_factor(user)
        self.stdout.write(_("%(name)s can sign in again.") % {"name": name})
