"""What a file changes in its source, before anything is written. Figures are guardians, never protected ones.

A guardian who becomes protected is removed without a trace in any figure, and the address and id that were stored are
protected too, unless the file gives them to somebody unprotected. What is stored is read as a stream: only what the file
does not name is held in memory beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kampanj.audience.importing.protection import Reach
from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.importing.settling import Named, Placed, Truth
from kampanj.audience.models import Child, Guardian, GuardianChild

# Rows per fetch from the database.
CHUNK = 2_000


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


@dataclass(slots=True)
class Unnamed:
    """A stored guardian that no whole, unprotected row names, with the keys of its children."""

    pk: int
    address_key: str
    identity_key: str
    trace: str
    children: set[str] = field(default_factory=set)


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
        # Ties that are stored and not in the file: guardian, child and primary key.
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
                self.unnamed[external_id] = Unnamed(pk, key, identity, guardian_trace(self.source, external_id))
                ids[pk] = external_id
                continue
            # A file without the number does not make us forget it.
            named.identity_key = named.identity_key or identity
            named.pk = pk
            named.is_changed = (address, language, identity) != (named.address, named.language, named.identity_key)
            ids[pk] = named.external_id
        return ids

    def _read_ties(self, guardians: dict[int, str], children: dict[int, str]) -> None:
        """Leaves in the truth's ties those that are to be added."""
        ties = GuardianChild.objects.filter(guardian__source=self.source).values_list("pk", "guardian_id", "child_id")
        for pk, guardian_pk, child_pk in ties.iterator(chunk_size=CHUNK):
            if guardian_pk not in guardians or child_pk not in children:
                continue  # Written since: the source's version has changed, and the plan will be refused.
            guardian, child = guardians[guardian_pk], children[child_pk]
            if guardian in self.unnamed:
                self.unnamed[guardian].children.add(child)
            if (guardian, child) not in self.truth.ties:
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
        people = protection.own.people | protection.kept_identities
        own = self._found(Reach(people=people, addresses=protection.own.addresses | protection.kept_addresses))
        elsewhere = protection.known.elsewhere | protection.known.erased
        hidden = self._found(
            Reach(
                people=protection.hidden.people | people,
                addresses=protection.hidden.addresses | protection.kept_addresses | elsewhere,
            )
        )
        return own, hidden | own | (self.truth.left_out & self.unnamed.keys())

    def _found(self, reach: Reach) -> set[str]:
        found: set[str] = set()
        addresses = set(reach.addresses)
        while True:
            more = {
                guardian
                for guardian, row in self.unnamed.items()
                if guardian not in found
                and (
                    row.trace in reach.people
                    or row.identity_key in reach.people
                    or row.address_key in addresses
                    or (not row.children.isdisjoint(self.truth.protection.pupil_keys) and self._is_uncertain(guardian))
                )
            }
            if not more:
                return found
            found |= more
            addresses |= {self.unnamed[guardian].address_key for guardian in more} - self._unprotected_addresses

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
            remembered = {trace for row in gone for trace in (row.trace, row.identity_key)}
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
            guardian in uncertain.guardians
            or row.address_key in uncertain.addresses_without_guardian
            or not row.children.isdisjoint(uncertain.pupils_without_guardian)
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
