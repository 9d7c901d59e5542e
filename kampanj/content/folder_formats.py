"""The formats in which a campaign's folder is printed, and the field that says which of them a campaign has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class FolderFormat(models.TextChoices):
    """A printed form of the folder, as a printer names it."""

    A5 = "a5", _("A5, four pages")
    A65 = "a65", _("A65, six pages, rolled fold")
    A4 = "a4", _("A4, two sides")
    A3 = "a3", _("A3, poster")


# What a campaign begins with, and where a panel stands when nobody has chosen: a poster has the main message alone.
USUAL_FORMATS = [FolderFormat.A5.value, FolderFormat.A65.value]
USUAL_PANEL_FORMATS = [FolderFormat.A5.value, FolderFormat.A65.value, FolderFormat.A4.value]


def usual_formats() -> list[str]:
    """What a new campaign is printed in."""
    return list(USUAL_FORMATS)


class FormatsField(models.JSONField):
    """A list of FolderFormat values, in their order; chosen with boxes to tick."""

    def formfield(self, **kwargs: Any) -> Any:
        return forms.TypedMultipleChoiceField(
            choices=FolderFormat.choices,
            coerce=str,
            required=not self.blank,
            label=kwargs.get("label") or self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
            initial=kwargs.get("initial", self.get_default()),
        )

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, list) or not set(value) <= set(FolderFormat.values):
            raise ValidationError(_("Choose among the formats that there are."))
