"""What the database holds of one source, as plain values that a file can be compared with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress


@dataclass(slots=True)
class StoredGuardian:
    """A guardian's row, with the keys of the children that it is tied to."""

    pk: int
    address: str
    address_key: str
    language: str
    children: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class StoredChild:
    """A child's row: school (primary key) and grade (Grade's value)."""

    pk: int
    school: int
    grade: str


@dataclass(slots=True)
class Stored:
    """One source's guardians by id, children by key, ties by both, and protected address keys."""

    guardians: dict[str, StoredGuardian]
    children: dict[str, StoredChild]
    ties: dict[tuple[str, str], int]
    protected: set[str]
    guardians_of: dict[str, set[str]]

    @classmethod
    def load(cls, source: str) -> Stored:
        """Read everything in four queries."""
        guardians = {
            external_id: StoredGuardian(pk, address, key, language)
            for pk, external_id, address, key, language in Guardian.objects.filter(source=source).values_list(
                "pk", "external_id", "email", "address_key", "language"
            )
        }
        children = {
            key: StoredChild(pk, school, grade)
            for pk, key, school, grade in Child.objects.filter(source=source).values_list("pk", "key", "school_id", "grade")
        }
        ties = {
            (external_id, key): pk
            for pk, external_id, key in GuardianChild.objects.filter(guardian__source=source).values_list(
                "pk", "guardian__external_id", "child__key"
            )
        }
        guardians_of: dict[str, set[str]] = defaultdict(set)
        for external_id, key in ties:
            guardians[external_id].children.add(key)
            guardians_of[key].add(external_id)
        protected = set(ProtectedAddress.objects.filter(source=source).values_list("address_key", flat=True))
        return cls(guardians, children, ties, protected, guardians_of)
