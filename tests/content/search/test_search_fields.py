"""Every page type tells the search all that its readers can read."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from kampanj.content.served import ServedPage

# What no reader of the page meets.
NOT_READ = {
    "teacher_guide",
    "letter_greeting",
    "school_greeting",
    "share_texts",
}
PAGE_TYPES = [model for model in apps.get_models() if issubclass(model, ServedPage)]


@pytest.mark.parametrize("page_type", PAGE_TYPES, ids=lambda model: model.__name__)
def test_its_texts_are_searched(page_type: type[ServedPage]) -> None:
    texts = {
        field.name
        for field in page_type._meta.get_fields()
        if isinstance(field, (models.TextField, RichTextField, StreamField))
        and field.model is not Page
        and field.name not in NOT_READ
    }
    searched = {field.field_name for field in page_type.get_search_fields() if isinstance(field, index.SearchField)}
    assert texts - searched == set()


@pytest.mark.parametrize("page_type", PAGE_TYPES, ids=lambda model: model.__name__)
def test_its_kind_has_a_name(page_type: type[ServedPage]) -> None:
    assert page_type.kind_for_readers()[0].isupper()
