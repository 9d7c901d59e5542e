"""Segments against a slow model of them: schools, grades, languages, levels, minus, shared addresses, people, suppression."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kampanj.audience.models import (
    Child,
    Guardian,
    GuardianChild,
    ProtectedAddress,
    School,
    SchoolContact,
    Suppression,
    Topic,
)
from kampanj.audience.selection import Limits, letters_within, members_within

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

SCHOOLS = {1: ("Centrum", "compulsory"), 2: ("Hamnen", "compulsory"), 3: ("Centrum", "upper_secondary")}
GRADES = ("1", "7", "gy1")
LANGUAGES = ("sv", "ar", "so")
ADDRESSES = ("a", "b", "c", "d")
START = timezone.make_aware(dt.datetime(2021, 12, 1))


@dataclass(frozen=True)
class Person:
    """A guardian's row, or a contact's (`school` and no children)."""

    address: str
    language: str
    identity: str = ""
    day: int = 0
    children: frozenset[tuple[int, str]] = frozenset()
    school: int = 0
    pk: int = field(default=0, compare=False)


people = st.lists(
    st.builds(
        Person,
        address=st.sampled_from(ADDRESSES),
        language=st.sampled_from(LANGUAGES),
        identity=st.sampled_from(("", "p", "q")),
        day=st.integers(0, 2),
        children=st.frozensets(st.tuples(st.sampled_from(list(SCHOOLS)), st.sampled_from(GRADES)), max_size=2),
    ),
    max_size=6,
)
contacts = st.lists(
    st.builds(
        Person, address=st.sampled_from(ADDRESSES), language=st.sampled_from(LANGUAGES), school=st.sampled_from(list(SCHOOLS))
    ),
    max_size=3,
    unique_by=lambda contact: (contact.school, contact.address),
)


def some(values) -> st.SearchStrategy:
    return st.lists(st.sampled_from(values), max_size=2, unique=True)


def definitions(minus: st.SearchStrategy) -> st.SearchStrategy[Limits]:
    return st.builds(
        Limits,
        kind=st.sampled_from(("guardians", "guardians", "schools")),
        schools=some(list(SCHOOLS)),
        districts=some(("Centrum", "Hamnen")),
        grades=some(GRADES),
        languages=some(LANGUAGES),
        levels=some(("compulsory", "upper_secondary")),
        minus=minus,
    )


nothing = st.just([])
limits = definitions(st.lists(definitions(st.lists(definitions(nothing), max_size=1)), max_size=2))
barred = st.lists(
    st.builds(
        lambda address, why: (address, *why),
        st.sampled_from(ADDRESSES),
        # An address that is gone is so for every topic.
        st.sampled_from((("unsubscribed", None), ("unsubscribed", "ours"), ("unsubscribed", "other"), ("address_gone", None))),
    ),
    max_size=2,
    unique=True,
)


class World:
    """The rows, and what the model makes of them."""

    def __init__(self, guardians, contacts, barred, protected):
        self.guardians, self.contacts, self.barred, self.protected = guardians, contacts, barred, protected

    def members(self, limits: Limits) -> list[Person]:
        chosen = [one for one in (self.contacts if limits.kind == "schools" else self.guardians) if self._matches(one, limits)]
        for taken in limits.minus:
            others = self.members(taken)
            addresses = {one.address for one in others}
            identities = {one.identity for one in others} - {""}
            chosen = [one for one in chosen if one.address not in addresses and one.identity not in identities]
        return chosen

    def _matches(self, one: Person, limits: Limits) -> bool:
        if limits.languages and one.language not in limits.languages:
            return False
        if limits.kind == "schools":
            return self._is_place(one.school, limits) and self._has_grade(one.school, limits)
        if not (limits.schools or limits.districts or limits.grades or limits.levels):
            return True
        return any(
            self._is_place(school, limits) and (not limits.grades or grade in limits.grades) for school, grade in one.children
        )

    def _is_place(self, school: int, limits: Limits) -> bool:
        district, level = SCHOOLS[school]
        return (
            (not limits.schools or school in limits.schools)
            and (not limits.districts or district in limits.districts)
            and (not limits.levels or level in limits.levels)
        )

    def _has_grade(self, school: int, limits: Limits) -> bool:
        there = {grade for one in self.guardians for place, grade in one.children if place == school}
        if not there:
            there = {grade for grade in GRADES if (grade == "gy1") == (SCHOOLS[school][1] == "upper_secondary")}
        return not limits.grades or bool(there & set(limits.grades))

    def letters(self, limits: Limits) -> dict[str, str]:
        """The language of the letter to each address."""
        in_force = [(address, reason) for address, reason, topic in self.barred if topic != "other"]
        no_address = {address for address, _reason in in_force} | set(self.protected)
        said_no = {address for address, reason in in_force if reason != "address_gone"}
        refusing = {one.identity for one in self.guardians if one.address in said_no} - {""}
        may = [one for one in self.members(limits) if one.address not in no_address and one.identity not in refusing]
        last = {}
        for one in sorted(may, key=lambda one: (one.day, one.pk)):
            last[one.identity or one.pk] = one
        languages = defaultdict(set)
        for one in may if limits.kind == "schools" else last.values():
            languages[one.address].add(one.language)
        return {address: found.pop() if len(found) == 1 else "sv" for address, found in languages.items()}


def put(guardians, contacts, barred, protected) -> World:
    """Write it all in the database."""
    for pk, (district, level) in SCHOOLS.items():
        School(pk=pk, code=str(pk), name=f"Skola {pk}", district=district, level=level).save()
    children = {
        place: Child.objects.create(source="x", key=str(place), school_id=place[0], grade=place[1])
        for place in {place for one in guardians for place in one.children}
    }
    kept = []
    for number, one in enumerate(guardians, start=1):
        row = Guardian.objects.create(
            pk=number,
            source="x",
            external_id=str(number),
            email=f"{one.address}@example.org",
            address_key=one.address,
            language=one.language,
            identity_key=one.identity,
            imported_at=START + dt.timedelta(days=one.day),
        )
        row.ties.bulk_create(GuardianChild(guardian=row, child=children[place]) for place in one.children)
        kept.append(Person(**{**vars(one), "pk": number}))
    SchoolContact.objects.bulk_create(
        SchoolContact(
            pk=number, school_id=one.school, email=f"{one.address}@example.org", address_key=one.address, language=one.language
        )
        for number, one in enumerate(contacts, start=1)
    )
    topics = {name: Topic.objects.create(name=name) for name in ("ours", "other")}
    for address, reason, topic in barred:
        Suppression.objects.create(address_key=address, reason=reason, topic=topics.get(topic))
    ProtectedAddress.objects.bulk_create(ProtectedAddress(source="y", address_key=address) for address in protected)
    return World(kept, [Person(**{**vars(one), "pk": number}) for number, one in enumerate(contacts, start=1)], barred, protected)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(people, contacts, barred, st.frozensets(st.sampled_from(ADDRESSES), max_size=1), limits)
def test_a_segment_gets_the_letters_that_its_definition_says(guardians, contacts, barred, protected, limits):
    with transaction.atomic():
        compare(put(guardians, contacts, barred, protected), limits)
        transaction.set_rollback(True)


def compare(world: World, limits: Limits) -> None:
    """Fail where the database and the model disagree."""
    for one_by_one in (False, True):
        assert {row.pk for row in members_within(limits, one_by_one=one_by_one)} == {one.pk for one in world.members(limits)}
    letters = letters_within(limits, topic=Topic.objects.get(name="ours"))
    found = {letter["address_key"]: letter["written_in"] for letter in letters}
    assert found == world.letters(limits)
    assert letters.count() == len(found) == len(letters)
    rows = world.contacts if limits.kind == "schools" else world.guardians
    address_of = {one.pk: one.address for one in rows}
    assert all(address_of[letter["recipient"]] == letter["address_key"] for letter in letters)
    # What an approval keeps says the same.
    kept = letters_within(Limits(**limits.as_json()), topic=Topic.objects.get(name="ours"))
    assert set(kept.values_list("address_key", flat=True)) == set(found)
