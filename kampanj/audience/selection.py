"""A segment's recipients as they are now: whoever matches every limit, is not taken away, and may be written to.

Suppressed addresses and addresses that any source protects are left out here, and distribution asks again before each
letter (`suppression.must_not_be_written_to`). All of it is asked of the database in one query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.conf import settings
from django.db.models import Case, Count, Exists, Max, Min, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import Exact

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

    `schools` holds primary keys, `minus` the definitions of the segments whose members get no letter. An approval keeps
    one, so that a later change of the segment, or of one that it takes away, reaches nobody else.
    """

    kind: str
    schools: Sequence[int] = ()
    districts: Sequence[str] = ()
    grades: Sequence[str] = ()
    languages: Sequence[str] = ()
    levels: Sequence[str] = ()
    minus: Sequence[Limits] = field(default=())

    def __post_init__(self) -> None:
        nested = [Limits(**taken) if isinstance(taken, Mapping) else taken for taken in self.minus]
        object.__setattr__(self, "minus", nested)

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """The segment, and those that it takes away, as they are saved now."""
        return cls(
            kind=str(segment.kind),
            schools=sorted(segment.schools.values_list("pk", flat=True)),
            districts=list(segment.districts),
            grades=list(segment.grades),
            languages=list(segment.languages),
            levels=list(segment.levels),
            minus=[Limits.of(taken) for taken in segment.minus.order_by("pk")],
        )

    def as_json(self) -> dict[str, Any]:
        """What `Limits(**…)` takes back."""
        return asdict(self)


def recipients(segment: Segment, *, topic: Topic | int | None = None) -> QuerySet[Guardian] | QuerySet[SchoolContact]:
    """Guardians or school contacts, after the segment's kind, for a letter on `topic`.

    Several may share one address or be one person.
    """
    return recipients_within(Limits.of(segment), topic=topic)


def recipients_within(
    limits: Limits, *, topic: Topic | int | None = None, one_by_one: bool = False
) -> QuerySet[Guardian] | QuerySet[SchoolContact]:
    """The same for a definition that was kept; `one_by_one` as in `members_within`."""
    chosen = members_within(limits, one_by_one=one_by_one).exclude(_barred(topic))
    if limits.kind == Segment.Kind.GUARDIANS:
        chosen = chosen.exclude(identity_key__in=_refusing_persons(topic))
    return chosen


def members_within(limits: Limits, *, one_by_one: bool = False) -> QuerySet[Any]:
    """Whoever the definition names, also those who must not be written to.

    The same people either way; `one_by_one` is quick where the caller asks about few of them, the other where about most.
    """
    is_schools = limits.kind == Segment.Kind.SCHOOLS
    chosen: QuerySet[Any] = _contacts(limits) if is_schools else guardians_of(limits, one_by_one=one_by_one)
    if limits.languages:
        chosen = chosen.filter(language__in=limits.languages)
    for taken in limits.minus:
        members = members_within(taken, one_by_one=one_by_one).order_by()
        chosen = chosen.exclude(_same(members, "address_key", one_by_one=one_by_one))
        if not is_schools and taken.kind == Segment.Kind.GUARDIANS:
            chosen = chosen.exclude(_same(members.exclude(identity_key=""), "identity_key", one_by_one=one_by_one))
    return chosen


def _same(members: QuerySet[Any], key: str, *, one_by_one: bool) -> Q | Exists:
    """Whether one of the members has the same key."""
    return Exists(members.filter(**{key: OuterRef(key)})) if one_by_one else Q(**{f"{key}__in": members.values(key)})


def letters_within(limits: Limits, *, topic: Topic | int | None = None) -> QuerySet[Any, Any]:
    """One row per letter, unordered: `address_key`, `recipient` (primary key, after the kind) and `written_in`.

    A person who has several addresses gets one letter, to the one that was read in last. An address that several share
    gets one letter, in the municipality's own language when theirs differ.
    """
    addressed = recipients_within(limits, topic=topic)
    if limits.kind == Segment.Kind.GUARDIANS:
        addressed = addressed.exclude(pk__in=_read_in_earlier(recipients_within(limits, topic=topic, one_by_one=True)))
    first, last = Min("language"), Max("language")
    return (
        addressed.order_by()
        .values("address_key")
        .annotate(
            recipient=Max("pk"),
            written_in=Case(When(Exact(first, last), then=first), default=Value(settings.LANGUAGE_CODE)),
        )
    )


def count(segment: Segment, *, topic: Topic | int | None = None) -> int:
    """How many letters on `topic` the segment would get now."""
    return letters_within(Limits.of(segment), topic=topic).count()


