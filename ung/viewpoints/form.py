"""The pupil's form: a theme, perhaps a school, a text. No field asks who."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kampanj.content import public_forms
from ung.viewpoints.models import LONGEST, SHORTEST, Viewpoint

if TYPE_CHECKING:
    from ung.viewpoints.models import ViewpointsPage

PURPOSE = "viewpoint"


def token_for(page: ViewpointsPage) -> str:
    """The form's token for this page (0 for one that is not stored yet)."""
    return public_forms.new_token(PURPOSE, page.pk or 0)


class WrittenText(forms.CharField):
    """Text of SHORTEST to LONGEST characters, as its writer counts them: a browser sends each line break as two."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class ViewpointForm(forms.Form):
    """Bound to one page, whose themes and schools are the choices."""

    theme = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about."), "invalid_choice": _("Choose what it is about.")},
    )
    school = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": _("That school is not on the list. Choose another, or none.")}
    )
    text = WrittenText(
        widget=forms.Textarea,
        min_length=SHORTEST,
        max_length=LONGEST,
        error_messages={
            "required": _("Write what you think."),
            "min_length": _("Write a little more, so that we understand. A sentence is enough."),
            "max_length": ngettext_lazy(
                "Your text has %(show_value)d character. At most %(limit_value)d can be sent: shorten it a little.",
                "Your text has %(show_value)d characters. At most %(limit_value)d can be sent: shorten it a little.",
                "show_value",
            ),
            "null_characters_not_allowed": _("There is a character in the text that we cannot read. Write it without it."),
        },
    )

    def __init__(self, page: ViewpointsPage, data: Any = None) -> None:
        super().__init__(data)
        self.page = page
        self.fields["theme"].choices = list(page.theme_names.items())  # type: ignore[attr-defined]
        self.fields["school"].choices = [("", ""), *((name, name) for name in page.school_names)]  # type: ignore[attr-defined]

    def save(self) -> None:
        """Keep it, unless the very same was sent today already: a button pressed twice is one viewpoint."""
        theme = self.cleaned_data["theme"]
        viewpoint = Viewpoint(
            page=self.page,
            theme=theme,
            theme_name=self.page.theme_names[theme],
            school=self.cleaned_data["school"],
            text=self.cleaned_data["text"],
        )
        viewpoint.fingerprint = viewpoint.seal()
        # The database decides: the two may come in the same moment. Nobody is shown a new one, so no kept page grows old.
        Viewpoint.objects.bulk_create([viewpoint], ignore_conflicts=True)
