"""What a file changes in its source, before anything is written. Figures are guardians, never protected ones.

A guardian who becomes protected is removed without a trace in any figure, and the address that was stored is protected
too, unless the file gives it to somebody unprotected. A protection is lifted only for an address that the source's newer
file names in unprotected rows only; it stays when the file does not name the address.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kampanj.audience.importing.settling import Named, Truth
from kampanj.audience.importing.stored import Stored


@dataclass(slots=True)
class Difference:
    """Guardians by id, children by key, ties as (guardian, child); removals as primary keys; protections as address keys."""

    write_guardians: dict[str, Named] = field(default_factory=dict)
    write_children: dict[str, tuple[int, str]] = field(default_factory=dict)
    add_ties: set[tuple[str, str]] = field(default_factory=set)
    remove_guardians: list[int] = field(default_factory=list)
    remove_children: list[int] = field(default_factory=list)
    remove_ties: list[int] = field(default_factory=list)
    protect: set[str] = field(default_factory=set)
    lift: set[str] = field(default_factory=set)
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0


def compare(truth: Truth, stored: Stored) -> Difference:
    """The steps from what is stored to what the file says."""
    protected = _newly_protected(truth, stored)
    unnamed = stored.guardians.keys() - truth.guardians.keys() - protected
    kept = {guardian for guardian in unnamed if _is_uncertain(guardian, truth, stored)}
    gone = unnamed - kept
    ties = {(guardian, child) for guardian, named in truth.guardians.items() for child in named.children}
    ties |= {tie for tie in stored.ties.keys() - ties if _stays(tie, truth, kept=kept)}
    living = {child for _guardian, child in ties}

    difference = Difference(gone=len(gone), unchanged=len(kept))
    difference.write_children = {
        key: place for key, place in truth.children.items() if key not in stored.children or place != _place(stored, key)
    }
    difference.add_ties = ties - stored.ties.keys()
    difference.remove_guardians = [stored.guardians[guardian].pk for guardian in gone | protected]
    difference.remove_children = [child.pk for key, child in stored.children.items() if key not in living]
    difference.remove_ties = [pk for tie, pk in stored.ties.items() if tie not in ties]
    _count(difference, truth, stored, ties=ties)
    wanted = _protected_keys(truth, stored, protected)
    difference.protect, difference.lift = wanted - stored.protected, stored.protected - wanted
    return difference


def _place(stored: Stored, key: str) -> tuple[int, str]:
    child = stored.children[key]
    return child.school, child.grade


def _newly_protected(truth: Truth, stored: Stored) -> set[str]:
    """The stored guardians who must go because of protection: named in a protected row, or known only by something protected.

    Whoever the file names in a whole, unprotected row is judged by the file alone.
    """
    found = {guardian for guardian in stored.guardians if truth.protection.covers_guardian(guardian)}
    while True:
        keys = _protected_keys(truth, stored, found)
        more = {
            guardian
            for guardian, row in stored.guardians.items()
            if guardian not in truth.guardians
            and guardian not in found
            and (
                row.address_key in keys or (_is_uncertain(guardian, truth, stored) and row.children & truth.protection.pupil_keys)
            )
        }
        if not more:
            return found
        found |= more


def _protected_keys(truth: Truth, stored: Stored, protected: set[str]) -> set[str]:
    remembered = {stored.guardians[guardian].address_key for guardian in protected}
    return truth.protection.address_keys | ((stored.protected | remembered) - truth.unprotected)


def _is_uncertain(guardian: str, truth: Truth, stored: Stored) -> bool:
    """Whether a faulty row names this stored guardian, or may have meant to."""
    row = stored.guardians[guardian]
    return (
        guardian in truth.uncertain.guardians
        or row.address_key in truth.uncertain.addresses_without_guardian
        or not row.children.isdisjoint(truth.uncertain.pupils_without_guardian)
    )


def _stays(tie: tuple[str, str], truth: Truth, *, kept: set[str]) -> bool:
    """Whether a stored tie that no whole row names is kept, because only faults may have hidden it."""
    guardian, child = tie
    if child in truth.protection.pupil_keys or not (guardian in kept or guardian in truth.guardians):
        return False
    uncertain = truth.uncertain
    if guardian in kept or tie in uncertain.ties or child in uncertain.pupils_without_guardian:
        return True
    return child not in truth.children and (child in uncertain.pupils or guardian in uncertain.guardians_without_pupil)


def _count(difference: Difference, truth: Truth, stored: Stored, *, ties: set[tuple[str, str]]) -> None:
    """Sort the guardians that the file names into new, changed and unchanged."""
    touched = {guardian for guardian, _child in ties ^ stored.ties.keys()}
    touched |= {guardian for guardian, child in ties if child in difference.write_children}
    for guardian, named in truth.guardians.items():
        before = stored.guardians.get(guardian)
        if before is None:
            difference.new += 1
        elif (before.address, before.language) == (named.address, named.language):
            if guardian not in touched:
                difference.unchanged += 1
                continue
            difference.changed += 1
        else:
            difference.changed += 1
        difference.write_guardians[guardian] = named
