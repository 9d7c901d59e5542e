"""A segment's recipients as they are now: whoever matches every limit and may be written to.

Suppressed addresses and addresses that any source protects are left out here, and distribution asks again before each
letter (`suppression.must_not_be_written_to`).
"""

from __future__ import annotations

from typing import Any

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
)

UPPER_SECONDARY_GRADES = frozenset({Grade.GY1, Grade.GY2, Grade.GY3})


def recipients(segment: Segment) -> QuerySet[Guardian] | QuerySet[SchoolContact]:
    """Guardians or school contacts, after the segment's kind; several may share one address."""
    chosen: QuerySet[Any] = _contacts(segment) if segment.kind == Segment.Kind.SCHOOLS else _guardians(segment)
    if segment.languages:
        chosen = chosen.filter(language__in=segment.languages)
    return chosen.exclude(_has(Suppression)).exclude(_has(ProtectedAddress))


def count(segment: Segment) -> int:
    """How many addresses the segment reaches: one letter each."""
    return recipients(segment).order_by().values("address_key").distinct().count()


def _has(model: type[Suppression] | type[ProtectedAddress]) -> Exists:
    return Exists(model.objects.filter(address_key=OuterRef("address_key")))


def _guardians(segment: Segment) -> QuerySet[Guardian]:
    """Guardians with one child that matches both school and grade: not the school of one and the grade of another."""
    limits = _places(segment, "child__school")
    if segment.grades:
        limits &= Q(child__grade__in=segment.grades)
    if not limits:
        return Guardian.objects.all()
    return Guardian.objects.filter(Exists(GuardianChild.objects.filter(limits, guardian=OuterRef("pk"))))


def _contacts(segment: Segment) -> QuerySet[SchoolContact]:
    """Contacts of the schools that match and that have one of the grades.

    A school has the grades of the pupils that rosters name there; a school that no roster names, those of its level.
    """
    contacts = SchoolContact.objects.filter(_places(segment, "school"))
    if not segment.grades:
        return contacts
    levels = {
        School.Level.UPPER_SECONDARY if grade in UPPER_SECONDARY_GRADES else School.Level.COMPULSORY for grade in segment.grades
    }
    pupils = Child.objects.filter(school=OuterRef("school"))
    return contacts.filter(Exists(pupils.filter(grade__in=segment.grades)) | (~Exists(pupils) & Q(school__level__in=levels)))


def _places(segment: Segment, school: str) -> Q:
    """The segment's limits to schools and districts; `school` is the lookup that leads to one."""
    limits = Q()
    schools = list(segment.schools.values_list("pk", flat=True))
    if schools:
        limits &= Q(**{f"{school}__in": schools})
    if segment.districts:
        limits &= Q(**{f"{school}__district__in": segment.districts})
    return limits
