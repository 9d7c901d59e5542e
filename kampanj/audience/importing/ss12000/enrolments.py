"""Where a pupil goes: of all enrolments (inskrivningar) the one that counts today, as a school and a grade of ours.

Preschools, after-school centres, adult education and the like have no grade of ours, nor have a special school's tenth year
and an upper secondary school's fourth: their pupils are left out. A year that cannot be read is handed on as it is written,
so that it becomes a fault to correct.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kampanj.audience.importing.ss12000.answers import Node
from kampanj.audience.models import Grade

PRESCHOOL_CLASS = "FKLASS"
# Code_SchoolType: compulsory school, its adapted forms, special and Sami school. The tenth year has no grade of ours.
COMPULSORY_TYPES = frozenset({"GR", "GRS", "TR", "SP", "SAM"})
COMPULSORY: Mapping[str, str | None] = {"0": Grade.F.value, **{str(year): str(year) for year in range(1, 10)}, "10": None}
# Upper secondary school and its adapted form; the fourth year has no grade of ours.
UPPER_SECONDARY_TYPES = frozenset({"GY", "GYS"})
UPPER_SECONDARY: Mapping[str, str | None] = {"1": Grade.GY1.value, "2": Grade.GY2.value, "3": Grade.GY3.value, "4": None}


@dataclass(frozen=True, slots=True)
class Place:
    """A school and a grade as a roster's cells."""

    school: str
    grade: str


def place_of(pupil: Node, *, schools: Mapping[str, str], today: dt.date) -> Place | None:
    """The place that counts, or None for somebody who has none of ours today. `schools` holds a cell per organisation's id.

    Of several that count today, it is the one that began last, which is what a move looks like; then the one with the
    lesser id, only so that the answer is the same every night.
    """
    places: list[tuple[dt.date, str, Place]] = []
    for enrolment in pupil.nodes("enrolments"):
        grade = grade_of(enrolment)
        start, end = enrolment.day("startDate"), enrolment.day("endDate")
        school = enrolment.node("enroledAt").reference()
        if enrolment.flag("cancelled") or grade is None or not (start or today) <= today <= (end or today):
            continue
        places.append((start or dt.date.min, school, Place(schools.get(school, ""), grade)))
    places.sort(key=lambda item: item[1])
    return max(places, key=lambda item: item[0])[2] if places else None


def grade_of(enrolment: Node) -> str | None:
    """Our grade, the year as written when it cannot be read, or None for what has no grade of ours."""
    school_type, year = enrolment.text("schoolType").upper(), enrolment.number("schoolYear")
    if school_type == PRESCHOOL_CLASS:
        return Grade.F.value
    if school_type in COMPULSORY_TYPES:
        return COMPULSORY.get(year, year)
    if school_type in UPPER_SECONDARY_TYPES:
        # Not as “7”, which would be a grade of another school form.
        return UPPER_SECONDARY.get(year, f"gy{year}")
    return None
