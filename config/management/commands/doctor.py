"""What is wrong with a set-up, and what to do about it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error
from django.utils import translation
from django.utils.translation import gettext as _

from config.doctor import backups, dns, machine, mail, reachable, surroundings
from config.doctor.findings import WORDS, Finding, Level, error, warning

logger = logging.getLogger("config.doctor")

# In the order in which one is mended after the other.
EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    surroundings.variables,
    surroundings.production,
    surroundings.address,
    surroundings.keys,
    reachable.database,
    reachable.migrations,
    reachable.broker,
    reachable.beat,
    reachable.deliveries,
    machine.storage,
    machine.disk,
    backups.backups,
    machine.memory,
    machine.papers,
    machine.letters,
    machine.words,
    mail.relay,
    mail.sender,
    surroundings.trial,
)


class Command(BaseCommand):
    """doctor [--json]"""

    help = "Looks at the set-up and says in a line each what is right or wrong, and what to do. Exit code 1 for errors."
    # What Django would stop at is what is examined here.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="The same for programs, in one line.")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            findings = [finding for examine in EXAMINATIONS for finding in examined(examine)]
            if options["json"]:
                found = {"findings": [one._asdict() for one in findings], "dns": [record._asdict() for record in dns.records()]}
                self.stdout.write(json.dumps(found, ensure_ascii=False))
            else:
                self._tell(findings)
        if any(finding.level is Level.ERROR for finding in findings):
            raise SystemExit(1)

    def _tell(self, findings: list[Finding]) -> None:
        width = max(len(str(word)) for word in WORDS.values())
        styles = {Level.OK: self.style.SUCCESS, Level.WARNING: self.style.WARNING, Level.ERROR: self.style.ERROR}
        for finding in findings:
            word = f"{WORDS[finding.level]!s:{width}}"
            self.stdout.write(f"{styles[finding.level](word)}  {finding.text}")
        self.stdout.write(
            "\n" + _("DNS records. Nothing is looked up from here; create what is missing and see it with the command:")
        )
        for record in dns.records():
            self.stdout.write(f"\n{record.kind:6} {record.name}  {record.content}")
            self.stdout.write(f"       {record.purpose}\n       {record.command}")


def examined(examine: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What an examination says; one that cannot be made says so in its own line, and the others go on."""
    name = examine.__name__
    try:
        return list(examine())
    except Error:
        return [warning(name, _("This could not be looked at while the database does not answer (%(name)s).") % {"name": name})]
    except Exception:
        logger.exception("%s could not be examined", name)
        return [error(name, _("This could not be looked at (%(name)s): the reason stands in the log.") % {"name": name})]
