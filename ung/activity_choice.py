"""What a reader has chosen in the list of activities: a form that is sent with GET, and the list cut to it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

OLDEST = 120


class ChoiceForm(forms.Form):
    """District, age and cost. What cannot be understood is said in a sentence and narrows nothing."""

    age = forms.IntegerField(
        label=_("Your age"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Write your age as a number, for example 14. Activities for all ages are shown."),
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    free = forms.BooleanField(label=_("Only what is free"), required=False)

    def __init__(self, data: QueryDict, *, districts: Iterable[str]) -> None:
        super().__init__(data, auto_id="valj-%s")
        self.fields["district"] = forms.ChoiceField(
            label=_("Where"),
            required=False,
            choices=[("", _("All districts")), *((name, name) for name in districts)],
            error_messages={"invalid_choice": _("That district is not in the list. The activities of all districts are shown.")},
        )
        self.full_clean()

    @property
    def chosen(self) -> dict[str, str]:
        """What has been understood, as it is sent; empty when everything is to be shown."""
        district, age, free = (self.cleaned_data.get(name) for name in ("district", "age", "free"))
        sent = {"district": district or "", "age": "" if age is None else str(age), "free": "on" if free else ""}
        return {name: value for name, value in sent.items() if value}

    @property
    def query(self) -> str:
        """`chosen` as a query string, without the question mark."""
        return urlencode(self.chosen)

    def cut(self, activities: QuerySet) -> QuerySet:
        """The activities that suit the choice. One without a district is for the whole municipality."""
        chosen = self.chosen
        if "district" in chosen:
            activities = activities.filter(district__in=("", chosen["district"]))
        if "age" in chosen:
            age = int(chosen["age"])
            activities = activities.filter(
                Q(age_from__isnull=True) | Q(age_from__lte=age), Q(age_to__isnull=True) | Q(age_to__gte=age)
            )
        if "free" in chosen:
            activities = activities.filter(is_free=True)
        return activities
