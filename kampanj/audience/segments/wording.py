"""A segment's definition in words: “guardians in year 7–9 at Norra skolan, but not guardians in Hamnen”."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kampanj.audience.models import Grade, School, Segment
from kampanj.audience.selection import Limits
from kampanj.content.languages import name_in_readers_language

# More schools than these are counted instead of named.
NAMED_SCHOOLS = 4
_YEARS = [Grade.Y1, Grade.Y2, Grade.Y3, Grade.Y4, Grade.Y5, Grade.Y6, Grade.Y7, Grade.Y8, Grade.Y9]
_UPPER_YEARS = [Grade.GY1, Grade.GY2, Grade.GY3]


def in_words(limits: Limits) -> str:
    """Whom the definition names, in the active language, to stand within a sentence."""
    who = _("school contacts") if limits.kind == Segment.Kind.SCHOOLS else _("guardians")
    # What limits a child's place belongs together; several kinds of limits all hold at once.
    parts = [who, _grades(limits.grades), _schools(limits.schools), _levels(limits.levels), _districts(limits.districts)]
    words = " ".join(part for part in [*parts, _languages(limits.languages)] if part)
    if limits.minus:
        taken = get_text_list([in_words(one) for one in limits.minus], pgettext("in a list", "or"))
        words = _("%(who)s (but not %(taken)s)") % {"who": words, "taken": taken}
    return words


def ranges(numbers: Iterable[int]) -> str:
    """“1–3, 5” for 1, 2, 3 and 5."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)


def _together(words: Iterable[str]) -> str:
    return get_text_list(list(words), pgettext("in a list", "and"))


def _grades(grades: Sequence[str]) -> str:
    chosen = set(grades)
    parts = [_("in preschool class")] if Grade.F in chosen else []
    years = [number for number, grade in enumerate(_YEARS, start=1) if grade in chosen]
    upper = [number for number, grade in enumerate(_UPPER_YEARS, start=1) if grade in chosen]
    if years:
        parts.append(_("in year %(years)s") % {"years": ranges(years)})
    if upper:
        parts.append(_("in upper secondary year %(years)s") % {"years": ranges(upper)})
    return _together(parts)


def _schools(schools: Sequence[int]) -> str:
    if len(schools) > NAMED_SCHOOLS:
        return ngettext("at %(count)s school", "at %(count)s schools", len(schools)) % {"count": len(schools)}
    names = School.objects.filter(pk__in=schools).order_by("name").values_list("name", flat=True) if schools else ()
    return _("at %(schools)s") % {"schools": _together(names)} if schools else ""


def _levels(levels: Sequence[str]) -> str:
    names = {
        School.Level.COMPULSORY.value: _("in compulsory school"),
        School.Level.UPPER_SECONDARY.value: _("in upper secondary school"),
    }
    return _together(name for level, name in names.items() if level in levels)


def _districts(districts: Sequence[str]) -> str:
    return _("in the district %(names)s") % {"names": _together(sorted(districts))} if districts else ""


def _languages(languages: Sequence[str]) -> str:
    names = _together(sorted(name_in_readers_language(code) for code in languages))
    return _("with %(languages)s as language") % {"languages": names} if languages else ""
