"""What a file changes in its source, before anything is written. Figures are guardians, never protected ones.

A guardian who becomes protected is removed without a trace in any figure, and the address and id that were stored are
protected too, unless the file gives them to somebody unprotected. What is stored is read as a stream: only what the file
does not name is held in memory beside it.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property

from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.importing.settling import Named, Placed, Truth
from kampanj.audience.models import Child, Guardian, GuardianChild

# Rows per fetch from the database.
CHUNK = 2_000


COUNTED = ("new", "changed", "gone", "unchanged", "newly_protected", "stored")


@dataclass(slots=True)
class Difference:
    """Guardians and children to write; removals as primary keys; protections as keys.

    `forget_…` are removals because of protection or erasure: no undo brings them back.
    """

    guardians: list[Named] = field(default_factory=list)
    children: list[Placed] = field(default_factory=list)
    remove_guardians: list[int] = field(default_factory=list)
    forget_guardians: list[int] = field(default_factory=list)
    remove_children: list[int] = field(default_factory=list)
    forget_children: list[int] = field(default_factory=list)
    remove_ties: list[int] = field(default_factory=list)
    protect_addresses: list[str] = field(default_factory=list)
    protect_identities: list[str] = field(default_factory=list)
    lift_addresses: list[str] = field(default_factory=list)
    lift_identities: list[str] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    newly_protected: int = 0
    stored: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether carrying it out would write or remove anything."""
        return any(getattr(self, name) for name in LISTED)


LISTED = tuple(kept.name for kept in fields(Difference) if kept.name not in COUNTED)


@dataclass(slots=True, eq=False)
class Unnamed:
    """A stored guardian that no whole, unprotected row names.

    `is_protected` and `is_hidden`: by id or number, for this source's own protections or any. `has_protected_child` and
    `has_uncertain_child`: a child whom the file protects, or whom it names in a row that lacks the guardian.
    """

    pk: int
    address_key: str
    identity_key: str
    is_protected: bool
    is_hidden: bool
    has_protected_child: bool = False
    has_uncertain_child: bool = False


def compare(truth: Truth, *, source: str) -> Difference:
    """The steps from what is stored to what the file says."""
    return _Comparison(truth, source=source).made()


