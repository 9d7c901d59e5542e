"""Nobody can be made out: not by subtraction within a report, whatever its form, and not by comparing two reports."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress, School, Segment
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.reports.figures import figures_of
from kampanj.followup.reports.files import as_csv, as_json
from tests.followup.reports.test_report import family

pytestmark = pytest.mark.django_db

LEAST = 5
# How many children are in each class level of each school.
REGISTERS = st.lists(st.dictionaries(st.sampled_from(["1", "2", "3"]), st.integers(0, 9), max_size=3), max_size=4)


def fill(mailing: Mailing, sizes: list[dict[str, int]], sent: list[bool]) -> dict[str, Counter[str]]:
    """A register of these sizes, a letter to each child's adult that was `sent` or failed; the children by school and level."""
    Child.objects.all().delete()
    mailing.deliveries.all().delete()
    truth: dict[str, Counter[str]] = defaultdict(Counter)
    for number, grades in enumerate(sizes):
        school = School.objects.create(code=f"9{number}", name=f"Provskolan {number}")
        for grade, children in grades.items():
            truth[school.name][grade] = children
            for place, one in enumerate(family(school, children=children, grade=grade)):
                state = "sent" if sent[(place + number) % len(sent)] else "failed"
                Delivery.objects.create(
                    mailing=mailing, address_key=one.address_key, guardian=one, state=state, due=mailing.run.due_at, language="sv"
                )
    return truth


def blocks(text: str) -> tuple[dict[str, int], dict[str, dict[str, int]], int | None]:
    """What a CSV tells of the numbers of children: by school, by school and level, and in all."""
    schools: dict[str, int] = {}
    levels: dict[str, dict[str, int]] = defaultdict(dict)
    total = None
    for about, group, figure, number in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"):
        if figure != "barn":
            continue
        if about == "Barn":
            total = int(number)
        elif about == "Barn per skola":
            schools[group] = int(number)
        else:
            school, _comma, grade = group.rpartition(", ")
            levels[school][grade] = int(number)
    return schools, levels, total


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(sizes=REGISTERS, sent=st.lists(st.booleans(), min_size=1, max_size=6))
@example(sizes=[{"1": 9, "2": 2}, {"1": 6}, {"1": 3}], sent=[True])
@example(sizes=[{"1": 5, "2": 4}], sent=[True, False])
@example(sizes=[{"1": 4}, {"1": 0}, {"1": 5}], sent=[False])
def test_no_part_of_a_report_is_small_and_no_difference_either(
    mailing: Mailing,
    sizes: list[dict[str, int]],
    sent: list[bool],
) -> None:
    with transaction.atomic():
        truth = fill(mailing, sizes, sent)
        figures = figures_of(mailing)
        schools, levels, total = blocks(as_csv(mailing, figures).decode())
        told = json.loads(as_json(mailing, figures))["reach"]
        transaction.set_rollback(True)
    real = sum(sum(grades.values()) for grades in truth.values())
    if real < LEAST:
        assert (schools, levels, total, told) == ({}, {}, None, None)
        return
    assert real == total == told["children"] == sum(schools.values())
    assert list(schools.values()) == [one["children"] for one in told["schools"]]
    # The finest blocks do not overlap and cover everybody: every number that can be worked out is a sum of some of them.
    assert all(number >= LEAST for number in schools.values())
    for name, grades in levels.items():
        assert all(number >= LEAST for number in grades.values())
        assert sum(grades.values()) == schools[name]
        assert schools[name] == sum(truth[name].values())
    for one in told["schools"]:
        assert {level["children"] for level in one["grades"]} == set(levels.get(one["name"], {}).values())
        for part in (one, *one["grades"]):
            assert 0 <= part["reached"] <= part["children"]


def mailing_without(name: str, left_out: School) -> Mailing:
    segment = Segment.objects.create(name=name)
    segment.schools.set(School.objects.exclude(pk=left_out.pk))
    return make_mailing(slug="jag-trodde-aldrig", segment_name=name, at=None, is_approved=True)


def test_two_overlapping_reports_tell_no_more_of_a_protected_family_than_of_one_that_has_moved(
    mailing: Mailing,
) -> None:
    """Whoever compares them sees how large a school is, as in the register, and what is so of those who are in it."""
    school = School.objects.create(code="90", name="Provskolan")
    parents = family(school, children=4)
    other = mailing_without("Alla utom Provskolan", school)

    def compared() -> list[Any]:
        return [json.loads(as_json(one, figures_of(one)))["reach"] for one in (mailing, other)]

    before = compared()
    assert before[0]["children"] - before[1]["children"] == 4
    with transaction.atomic():
        Child.objects.filter(guardians=parents[0]).delete()
        Guardian.objects.filter(pk=parents[0].pk).delete()
        moved = compared()
        transaction.set_rollback(True)
    ProtectedAddress.objects.create(source="prov", address_key=parents[0].address_key)
    assert compared() == moved
    assert moved[0]["children"] - moved[1]["children"] == 3


def test_a_child_with_one_protected_adult_is_in_no_figure(mailing: Mailing) -> None:
    school = School.objects.create(code="90", name="Provskolan")
    protected, *_others = family(school, children=9)
    child = Child.objects.get(guardians=protected)
    open_adult = Guardian.objects.create(source="prov", external_id="x", email="x@prov.example.org", address_key="key-x")
    GuardianChild.objects.create(guardian=open_adult, child=child)
    Delivery.objects.create(
        mailing=mailing, address_key="key-x", guardian=open_adult, state="sent", due=mailing.run.due_at, language="sv"
    )
    before = next(one for one in figures_of(mailing).reach.schools if one.name == "Provskolan")  # type: ignore[union-attr]
    ProtectedAddress.objects.create(source="prov", address_key=protected.address_key)
    after = next(one for one in figures_of(mailing).reach.schools if one.name == "Provskolan")  # type: ignore[union-attr]
    assert (before.children, before.reached, after.children, after.reached) == (9, 1, 8, 0)
