"""Who is looked for, and why somebody is erased."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kampanj.audience.identity import address_key, normalise_address
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.personal_number import person_key
from kampanj.audience.importing.rows import clean
from kampanj.audience.models import Guardian
from kampanj.followup.rights.erasure import CHOICES, Ground
from kampanj.followup.rights.person import Sought

# RFC 5321 allows 254 characters; beyond this nothing is worth parsing.
MAX_SOUGHT = 320


class By(models.TextChoices):
    """What the person is known by."""

    ADDRESS = "address", _("e-mail address")
    PERSONAL_NUMBER = "personal_number", _("personal identity number")
    SOURCE_ID = "source_id", _("id in a source")


class SearchForm(forms.Form):
    """One person by one thing; `person` is the Sought of a valid form. What is written is kept nowhere."""

    by = forms.ChoiceField(label=_("Look for"), choices=By.choices, initial=By.ADDRESS, widget=forms.RadioSelect)
    sought = forms.CharField(
        label=_("Address, number or id"),
        max_length=MAX_SOUGHT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("The whole of it: nothing is found by a part. A personal identity number has 10 or 12 digits."),
    )
    source = forms.ChoiceField(label=_("Source"), required=False, help_text=_("Only when you look for an id."))
    person: Sought

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {
            *RosterSource.objects.values_list("name", flat=True),
            *Guardian.objects.order_by().values_list("source", flat=True).distinct(),
        }
        self.fields["source"].choices = [("", _("No source")), *((name, name) for name in sorted(names))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read what was written as what it is said to be."""
        values = super().clean() or {}
        if not self.errors:
            self.person = self._person(values["by"], values["sought"], values["source"])
        return values

    def _person(self, by: str, written: str, source: str) -> Sought:
        if by == By.ADDRESS:
            try:
                address = normalise_address(written)
            except forms.ValidationError as refusal:
                self.add_error("sought", refusal)
                return Sought(by)
            return Sought(by, address=address, address_key=address_key(address))
        if by == By.PERSONAL_NUMBER:
            key = person_key(written)
            if not key:
                self.add_error("sought", gettext("This is not a personal identity number. Write all 10 or 12 digits."))
            return Sought(by, identity_key=key)
        if not source:
            self.add_error("source", gettext("Choose the source that the id belongs to."))
        return Sought(by, source=source, external_id=clean(written))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What was asked, for the buttons that ask it again."""
        return [(name, self.cleaned_data[name]) for name in ("by", "sought", "source")]


class ErasureForm(forms.Form):
    """The ground, and a yes."""

    ground = forms.ChoiceField(label=_("Why"), choices=CHOICES, widget=forms.RadioSelect)
    case_number = forms.CharField(
        label=_("Case number"),
        max_length=40,
        required=False,
        validators=[RegexValidator(r"^[A-Za-zÅÄÖåäö0-9 .:/-]+$", _("Write a case number: letters, digits and . : / - only."))],
        help_text=_("The municipality's own (diarienummer), so that the decision can be found. No names."),
    )
    is_sure = forms.BooleanField(
        label=_("I have checked that it is the right person, and that the municipality has decided to erase.")
    )

    def clean(self) -> dict[str, Any]:
        """Another reason stands in the case."""
        values = super().clean() or {}
        if values.get("ground") == Ground.OTHER and not values.get("case_number") and "case_number" not in self.errors:
            self.add_error("case_number", gettext("Write the number of the case where the reason stands."))
        return values
