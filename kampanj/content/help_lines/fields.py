"""Boxes to tick, stored as a JSON list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst


class DaysField(models.JSONField):
    """Days of the week, 0 (Monday) to 6: a sorted list of int; the form demands at least one."""

    def formfield(self, **kwargs: Any) -> Any:
        return forms.TypedMultipleChoiceField(
            choices=list(WEEKDAYS.items()),
            coerce=int,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


class LanguagesField(models.JSONField):
    """Codes of `settings.LANGUAGES`, in that order; none ticked is allowed."""

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=settings.LANGUAGES,
            required=False,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )
