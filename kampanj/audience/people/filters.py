"""What the list of guardians can be narrowed to. School, level, district and grade are one child's, as in a segment."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from kampanj.audience.models import Grade, Guardian, School, Segment
from kampanj.audience.selection import Limits, guardians_of
from kampanj.content.languages import language_name


def _sources() -> list[tuple[str, str]]:
    return [(name, name) for name in Guardian.objects.order_by("source").values_list("source", flat=True).distinct()]


def _languages() -> list[tuple[str, str]]:
    codes = Guardian.objects.order_by("language").values_list("language", flat=True).distinct()
    return [(code, language_name(code)) for code in codes]


def _districts() -> list[tuple[str, str]]:
    names = School.objects.exclude(district="").order_by("district").values_list("district", flat=True).distinct()
    return [(name, name) for name in names]


def _boxes(label: Any, choices: Any) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)


class GuardianFilterSet(WagtailFilterSet):
    """Boxes to tick; none ticked means all."""

    source = _boxes(_("Source"), _sources)
    language = _boxes(_("Language"), _languages)
    school = django_filters.ModelMultipleChoiceFilter(
        label=_("School"), queryset=School.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    grade = _boxes(_("Grade"), Grade.choices)
    level = _boxes(_("Level"), School.Level.choices)
    district = _boxes(_("District"), _districts)

    class Meta:
        model = Guardian
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Guardian]) -> QuerySet[Guardian]:
        """Those who match all that is ticked."""
        chosen = self.form.cleaned_data
        limits = Limits(
            kind=Segment.Kind.GUARDIANS,
            schools=[school.pk for school in chosen["school"]],
            districts=chosen["district"],
            grades=chosen["grade"],
            levels=chosen["level"],
        )
        found = queryset & guardians_of(limits)
        for field in ("source", "language"):
            if chosen[field]:
                found = found.filter(**{f"{field}__in": chosen[field]})
        return found