def guardians_of(limits: Limits, *, one_by_one: bool = False) -> QuerySet[Guardian]:
    """Guardians with one child that matches all of school, district, level and grade: not the school of one and the grade
    of another. Other limits are not looked at."""
    wanted = _places(limits, "child__school")
    if limits.grades:
        wanted &= Q(child__grade__in=limits.grades)
    if not wanted:
        return Guardian.objects.all()
    if one_by_one:
        return Guardian.objects.filter(Exists(GuardianChild.objects.filter(wanted, guardian=OuterRef("pk"))))
    # Questions within each other, none of which asks about the row at hand: each is answered once.
    children = Child.objects.all()
    if limits.grades:
        children = children.filter(grade__in=limits.grades)
    if places := _places(limits):
        children = children.filter(school__in=School.objects.filter(places).order_by())
    return Guardian.objects.filter(pk__in=GuardianChild.objects.filter(child__in=children).values("guardian"))


def children_within(limits: Limits) -> QuerySet[Child]:
    """The children whom a definition of guardians is about, also those of whom the register knows no guardian.

    Where it chooses among guardians (languages, segments that are taken away), only children of those whom it names. A child one
    of whose guardians is protected is not there, as if it had left the school.
    """
    protected = Guardian.objects.filter(address_key__in=ProtectedAddress.objects.values("address_key"))
    ties = GuardianChild.objects.filter(guardian__in=protected.values("pk"))
    chosen = Child.objects.filter(_places(limits, "school")).exclude(pk__in=ties.values("child"))
    if limits.grades:
        chosen = chosen.filter(grade__in=limits.grades)
    if limits.languages or limits.minus:
        named = GuardianChild.objects.filter(guardian__in=members_within(limits).order_by().values("pk"))
        chosen = chosen.filter(pk__in=named.values("child"))
    return chosen


def schools_within(limits: Limits) -> QuerySet[School]:
    """The schools that a definition of school contacts names, also those that have no contact to write to."""
    chosen = School.objects.filter(_places(limits))
    if limits.grades:
        chosen = chosen.filter(_has_grades(limits.grades, "pk", "level"))
    for taken in limits.minus:
        if taken.kind == Segment.Kind.SCHOOLS and not taken.languages:
            chosen = chosen.exclude(pk__in=schools_within(taken).order_by().values("pk"))
    return chosen


def not_protected(people: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the guardians or contacts whose address no source protects."""
    return people.exclude(address_key__in=ProtectedAddress.objects.values("address_key"))


def _barred(topic: Topic | int | None) -> Q:
    return Q(address_key__in=_suppressions(topic).values("address_key")) | Q(
        address_key__in=ProtectedAddress.objects.values("address_key")
    )


def _refusing_persons(topic: Topic | int | None) -> QuerySet[Any]:
    """Who has said no at one address is not written to at another; an address that is gone says nothing about the person."""
    refused = _suppressions(topic).exclude(reason=Suppression.Reason.ADDRESS_GONE)
    people = Guardian.objects.exclude(identity_key="").filter(address_key__in=refused.values("address_key"))
    return people.values("identity_key")


def _suppressions(topic: Topic | int | None) -> QuerySet[Suppression]:
    """Those that hold for everything, and those for this topic."""
    return Suppression.objects.filter(in_force(topic))


def _read_in_earlier(addressed: QuerySet[Any]) -> QuerySet[Any]:
    """The primary keys of those whose person is there with another row, too, that was read in later."""
    several = Guardian.objects.exclude(identity_key="").values("identity_key").annotate(rows=Count("pk")).filter(rows__gt=1)
    newest_first = Window(RowNumber(), partition_by="identity_key", order_by=("-imported_at", "-pk"))
    ranked = addressed.filter(identity_key__in=several.values("identity_key")).annotate(place=newest_first)
    return ranked.filter(place__gt=1).values("pk")


def _contacts(limits: Limits) -> QuerySet[SchoolContact]:
    """Contacts of the schools that match and that have one of the grades.

    A school has the grades of the pupils that rosters name there; a school that no roster names, those of its level.
    """
    contacts = SchoolContact.objects.filter(_places(limits, "school"))
    if not limits.grades:
        return contacts
    return contacts.filter(_has_grades(limits.grades, "school", "school__level"))


def _has_grades(grades: Sequence[str], school: str, level: str) -> Q:
    """Whether a row's school, by the lookups that lead to its key and its level, has one of the grades."""
    levels = {School.Level.UPPER_SECONDARY if grade in UPPER_SECONDARY_GRADES else School.Level.COMPULSORY for grade in grades}
    pupils = Child.objects.filter(school=OuterRef(school))
    return Q(Exists(pupils.filter(grade__in=grades))) | (~Exists(pupils) & Q(**{f"{level}__in": levels}))


def _places(limits: Limits, school: str = "") -> Q:
    """The limits to schools, districts and levels; `school` is the lookup that leads to one, if it is not asked itself."""
    lookup = f"{school}__" if school else ""
    wanted = Q()
    if limits.schools:
        wanted &= Q(**{f"{lookup}pk__in": limits.schools})
    if limits.districts:
        wanted &= Q(**{f"{lookup}district__in": limits.districts})
    if limits.levels:
        wanted &= Q(**{f"{lookup}level__in": limits.levels})
    return wanted
