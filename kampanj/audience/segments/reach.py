"""Whom a definition reaches now: how many letters, in which languages, and a few masked addresses."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.forms import ModelForm, modelform_factory
from django.http import QueryDict

from kampanj.audience.identity import masked
from kampanj.audience.models import Segment, SegmentForm
from kampanj.audience.selection import Limits, letters_within, recipients_within
from kampanj.content.languages import language_choices

SAMPLE = 5


@dataclass(frozen=True)
class Reach:
    """The number of letters, and of those in each of our languages (name, number) and in `others`; at most 5 masked addresses."""

    letters: int
    languages: list[tuple[str, int]]
    others: int
    sample: list[str]


def reach(limits: Limits) -> Reach:
    """Three questions to the database, each well below a second at 100,000 guardians."""
    per_language = {code: Count("address_key", filter=Q(written_in=code)) for code, _name in settings.LANGUAGES}
    numbers = letters_within(limits).aggregate(total=Count("address_key"), **per_language)
    # In the order of their keyed hashes, which is none that anybody knows.
    addresses = recipients_within(limits, one_by_one=True).order_by("address_key").values_list("email", "address_key").distinct()
    sample = [masked(address) for address, _key in addresses[:SAMPLE]]
    total = numbers.pop("total")
    return Reach(
        letters=total,
        languages=[(name, numbers[code]) for code, name in language_choices() if numbers[code]],
        others=total - sum(numbers.values()),
        sample=sample,
    )


def limits_in(form: ModelForm[Segment]) -> Limits:
    """The definition that a valid form holds, saved or not."""
    chosen = form.cleaned_data
    return Limits(
        kind=chosen["kind"],
        schools=sorted(school.pk for school in chosen["schools"]),
        districts=chosen["districts"],
        grades=chosen["grades"],
        languages=chosen["languages"],
        levels=chosen["levels"],
        minus=[Limits.of(taken) for taken in chosen["minus"]],
    )


LIMITING_FIELDS = ("kind", "schools", "districts", "levels", "grades", "languages", "minus")


def unsaved_form(data: QueryDict, *, segment: Segment) -> ModelForm[Segment]:
    """The form that limits, filled with what stands on the screen; the segment's name does not matter."""
    return modelform_factory(Segment, form=SegmentForm, fields=LIMITING_FIELDS)(data, instance=segment)
