"""Rosters as the tests write them: a row with everything right unless told otherwise."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from kampanj.audience.importing.applying import carry_out
from kampanj.audience.importing.faults import Fault
from kampanj.audience.importing.formats.opening import open_records
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.plan import Plan, prepare
from kampanj.audience.models import Guardian, ProtectedAddress

HEADINGS = ("skolenhet", "årskurs", "elev-id", "skyddad", "vårdnadshavare-id", "e-post", "språk")
SOURCE = "skolregistret"


@dataclass(frozen=True)
class R:
    """A row of a roster; `guardian` also names the address unless one is given."""

    pupil: str = "E1"
    guardian: str = "G1"
    email: str | None = None
    marking: str = "Ingen"
    school: str = "Norra skolan"
    grade: str = "7"
    language: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        email = f"{self.guardian.lower()}@example.org" if self.email is None else self.email
        return (self.school, self.grade, self.pupil, self.marking, self.guardian, email, self.language)


def table(rows: Sequence[Sequence[str]], *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Rows of cells as a CSV file's bytes."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def roster(*rows: R) -> bytes:
    """A roster with our own headings."""
    return table([HEADINGS, *(row.cells for row in rows)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """Guardians that are new, changed, gone and unchanged; the number of faulty rows, and the faults in the file's order.

    `unlisted` rows have faults beyond those that are kept; `warning` says what the brake stops, or is empty.
    """

    new: int
    changed: int
    gone: int
    unchanged: int
    errors: int
    faults: tuple[Fault, ...]
    hints: tuple[Fault, ...]
    unlisted: int
    todo: tuple[str, ...]
    warning: str

    @classmethod
    def of(cls, plan: Plan) -> Outcome:
        """What a plan tells."""
        return cls(
            **plan.figures.as_json(),
            faults=tuple(plan.faults),
            hints=tuple(plan.hints),
            unlisted=plan.unlisted,
            todo=tuple(plan.todo()),
            warning=plan.warning(),
        )


def import_roster(
    data: bytes, *, source: str, dry_run: bool = False, allow_vanishing: bool = False, lift_protections: bool = False
) -> Outcome:
    """Make the file's truth the source's in one step, without anybody looking; with `dry_run`, only say what would change.

    Raises RosterRefused, with nothing changed, when the file cannot be used or another import runs, and VanishingStopped
    when more than a tenth of the source would vanish, unless `allow_vanishing`.
    """
    with nullcontext() if dry_run else one_import_at_a_time(), open_records(io.BytesIO(data), name=source) as records:
        plan = prepare(records, source=source, lift_protections=lift_protections)
        outcome = Outcome.of(plan)
        if not dry_run:
            carry_out(plan, allow_vanishing=allow_vanishing)
    return outcome


def bring(*rows: R, source: str = SOURCE, dry_run: bool = False, lift_protections: bool = False) -> Outcome:
    """Import a roster of these rows; that many vanish is meant."""
    return import_roster(roster(*rows), source=source, dry_run=dry_run, allow_vanishing=True, lift_protections=lift_protections)


def planned(*rows: R, source: str = SOURCE, lift_protections: bool = False) -> Plan:
    """What a roster of these rows would change."""
    with open_records(io.BytesIO(roster(*rows)), name="roster.csv") as records:
        return prepare(records, source=source, lift_protections=lift_protections)


def figures(outcome: Outcome | Plan) -> dict[str, int]:
    """The figures that are not zero."""
    told = outcome.figures if isinstance(outcome, Plan) else outcome
    names = ("new", "changed", "gone", "unchanged", "errors")
    return {name: getattr(told, name) for name in names if getattr(told, name)}


def people(source: str = SOURCE) -> dict[str, tuple[str, str, frozenset[tuple[str, str]]]]:
    """Every guardian of the source: address, language and the school and grade of each child."""
    return {
        guardian.external_id: (
            guardian.email,
            guardian.language,
            frozenset((child.school.name, child.grade) for child in guardian.children.select_related("school")),
        )
        for guardian in Guardian.objects.filter(source=source)
    }


def protected_keys(source: str = SOURCE) -> set[str]:
    """The address keys that the source protects."""
    return set(ProtectedAddress.objects.filter(source=source).values_list("address_key", flat=True))


def everything(*, prefix: str = "") -> str:
    """Every value of every table whose name begins with `prefix`, as one text."""
    values: list[str] = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name.startswith(prefix):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
                values += [repr(row) for row in cursor.fetchall()]
    return "\n".join(values)


def run(path: Path, *options: str) -> tuple[list[str], dict[str, int]]:
    """The command's lines before the last one, and the last one's figures."""
    output = io.StringIO()
    call_command("import_roster", str(path), *options, stdout=output, stderr=output)
    *lines, last = output.getvalue().splitlines()
    return lines, json.loads(last)
