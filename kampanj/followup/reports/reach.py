"""Reached per child: whole, per school and per class level, with the folders to print for those who were not reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from kampanj.audience import selection
from kampanj.audience.models import Grade, Guardian, GuardianChild
from kampanj.content.statistics.suppression import K
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.reports.small import partition


@dataclass(frozen=True)
class Group:
    """Children of a school or a class level; an empty name is all others together."""

    name: str
    children: int
    reached: int

    @property
    def folders(self) -> int:
        """How many are to have the folder on paper."""
        return self.children - self.reached


@dataclass(frozen=True)
class SchoolGroup(Group):
    """A school with its class levels; none when there is only one to show."""

    grades: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Reach:
    """All children whom the mailing is about. `schools` is empty when it would show fewer than K children."""

    children: int
    reached: int
    schools: tuple[SchoolGroup, ...]

    @property
    def folders(self) -> int:
        """How many folders are to be printed for the rest."""
        return self.children - self.reached

    @property
    def is_shown(self) -> bool:
        """Whether so many children stand behind the figures that they may be shown."""
        return self.children >= K


def reach_of(mailing: Mailing) -> Reach:
    """The children of an approved mailing to guardians, in one query."""
    children = selection.children_within(selection.Limits(**mailing.approval.limits))
    reached = Count("pk", filter=Q(pk__in=met_by(mailing.deliveries.filter(state=Delivery.State.SENT))))
    found = children.order_by().values_list("school__name", "grade").annotate(children=Count("pk"), reached=reached)
    schools: defaultdict[str, list[Group]] = defaultdict(list)
    for school, grade, number, met in found:
        schools[school].append(Group(grade, number, met))
    whole = [_school(name, groups) for name, groups in sorted(schools.items())]
    made = partition(whole, _size)
    others = [SchoolGroup("", *_sum(made.rest))] if made.rest else []
    number, met = _sum(whole)
    return Reach(number, met, (*made.shown, *others))


def met_by(deliveries: QuerySet[Delivery]) -> QuerySet[Any, Any]:
    """The children of those who have one of these letters: to this address, or to another of the same person's."""
    arrived = deliveries.values("address_key")
    holders = Guardian.objects.filter(address_key__in=arrived)
    persons = holders.exclude(identity_key="").values("identity_key")
    people = Guardian.objects.filter(Q(address_key__in=arrived) | Q(identity_key__in=persons))
    return GuardianChild.objects.filter(guardian__in=people.values("pk")).values("child")


def _school(name: str, groups: list[Group]) -> SchoolGroup:
    order = list(Grade.values)
    groups.sort(key=lambda one: order.index(one.name))
    made = partition(groups, _size)
    shown = [Group(str(Grade(one.name).label), one.children, one.reached) for one in made.shown]
    if made.rest:
        shown.append(Group("", *_sum(made.rest)))
    return SchoolGroup(name, *_sum(groups), tuple(shown) if len(shown) > 1 else ())


def _size(group: Group) -> int:
    return group.children


def _sum(groups: Sequence[Group]) -> tuple[int, int]:
    return sum(one.children for one in groups), sum(one.reached for one in groups)
