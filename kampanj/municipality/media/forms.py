"""The form behind every upload of film and sound: in the library and in the chooser."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.images.widgets import AdminImageChooser
from wagtailmedia.forms import BaseMediaForm

from kampanj.municipality.media.captions import check_captions
from kampanj.municipality.media.models import allowed_extensions, wrong_extension
from kampanj.municipality.uploads.forms import extension_of, new_file_of, refuse_larger_than
from kampanj.municipality.uploads.positions import EXTENSIONS, without_positions
from kampanj.municipality.uploads.sniffing import head_of, is_what_it_is_called


class CampaignMediaForm(BaseMediaForm):
    """Takes films with captions, and sound; each file must hold what its name says."""

    class Meta(BaseMediaForm.Meta):
        widgets = {
            **BaseMediaForm.Meta.widgets,
            "captions": forms.FileInput(attrs={"accept": ".vtt"}),
            "poster": AdminImageChooser,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.captions_before = self.instance.captions.name if self.instance.captions else ""
        if self.prefix:
            # Within the chooser; a chooser of pictures would take its place.
            self.fields.pop("poster", None)
        if captions := self.fields.get("captions"):
            if self.instance.is_film:
                captions.required = True
                captions.error_messages["required"] = _(
                    "A film needs captions. Choose a WebVTT file (.vtt) with all that is said and heard."
                )
            if self.captions_before:
                captions.help_text = format_html(
                    '{} <a href="{}">{}</a>',
                    captions.help_text,
                    reverse("kampanj_media_captions", args=[self.instance.pk]),
                    _("Look at the captions that are there now"),
                )

    def clean_file(self) -> Any:
        """The film or sound: not too large, of a kind that we serve, what its name says; without where it was recorded."""
        file = new_file_of(self)
        if file is None:
            return self.cleaned_data.get("file")
        refuse_larger_than(settings.MEDIA_MAX_UPLOAD_SIZE, file)
        extension = extension_of(file)
        if extension not in allowed_extensions(self.instance.type):
            raise wrong_extension(self.instance.type)
        if not is_what_it_is_called(head_of(file), extension):
            raise ValidationError(
                _("The file is called .%(extension)s but holds something else. Export it anew and upload it again.")
                % {"extension": extension},
                code="wrong_content",
            )
        if extension in EXTENSIONS and file.file is not None:
            without_positions(file.file)
        return file

    def clean_captions(self) -> Any:
        """The captions: WebVTT that a browser can show."""
        file = new_file_of(self, "captions")
        if file is not None:
            refuse_larger_than(settings.CAPTIONS_MAX_UPLOAD_SIZE, file)
            check_captions(file.read())
            file.seek(0)
        return self.cleaned_data.get("captions")

    def save(self, commit: bool = True) -> Any:
        """As wagtailmedia's; captions that were replaced are deleted, as it does with films."""
        media = super().save(commit=commit)
        if commit and "captions" in self.changed_data and self.captions_before:
            media.captions.storage.delete(self.captions_before)
        return media
