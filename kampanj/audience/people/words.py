"""What stands in a cell about a guardian, in words."""

from __future__ import annotations

import itertools

from django.conf import settings

from kampanj.audience.models import Grade, Guardian
from kampanj.content.languages import name_in_readers_language

_GRADES = list(Grade.values)
_OWN_NAMES = dict(settings.LANGUAGES)


def language_name(code: str) -> str:
    """The language's own name where we write in it, else its name in the reader's language; the code when it has none."""
    if code in _OWN_NAMES:
        return str(_OWN_NAMES[code])
    return name_in_readers_language(code)


def children_in_words(guardian: Guardian) -> str:
    """“Norra skolan: 2, 7; Södra skolan: 1”, grades in their order; the children are fetched in their schools' order."""
    by_school = itertools.groupby(guardian.children.all(), key=lambda child: child.school.name)
    return "; ".join(
        f"{name}: {', '.join(sorted((child.grade for child in children), key=_GRADES.index))}" for name, children in by_school
    )
