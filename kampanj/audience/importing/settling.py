"""Rows as the truth of their source: who is certain, what is uncertain because of a fault, and who is protected.

Of two rows that contradict each other, the first one that is whole counts and the later one is a fault that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.faults import MASK, MAX_KEPT, Fault, FaultKind, shown
from kampanj.audience.importing.protection import Protection
from kampanj.audience.importing.rows import BY_PERSON, Row, RowReader
from kampanj.audience.importing.typos import likely_domain


@dataclass(slots=True, eq=False)
class Named:
    """A guardian as the file names it. `pk` is 0 for a new one; `children` are those that it must be tied to: the primary
    key of a stored child, the key of a new one. `row` is where the file names it first."""

    external_id: str
    address: str
    address_key: str
    language: str
    identity_key: str
    row: int = 0
    pk: int = 0
    children: tuple[int | str, ...] = ()
    is_changed: bool = False


@dataclass(slots=True, eq=False)
class Placed:
    """A child as the file places it: school (primary key) and grade. `pk` is 0 for a new one."""

    key: str
    school: int
    grade: str
    row: int = 0
    pk: int = 0
    is_changed: bool = False


@dataclass(slots=True)
class Uncertain:
    """What faulty rows name. It stays as it was: a typing error removes nobody.

    An id that a faulty row lacks could be anybody's, so such a row holds on to all that the rest of it leads to: a row
    without pupil to the guardian's children, a row without guardian to the pupil's guardians and to its addresses.
    """

    ties: set[tuple[str, str]] = field(default_factory=set)
    guardians: set[str] = field(default_factory=set)
    pupils: set[str] = field(default_factory=set)
    guardians_without_pupil: set[str] = field(default_factory=set)
    pupils_without_guardian: set[str] = field(default_factory=set)
    addresses_without_guardian: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)

    @property
    def keeps_somebody(self) -> bool:
        """Whether a guardian whom no whole row names may stay because of these rows."""
        return bool(self.guardians or self.addresses_without_guardian or self.pupils_without_guardian)

    def add(self, row: Row, guardian: str) -> None:
        """Hold on to whatever this faulty row names."""
        if row.address:
            self.addresses.add(row.address_key)
        self.people.update(filter(None, (row.guardian_trace, row.person)))
        if guardian:
            self.guardians.add(guardian)
            if not row.pupil_key:
                self.guardians_without_pupil.add(guardian)
        else:
            self.addresses_without_guardian.update(row.address_keys)
            if row.pupil_key:
                self.pupils_without_guardian.add(row.pupil_key)
        if row.pupil_key:
            self.pupils.add(row.pupil_key)
            self.ties.add((guardian, row.pupil_key))


@dataclass(slots=True)
class Truth:
    """A whole file, settled: guardians by id, children by key, ties as (guardian, child).

    `left_out` holds the guardians in rows whose address was erased. `errors` counts faulty rows, `listed` those whose faults
    are in `faults`; `kinds` counts rows per FaultKind.
    """

    protection: Protection
    guardians: dict[str, Named] = field(default_factory=dict)
    children: dict[str, Placed] = field(default_factory=dict)
    ties: set[tuple[str, str]] = field(default_factory=set)
    uncertain: Uncertain = field(default_factory=Uncertain)
    left_out: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    hints: list[Fault] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    listed: int = 0


def settle(rows: list[Row], protection: Protection, *, reader: RowReader) -> Truth:
    """The file's truth. Empties `rows`: they and the truth would not fit into memory together."""
    truth = Truth(protection)
    aliases = _aliases(rows, protection)
    for row in _consumed(rows):
        if row.number in protection.hidden.rows:
            continue
        guardian = _root(aliases, row.guardian)
        if not protection.known.erased.isdisjoint(row.address_keys):
            truth.left_out.add(guardian)
            continue
        if not row.kinds:
            _compare(row, truth, guardian, reader=reader)
        if row.kinds:
            truth.uncertain.add(row, guardian)
            _report(row, truth)
        else:
            _accept(row, truth, guardian, reader=reader)
    truth.left_out -= truth.guardians.keys()
    return truth


