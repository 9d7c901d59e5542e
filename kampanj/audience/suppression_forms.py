"""The forms of the desk's screens for suppressions. An address is typed in, looked up by its keyed hash and not kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kampanj.audience.identity import normalise_address
from kampanj.audience.models import Topic

NOTE_LENGTH = 200


def without_address(text: str) -> None:
    """Refuse a note that holds an address: it is kept and shown, and addresses are not."""
    if "@" in text:
        raise ValidationError(_("Write no e-mail address here: what you write is kept, and addresses are not."))


class AddressForm(forms.Form):
    """A whole address; `cleaned_data["address"]` is as it is stored and compared."""

    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the whole e-mail address.")},
    )

    def clean_address(self) -> str:
        """Normalised; a sentence says what is wrong."""
        return normalise_address(self.cleaned_data["address"])


class SuppressionForm(AddressForm):
    """A suppression by hand."""

    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.all(),
        required=False,
        empty_label=_("All letters"),
        help_text=_("Letters about this are not sent to the address."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE_LENGTH,
        help_text=_("Why, and who asked for it. Write no names and no addresses."),
        validators=[without_address],
        error_messages={"required": _("Write why the address must not be written to.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Topic.objects.exists():
            del self.fields["topic"]


class LiftForm(forms.Form):
    """Why a suppression is lifted."""

    why = forms.CharField(
        label=_("Why is it lifted?"),
        max_length=NOTE_LENGTH,
        help_text=_("For example: asked for it by telephone. Write no names and no addresses."),
        validators=[without_address],
        error_messages={"required": _("Write why the suppression is lifted.")},
    )
