"""Rows as the truth of their source: who is certain, what is uncertain because of a fault, and who is protected.

Of two rows that contradict each other, the first one that is whole counts and the later one is a fault that names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.protection import Protection, protection_in
from kampanj.audience.importing.rows import Fault, Row


@dataclass(slots=True)
class Named:
    """A guardian as the file names it: normalised address, language code and the keys of its children."""

    address: str
    address_key: str
    language: str
    children: set[str] = field(default_factory=set)


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

    def add(self, row: Row) -> None:
        """Hold on to whatever this faulty row names."""
        if row.guardian:
            self.guardians.add(row.guardian)
            if not row.pupil_key:
                self.guardians_without_pupil.add(row.guardian)
        else:
            self.addresses_without_guardian |= row.address_keys
            if row.pupil_key:
                self.pupils_without_guardian.add(row.pupil_key)
        if row.pupil_key:
            self.pupils.add(row.pupil_key)
            self.ties.add((row.guardian, row.pupil_key))


@dataclass(slots=True)
class Truth:
    """A whole file, settled. `children` maps a key to school (primary key) and grade; `unprotected` holds the keys of all
    addresses that unprotected rows name, faulty ones included."""

    protection: Protection
    guardians: dict[str, Named] = field(default_factory=dict)
    children: dict[str, tuple[int, str]] = field(default_factory=dict)
    uncertain: Uncertain = field(default_factory=Uncertain)
    unprotected: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """The number of faulty rows; a row with several faults is one."""
        return len({fault.row for fault in self.faults})


def settle(rows: Sequence[Row]) -> Truth:
    """The file's truth."""
    truth = Truth(protection_in(rows))
    origins: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.number in truth.protection.rows:
            continue
        if row.address:
            truth.unprotected.add(row.address_key)
        if not row.faults:
            _compare(row, origins)
        if row.faults:
            truth.faults += row.faults
            truth.uncertain.add(row)
        else:
            _accept(row, truth)
    return truth


def _compare(row: Row, origins: dict[tuple[str, str], Row]) -> None:
    """Mark a row that contradicts an earlier one; a row that does not becomes the origin of what it says first."""
    of_guardian = origins.get(("guardian", row.guardian), row)
    of_pupil = origins.get(("pupil", row.pupil_key), row)
    if row.address != of_guardian.address:
        row.fault(
            Column.EMAIL,
            _("Row %(row)s gives the same guardian another address. Keep the right one in both.") % {"row": of_guardian.number},
        )
    if row.language != of_guardian.language:
        row.fault(
            Column.LANGUAGE,
            _("Row %(row)s gives the same guardian another language. Keep the right one in both.") % {"row": of_guardian.number},
        )
    if row.school != of_pupil.school:
        row.fault(
            Column.SCHOOL,
            _("Row %(row)s gives the same pupil another school. Keep the right one in both.") % {"row": of_pupil.number},
        )
    if row.grade != of_pupil.grade:
        row.fault(
            Column.GRADE,
            _("Row %(row)s gives the same pupil another grade. Keep the right one in both.") % {"row": of_pupil.number},
        )
    if not row.faults:
        origins.setdefault(("guardian", row.guardian), row)
        origins.setdefault(("pupil", row.pupil_key), row)


def _accept(row: Row, truth: Truth) -> None:
    named = truth.guardians.setdefault(row.guardian, Named(row.address, row.address_key, row.language))
    named.children.add(row.pupil_key)
    truth.children[row.pupil_key] = (row.school, row.grade)