class _Comparison:
    """One pass over the stored children, guardians and ties, then what follows from it."""

    def __init__(self, truth: Truth, *, source: str) -> None:
        self.truth = truth
        self.source = source
        self.difference = Difference()
        self.unnamed: dict[str, Unnamed] = {}
        self.unnamed_children: dict[str, int] = {}
        self.protected_people = truth.protection.own.people | truth.protection.kept_identities
        self.hidden_people = (truth.protection.hidden.people, truth.protection.known.people_elsewhere)
        # Ties that are stored and not in the file, and may concern somebody who stays: guardian, child and primary key.
        self.surplus: list[tuple[str, str, int]] = []
        # Guardians whose ties or children change.
        self.touched: set[str] = set()

    def made(self) -> Difference:
        children = self._read_children()
        guardians = self._read_guardians()
        self._read_ties(guardians, children)
        own, hidden = self._hidden()
        kept = {guardian for guardian in self.unnamed.keys() - hidden if self._is_uncertain(guardian)}
        self._remove(kept, hidden)
        self._write()
        self._protect(own)
        self.difference.unchanged += len(kept)
        return self.difference

    # --- Reading ---

    def _read_children(self) -> dict[int, str]:
        keys: dict[int, str] = {}
        stored = Child.objects.filter(source=self.source).values_list("pk", "key", "school_id", "grade")
        for pk, key, school, grade in stored.iterator(chunk_size=CHUNK):
            placed = self.truth.children.get(key)
            if placed is None:
                self.unnamed_children[key] = pk
                keys[pk] = key
            else:
                placed.pk, placed.is_changed = pk, (school, grade) != (placed.school, placed.grade)
                keys[pk] = placed.key
        return keys

    def _read_guardians(self) -> dict[int, str]:
        ids: dict[int, str] = {}
        stored = Guardian.objects.filter(source=self.source).values_list(
            "pk", "external_id", "email", "address_key", "language", "identity_key"
        )
        for pk, external_id, address, key, language, identity in stored.iterator(chunk_size=CHUNK):
            self.difference.stored += 1
            named = self.truth.guardians.get(external_id)
            if named is None:
                self.unnamed[external_id] = self._unnamed(pk, external_id, address_key=key, identity_key=identity)
                ids[pk] = external_id
                continue
            # A file without the number does not make us forget it.
            named.identity_key = named.identity_key or identity
            named.pk = pk
            named.is_changed = (address, language, identity) != (named.address, named.language, named.identity_key)
            ids[pk] = named.external_id
        return ids

    def _unnamed(self, pk: int, external_id: str, *, address_key: str, identity_key: str) -> Unnamed:
        traces = {guardian_trace(self.source, external_id), identity_key}
        is_protected = not traces.isdisjoint(self.protected_people)
        is_hidden = is_protected or not all(traces.isdisjoint(people) for people in self.hidden_people)
        return Unnamed(pk, address_key, sys.intern(identity_key), is_protected, is_hidden)

    def _read_ties(self, guardians: dict[int, str], children: dict[int, str]) -> None:
        """Leaves in the truth's ties those that are to be added."""
        ties = GuardianChild.objects.filter(guardian__source=self.source).values_list("pk", "guardian_id", "child_id")
        for pk, guardian_pk, child_pk in ties.iterator(chunk_size=CHUNK):
            if guardian_pk not in guardians or child_pk not in children:
                continue  # Written since: the source's version has changed, and the plan will be refused.
            guardian, child = guardians[guardian_pk], children[child_pk]
            if guardian in self.unnamed:
                row = self.unnamed[guardian]
                row.has_protected_child |= child in self.truth.protection.pupil_keys
                row.has_uncertain_child |= child in self.truth.uncertain.pupils_without_guardian
            if (guardian, child) not in self.truth.ties:
                if guardian not in self.unnamed or self.truth.uncertain.keeps_somebody:
                    self.surplus.append((guardian, child, pk))
                continue
            self.truth.ties.remove((guardian, child))
            if self.truth.children[child].is_changed:
                self.touched.add(guardian)

    # --- Protection ---

    def _hidden(self) -> tuple[set[str], set[str]]:
        """The stored guardians who must go because of this source's own protections, and because of any or an erasure.

        Whoever the file names in a whole, unprotected row is judged by the file alone.
        """
        protection = self.truth.protection
        addresses = protection.own.addresses | protection.kept_addresses
        own = self._found({guardian for guardian, row in self.unnamed.items() if row.is_protected}, addresses)
        addresses |= protection.hidden.addresses | protection.known.elsewhere | protection.known.erased
        hidden = self._found({guardian for guardian, row in self.unnamed.items() if row.is_hidden}, addresses)
        return own, hidden | own | (self.truth.left_out & self.unnamed.keys())

    def _found(self, found: set[str], addresses: set[str]) -> set[str]:
        """Spread from those who are `found` by id, and from these addresses, to all who must go."""
        addresses, more = set(addresses), found
        while True:
            addresses |= (
                {self.unnamed[guardian].address_key for guardian in more} - self._unprotected_addresses if more else set()
            )
            more = {
                guardian
                for guardian, row in self.unnamed.items()
                if guardian not in found
                and (row.address_key in addresses or (row.has_protected_child and self._is_uncertain(guardian)))
            }
            if not more:
                return found
            found |= more

    @cached_property
    def _unprotected_addresses(self) -> set[str]:
        return {named.address_key for named in self.truth.guardians.values()} | self.truth.uncertain.addresses

    def _unprotected_people(self) -> set[str]:
        named = {guardian_trace(self.source, guardian) for guardian in self.truth.guardians}
        return named | {row.identity_key for row in self.truth.guardians.values()} | self.truth.uncertain.people

    def _protect(self, own: set[str]) -> None:
        protection, gone = self.truth.protection, [self.unnamed[guardian] for guardian in own]
        addresses = set(protection.own.addresses)
        people = protection.own.people | protection.pupils
        if gone:
            addresses |= {row.address_key for row in gone} - self._unprotected_addresses
            remembered = {guardian_trace(self.source, guardian) for guardian in own} | {row.identity_key for row in gone}
            people |= remembered - self._unprotected_people() - {""}
        self.difference.protect_addresses = sorted(addresses - protection.known.addresses)
        self.difference.protect_identities = sorted(people - protection.known.identities)
        self.difference.lift_addresses = sorted(protection.known.addresses - protection.kept_addresses - addresses)
        self.difference.lift_identities = sorted(protection.known.identities - protection.kept_identities - people)

    # --- What goes and what comes ---

    def _is_uncertain(self, guardian: str) -> bool:
        """Whether a faulty row names this stored guardian, or may have meant to."""
        row, uncertain = self.unnamed[guardian], self.truth.uncertain
        return (
            guardian in uncertain.guardians or row.address_key in uncertain.addresses_without_guardian or row.has_uncertain_child
        )

    def _remove(self, kept: set[str], hidden: set[str]) -> None:
        difference = self.difference
        living = self._remove_ties(kept)
        for guardian, row in self.unnamed.items():
            if guardian in hidden:
                difference.forget_guardians.append(row.pk)
            elif guardian not in kept:
                difference.remove_guardians.append(row.pk)
        difference.gone, difference.newly_protected = len(difference.remove_guardians), len(difference.forget_guardians)
        for child, pk in self.unnamed_children.items():
            if child in self.truth.protection.pupil_keys:
                difference.forget_children.append(pk)
            elif child not in living:
                difference.remove_children.append(pk)

    def _remove_ties(self, kept: set[str]) -> set[str]:
        """Remove the ties that the file no longer names; returns the children of those that stay."""
        living: set[str] = set()
        for guardian, child, pk in self.surplus:
            stays = self._stays(guardian, child, kept=kept)
            if stays:
                living.add(child)
            elif guardian not in self.unnamed or guardian in kept:
                self.difference.remove_ties.append(pk)
            if not stays or (child in self.truth.children and self.truth.children[child].is_changed):
                self.touched.add(guardian)
        return living

    def _stays(self, guardian: str, child: str, *, kept: set[str]) -> bool:
        """Whether a stored tie that no whole row names is kept, because only faults may have hidden it."""
        truth, uncertain = self.truth, self.truth.uncertain
        if child in truth.protection.pupil_keys or not (guardian in kept or guardian in truth.guardians):
            return False
        if guardian in kept or (guardian, child) in uncertain.ties or child in uncertain.pupils_without_guardian:
            return True
        return child not in truth.children and (child in uncertain.pupils or guardian in uncertain.guardians_without_pupil)

    def _write(self) -> None:
        """Sort the guardians that the file names into new, changed and unchanged."""
        children, difference = self.truth.children, self.difference
        difference.children = [placed for placed in children.values() if not placed.pk or placed.is_changed]
        for guardian, ties in itertools.groupby(self._added_ties(), key=lambda tie: tie[0]):
            self.touched.add(guardian)
            self.truth.guardians[guardian].children = tuple(children[child].pk or child for _guardian, child in ties)
        for named in self.truth.guardians.values():
            if not named.pk:
                difference.new += 1
            elif named.is_changed or named.external_id in self.touched:
                difference.changed += 1
            else:
                difference.unchanged += 1
                continue
            difference.guardians.append(named)

    def _added_ties(self) -> Iterator[tuple[str, str]]:
        yield from sorted(self.truth.ties)
        self.truth.ties.clear()
