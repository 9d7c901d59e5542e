"""The round's form in the desk, and the two forms in which numbers are entered, on the phone page as in the desk."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Site

from kampanj.content.edition import settings_of
from kampanj.content.folder_formats import FolderFormat
from kampanj.distribution.handout.counting import Said
from kampanj.distribution.handout.figures import AreaFigures
from kampanj.distribution.handout.impersonal import refuse_personal
from kampanj.distribution.handout.models import MOST, HandoutCount
from kampanj.municipality.keyed_form import KeyedModelForm
from kampanj.municipality.models import SiteSettings, User

# Where the browser finds the districts while an area's name is written.
DISTRICTS_LIST = "handout-districts"
QUANTITY_MISSING = gettext_lazy("Write how many folders the area is to have, or take the area away.")
FIELD = re.compile(r"area-\d+")


class RoundForm(KeyedModelForm):
    """A round with its areas. A new one begins with the municipality's districts, where it has said which they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = self._districts()
        areas = self.formsets["areas"]
        if self.instance.pk is None and not self.is_bound:
            areas.extra = len(self.districts) or 1
            areas.initial_extra = [{"name": name} for name in self.districts]
        for row in areas.forms:
            row.fields["quantity"].error_messages["required"] = QUANTITY_MISSING

    def _districts(self) -> list[str]:
        if self.instance.campaign_id:
            return settings_of(self.instance.campaign).district_names
        site = Site.objects.filter(is_default_site=True).first()
        return SiteSettings.for_site(site).district_names if site else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        campaign, chosen = cleaned.get("campaign"), cleaned.get("folder_format")
        if campaign and chosen and chosen not in campaign.folder_formats:
            labels = ", ".join(str(FolderFormat(name).label) for name in campaign.folder_formats) or "–"
            message = _(
                "The campaign's folder is not printed in this format. It has: %(formats)s. Choose one of them, or add the format "
                "in the campaign."
            )
            self.add_error("folder_format", ValidationError(message % {"formats": labels}))
        if self.instance.edition_id and campaign and campaign.pk != self.instance.edition.page_id:
            message = _("The campaign is frozen for print (%(title)s). Plan another round for another campaign.")
            self.add_error("campaign", ValidationError(message % {"title": self.instance.edition.page.title}))
        return cleaned

    def is_valid(self) -> bool:
        """The form's and its rows' own rules, then what concerns the rows together."""
        return bool(super().is_valid()) and self._rows_are_valid()

    def _rows_are_valid(self) -> bool:
        rows = self.formsets["areas"]
        there = [row for row in rows.forms if row.instance.pk or row.has_changed()]
        kept = [row for row in there if row not in rows.deleted_forms]
        if not kept:
            self.add_error(None, _("Add at least one area with its number of folders."))
        seen: set[str] = set()
        for row in kept:
            name = row.cleaned_data["name"].strip().casefold()
            if name in seen:
                row.add_error("name", _("This area is in the round already. Add the folders together, or give it another name."))
            seen.add(name)
        self._keep_counted([row.instance.pk for row in rows.deleted_forms if row.instance.pk])
        return not self.errors and not any(row.errors for row in kept)

    def _keep_counted(self, taken_away: list[int]) -> None:
        counted = HandoutCount.objects.filter(area__in=taken_away).order_by("area__name")
        for name in dict.fromkeys(counted.values_list("area__name", flat=True)):
            message = _("“%(area)s” has been counted and stays in the round. Load the page again to get the area back.")
            self.add_error(None, message % {"area": name})


class NumberField(forms.IntegerField):
    """A number of folders, also as people write it: with spaces between the thousands."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST, **kwargs)
        self.error_messages["invalid"] = gettext_lazy("Write the number with digits only, for example 120.")
        self.widget.attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 12}

    def to_python(self, value: Any) -> int | None:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class SaidForm(forms.Form):
    """What both forms ask beside numbers. `key` makes a form that is sent twice count once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    team = forms.CharField(
        label=gettext_lazy("Which team are you?"),
        max_length=40,
        required=False,
        validators=[refuse_personal],
        help_text=gettext_lazy("For example “Team 2”. You may skip this. Write no names of persons."),
    )
    is_sure = forms.BooleanField(label=gettext_lazy("Yes, more than planned were handed out"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.fields["team"].widget.attrs["autocomplete"] = "off"
        # Asked only when a number is larger than planned.
        self.asks_whether_sure = False

    @property
    def said(self) -> dict[str, Any]:
        """The valid form's part of `counting.Said`."""
        return {name: self.cleaned_data[name] for name in ("key", "team", "is_sure")}


class CountForm(SaidForm):
    """A number for each area that one has counted; the others stay empty."""

    def __init__(self, *args: Any, areas: Sequence[AreaFigures], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = areas
        for one in areas:
            self.fields[f"area-{one.area.pk}"] = NumberField(label=one.area.name, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        gone = [name for name in self.data if FIELD.fullmatch(name) and self.data[name].strip() and name not in self.fields]
        if gone:
            raise ValidationError(_("An area has been taken out of the round while you were writing. Look again."))
        if not self.errors and not self.quantities:
            raise ValidationError(_("Write how many folders you have handed out in at least one area."))
        return cleaned

    @property
    def quantities(self) -> dict[int, int]:
        """Area's primary key → folders, of those that were filled in."""
        found = {one.area.pk: self.cleaned_data.get(f"area-{one.area.pk}") for one in self.areas}
        return {key: number for key, number in found.items() if number is not None}

    @property
    def rows(self) -> Iterable[tuple[AreaFigures, Any]]:
        """Each area with its field."""
        return [(one, self[f"area-{one.area.pk}"]) for one in self.areas]

    def to_say(self, by: User | None = None) -> Said:
        """What the valid form says."""
        return Said(self.quantities, by=by, **self.said)


class CorrectForm(SaidForm):
    """Another number in place of one that was wrong, or none at all."""

    quantity = NumberField(label=gettext_lazy("The right number"), required=False)
    take_away = forms.BooleanField(label=gettext_lazy("Take the number away: it should not be here"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "quantity" in self.errors:
            return cleaned
        if (cleaned.get("quantity") is None) != bool(cleaned.get("take_away")):
            raise ValidationError(_("Write the right number, or tick that the number is to be taken away: one of them."))
        return cleaned

    def to_say(self, by: User | None = None) -> Said:
        """What the valid form says."""
        return Said({}, by=by, **self.said)
