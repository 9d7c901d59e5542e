"""Lists of pages of many types, as cards: title, address and teaser in one question, where `specific()` asks one per type."""

from __future__ import annotations

import functools

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

from kampanj.content.served import TEASERS, ServedPage


def with_teasers(pages: PageQuerySet) -> PageQuerySet:
    """The base pages with `card_text`: what `ServedPage.teaser` says of them."""
    filled = [NullIf(F(name), Value("")) for name in _teaser_fields()]
    return pages.annotate(card_text=Coalesce(*filled, F("search_description"), output_field=CharField()))


@functools.cache
def _teaser_fields() -> tuple[str, ...]:
    """For each public page type, the way from the base page to the field that its teaser is taken from."""
    ways = []
    for model in get_page_models():
        names = {field.name for field in model._meta.get_fields()}
        own = next((name for name in TEASERS if name in names), None)
        if own and issubclass(model, ServedPage) and model is not Page:
            ways.append(f"{model._meta.model_name}__{own}")
    return tuple(ways)
