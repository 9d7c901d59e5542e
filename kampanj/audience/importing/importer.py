"""Read a roster in without staging: a file is the whole truth of its source, and it is applied at once or not at all.

What is told afterwards are four figures of guardians and the faults of unprotected rows. The number of rows read is not
among them: together with the others it would give away how many rows are protected.
"""

from __future__ import annotations

import io
from contextlib import nullcontext
from dataclasses import dataclass

from kampanj.audience.importing.applying import carry_out
from kampanj.audience.importing.faults import Fault
from kampanj.audience.importing.formats.opening import open_records
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.plan import Plan, prepare


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
    """Make the file's truth the source's; with `dry_run`, only say what would change.

    Raises RosterRefused, with nothing changed, when the file cannot be used or another import runs, and VanishingStopped
    when more than a tenth of the source would vanish, unless `allow_vanishing`.
    """
    with nullcontext() if dry_run else one_import_at_a_time(), open_records(io.BytesIO(data), name=source) as records:
        plan = prepare(records, source=source, lift_protections=lift_protections)
        outcome = Outcome.of(plan)
        if not dry_run:
            carry_out(plan, allow_vanishing=allow_vanishing)
    return outcome