def _consumed(rows: list[Row]) -> Iterator[Row]:
    rows.reverse()
    while rows:
        yield rows.pop()


def _aliases(rows: list[Row], protection: Protection) -> dict[str, str]:
    """Ids that stand for a person whom the file names by an earlier one. An id of the source goes before a derived one."""
    first: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for row in rows:
        if not row.person or not row.guardian or row.number in protection.hidden.rows:
            continue
        mine = _root(aliases, row.guardian)
        theirs = _root(aliases, first.setdefault(row.person, mine))
        if mine == theirs:
            continue
        if theirs.startswith(BY_PERSON):
            mine, theirs = theirs, mine
        aliases[mine] = theirs
    return aliases


def _root(aliases: dict[str, str], guardian: str) -> str:
    while guardian in aliases:
        # Each look halves the way for the next one.
        aliases[guardian] = aliases.get(aliases[guardian], aliases[guardian])
        guardian = aliases[guardian]
    return guardian


def _compare(row: Row, truth: Truth, guardian: str, *, reader: RowReader) -> None:
    """Mark a row that contradicts an earlier one that is whole."""
    found: list[tuple[Column, str, str, int]] = []
    named, placed = truth.guardians.get(guardian), truth.children.get(row.pupil_key)
    if named is not None:
        if row.address_key != named.address_key:
            advice = _("Row %(row)s gives the same guardian another address. Keep the right one in both.")
            found.append((Column.EMAIL, row.address, advice, named.row))
        if row.language != named.language:
            advice = _("Row %(row)s gives the same guardian another language. Keep the right one in both.")
            found.append((Column.LANGUAGE, row.language, advice, named.row))
        if row.person and named.identity_key and row.person != named.identity_key:
            advice = _("Row %(row)s gives the same guardian another personal identity number. Keep the right one in both.")
            found.append((Column.PERSONAL_NUMBER, MASK, advice, named.row))
    if placed is not None:
        if row.school != placed.school:
            advice = _("Row %(row)s gives the same pupil another school. Keep the right one in both.")
            found.append((Column.SCHOOL, reader.names[row.school], advice, placed.row))
        if row.grade != placed.grade:
            advice = _("Row %(row)s gives the same pupil another grade. Keep the right one in both.")
            found.append((Column.GRADE, row.grade, advice, placed.row))
    if found:
        row.kinds = (FaultKind.CONTRADICTION.value,)
        row.faults = tuple(
            Fault(
                row.number,
                reader.headings.get(column, column.value),
                shown(value),
                advice % {"row": origin},
                FaultKind.CONTRADICTION,
            )
            for column, value, advice, origin in found
        )


def _report(row: Row, truth: Truth) -> None:
    truth.errors += 1
    truth.kinds.update(set(row.kinds))
    if row.faults and len(truth.faults) + len(row.faults) <= MAX_KEPT:
        truth.faults += row.faults
        truth.listed += 1


def _accept(row: Row, truth: Truth, guardian: str, *, reader: RowReader) -> None:
    named = truth.guardians.get(guardian)
    if named is None:
        named = Named(guardian, row.address, row.address_key, row.language, row.person, row.number)
        truth.guardians[guardian] = named
        _look_for_a_slip(named, truth, reader=reader)
    named.identity_key = named.identity_key or row.person
    placed = truth.children.setdefault(row.pupil_key, Placed(row.pupil_key, row.school, row.grade, row.number))
    truth.ties.add((named.external_id, placed.key))


def _look_for_a_slip(named: Named, truth: Truth, *, reader: RowReader) -> None:
    likely = likely_domain(named.address.rpartition("@")[2])
    if not likely:
        return
    truth.kinds[FaultKind.TYPO] += 1
    if len(truth.hints) < MAX_KEPT:
        advice = _("Is “%(domain)s” meant? Correct the address if it is.") % {"domain": likely}
        truth.hints.append(Fault(named.row, reader.headings[Column.EMAIL], shown(named.address), advice, FaultKind.TYPO.value))
