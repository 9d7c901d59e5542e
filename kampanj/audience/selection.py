"""A segment's recipients as they are now: whoever matches every limit and may be written to.

Suppressed addresses and addresses that any source protects are left out here, and distribution asks again before each
letter (`suppression.must_not_be_written_to`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from kampanj.audience.models import (
    Child,
    Grade,
    Guardian,
    GuardianChild,
    ProtectedAddress,
    School,
    SchoolContact,
    Segment,
    Suppression,
    Topic,
)
from kampanj.audience.suppression import in_force

UPPER_SECONDARY_GRADES = frozenset({Grade.GY1, Grade.GY2, Grade.GY3})


@dataclass(frozen=True)
class Limits:
    """A segment's definition at one moment: `kind` (Segment.Kind), and lists that limit when they are not empty.

    `schools` holds primary keys. An approval keeps one, so that a later change of the segment reaches nobody else.
    """

    kind: str
    schools: list[int]
    districts: list[str]
    grades: list[str]
    languages: list[str]

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """The segment as it is saved now."""
        return cls(
            kind=str(segment.kind),
            schools=sorted(segment.schools.values_list("pk", flat=True)),
            districts=list(segment.districts),
            grades=list(segment.grades),
            languages=list(segment.languages),
        )

    def as_json(self) -> dict[str, Any]:
        """What `Limits(**…)` takes back."""
        return asdict(self)


def recipients(segment: Segment, *, topic: Topic | int | None = None) -> QuerySet[Guardian] | QuerySet[SchoolContact]:
    """Guardians or school contacts, after the segment's kind, for a letter on `topic`; several may share one address."""
    return recipients_within(Limits.of(segment), topic=topic)


def recipients_within(limits: Limits, *, topic: Topic | int | None = None) -> QuerySet[Guardian] | QuerySet[SchoolContact]:
    """The same for a definition that was kept."""
    chosen: QuerySet[Any] = _contacts(limits) if limits.kind == Segment.Kind.SCHOOLS else _guardians(limits)
    if limits.languages:
        chosen = chosen.filter(language__in=limits.languages)
    same_address = {"address_key": OuterRef("address_key")}
    is_suppressed = Exists(Suppression.objects.filter(in_force(topic), **same_address))
    return chosen.exclude(is_suppressed).exclude(Exists(ProtectedAddress.objects.filter(**same_address)))


def count(segment: Segment, *, topic: Topic | int | None = None) -> int:
    """How many addresses a letter on `topic` to the segment reaches: one letter each."""
    return recipients(segment, topic=topic).order_by().values("address_key").distinct().count()


def _guardians(limits: Limits) -> QuerySet[Guardian]:
    """Guardians with one child that matches both school and grade: not the school of one and the grade of another."""
    wanted = _places(limits, "child__school")
    if limits.grades:
        wanted &= Q(child__grade__in=limits.grades)
    if not wanted:
        return Guardian.objects.all()
    return Guardian.objects.filter(Exists(GuardianChild.objects.filter(wanted, guardian=OuterRef("pk"))))


def _contacts(limits: Limits) -> QuerySet[SchoolContact]:
    """Contacts of the schools that match and that have one of the grades.

    A school has the grades of the pupils that rosters name there; a school that no roster names, those of its level.
    """
    contacts = SchoolContact.objects.filter(_places(limits, "school"))
    if not limits.grades:
        return contacts
    levels = {
        School.Level.UPPER_SECONDARY if grade in UPPER_SECONDARY_GRADES else School.Level.COMPULSORY for grade in limits.grades
    }
    pupils = Child.objects.filter(school=OuterRef("school"))
    return contacts.filter(Exists(pupils.filter(grade__in=limits.grades)) | (~Exists(pupils) & Q(school__level__in=levels)))


def _places(limits: Limits, school: str) -> Q:
    """The limits to schools and districts; `school` is the lookup that leads to one."""
    wanted = Q()
    if limits.schools:
        wanted &= Q(**{f"{school}__in": limits.schools})
    if limits.districts:
        wanted &= Q(**{f"{school}__district__in": limits.districts})
    return wanted
