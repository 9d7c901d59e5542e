"""What stands in a cell about a guardian, in words."""

from __future__ import annotations

import itertools

from kampanj.audience.models import Grade, Guardian

_GRADES = list(Grade.values)


def children_in_words(guardian: Guardian) -> str:
    """“Norra skolan: 2, 7; Södra skolan: 1”, grades in their order; the children are fetched in their schools' order."""
    by_school = itertools.groupby(guardian.children.all(), key=lambda child: child.school.name)
    return "; ".join(
        f"{name}: {', '.join(sorted((child.grade for child in children), key=_GRADES.index))}" for name, children in by_school
    )
