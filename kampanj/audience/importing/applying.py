"""Carry a plan out: one transaction, all or nothing.

A plan is good for the state that it was made from. What another import or an erasure has changed since makes it refused, not
half right; only protections that other sources need no plan for go on top.
"""

from __future__ import annotations

from django.utils import timezone

from kampanj.audience.exceptions import VanishingStopped
from kampanj.audience.importing import bulk, register
from kampanj.audience.importing.plan import Plan
from kampanj.audience.importing.undo import Undo, child_rows, guardian_rows, tie_rows
from kampanj.audience.models import Child, Guardian, GuardianChild


def carry_out(plan: Plan, *, allow_vanishing: bool = False) -> Undo:
    """Make the plan's state the source's, in one transaction, and return what takes it back.

    Raises VanishingStopped when too many would vanish and nobody has said that it is meant, and RosterRefused when the
    source has changed since the plan was made. Sends `signals.addresses_protected`.
    """
    if plan.stops_at_brake and not allow_vanishing:
        raise VanishingStopped(plan.warning())
    with register.one_transaction():
        record = register.held(plan.source)
        if record.version != plan.source_version:
            raise register.has_changed()
        register.demand_schools({placed.school for placed in plan.difference.children})
        undo = _before(plan)
        forgotten = _addresses(plan.difference.forget_guardians)
        _remove(plan)
        _write(plan, undo)
        _protect(plan, forgotten)
        undo.version = register.settle_version(record, is_changed=plan.difference.has_changes, is_read_in=True)
    return undo


def protect_alone(plan: Plan) -> None:
    """Of what a plan would do, only the protecting, in one transaction: it waits for nobody's answer and has no undo.

    The plan itself is good no more. RosterRefused when the source has changed since it was made.
    """
    difference = plan.difference
    with register.one_transaction():
        record = register.held(plan.source)
        if record.version != plan.source_version:
            raise register.has_changed()
        forgotten = _addresses(difference.forget_guardians)
        bulk.remove(Guardian, difference.forget_guardians)
        bulk.remove(Child, difference.forget_children)
        register.protect(plan.source, addresses=difference.protect_addresses, identities=difference.protect_identities)
        register.tell_protected({*difference.protect_addresses, *_in_no_use(forgotten)})
        register.settle_version(record, is_changed=True, is_read_in=False)


def _before(plan: Plan) -> Undo:
    """What stands there now and will be overwritten or removed. RosterRefused when some of it is gone."""
    difference = plan.difference
    changed = [named.pk for named in difference.guardians if named.pk]
    moved = [placed.pk for placed in difference.children if placed.pk]
    undo = Undo(
        source=plan.source,
        changed_guardians=guardian_rows(changed),
        removed_guardians=guardian_rows(difference.remove_guardians),
        changed_children=child_rows(moved),
        removed_children=child_rows(difference.remove_children),
        removed_ties=tie_rows(
            guardians=difference.remove_guardians, ties=difference.remove_ties, but_not=set(difference.forget_children)
        ),
        lifted_addresses=list(difference.lift_addresses),
        lifted_identities=list(difference.lift_identities),
    )
    if len(undo.changed_guardians) != len(changed) or len(undo.changed_children) != len(moved):
        raise register.has_changed()
    return undo


def _addresses(guardians: list[int]) -> set[str]:
    return {
        key
        for batch in bulk.batches(guardians)
        for key in Guardian.objects.filter(pk__in=batch).values_list("address_key", flat=True)
    }


def _remove(plan: Plan) -> None:
    difference = plan.difference
    bulk.remove(GuardianChild, difference.remove_ties)
    bulk.remove(Guardian, (*difference.remove_guardians, *difference.forget_guardians))
    bulk.remove(Child, (*difference.remove_children, *difference.forget_children))


def _write(plan: Plan, undo: Undo) -> None:
    new_children = _write_children(plan)
    undo.new_children = list(new_children.values())
    now = timezone.now()
    names = ("source", "external_id", "email", "address_key", "language", "identity_key", "imported_at")
    for batch in bulk.batches(plan.difference.guardians):
        values = {
            named.external_id: (
                plan.source,
                named.external_id,
                named.address,
                named.address_key,
                named.language,
                named.identity_key,
                now,
            )
            for named in batch
        }
        new = bulk.insert(
            Guardian, names, [values[named.external_id] for named in batch if not named.pk], returning="external_id"
        )
        bulk.put(Guardian, ("id", *names), [(named.pk, *values[named.external_id]) for named in batch if named.pk])
        undo.new_guardians.extend(new.values())
        ties = [
            (named.pk or new[named.external_id], new_children[child] if isinstance(child, str) else child)
            for named in batch
            for child in named.children
        ]
        bulk.add(GuardianChild, ("guardian", "child"), ties)
        undo.new_ties.extend(ties)


def _write_children(plan: Plan) -> dict[str, int]:
    """Write the children; the primary keys of the new ones by their keys."""
    names = ("source", "key", "school", "grade")
    made: dict[str, int] = {}
    for batch in bulk.batches(plan.difference.children):
        new = [(plan.source, placed.key, placed.school, placed.grade) for placed in batch if not placed.pk]
        made |= bulk.insert(Child, names, new, returning="key")
        moved = [(placed.pk, plan.source, placed.key, placed.school, placed.grade) for placed in batch if placed.pk]
        bulk.put(Child, ("id", *names), moved)
    return made


def _protect(plan: Plan, forgotten: set[str]) -> None:
    difference = plan.difference
    register.lift(plan.source, addresses=difference.lift_addresses, identities=difference.lift_identities)
    register.protect(plan.source, addresses=difference.protect_addresses, identities=difference.protect_identities)
    if register.holds_barred(plan.source):
        raise register.has_changed()
    register.tell_protected({*difference.protect_addresses, *_in_no_use(forgotten)})


def _in_no_use(address_keys: set[str]) -> set[str]:
    """Those of the addresses that nobody who is left has."""
    return address_keys - {
        key
        for batch in bulk.batches(address_keys)
        for key in Guardian.objects.filter(address_key__in=batch).values_list("address_key", flat=True)
    }
