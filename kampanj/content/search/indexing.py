"""Keeps the searched texts right: a page's row is written when it is saved or published, and goes when it is unpublished."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Manager
from django.db.models.signals import post_save
from wagtail.models import Page
from wagtail.search import index
from wagtail.signals import page_published, page_unpublished

from kampanj.content.search.models import SearchText
from kampanj.content.served import ServedPage

# Rows written at a time.
PORTION = 200


def connect() -> None:
    """Called once at start."""
    post_save.connect(_saved, dispatch_uid="kampanj.search.saved")
    page_published.connect(_published, dispatch_uid="kampanj.search.published")
    page_unpublished.connect(_unpublished, dispatch_uid="kampanj.search.unpublished")


def refresh(page: ServedPage) -> None:
    """Write what the page (of its own type, as published) says now, and put it into the index."""
    _written(page).save()


def refresh_all() -> None:
    """Write the texts of all live pages and take away those of others; the index is left to `update_index`."""
    live = Page.objects.live().filter(depth__gt=1)
    SearchText.objects.exclude(page__in=live).delete()
    fields = [field.name for field in SearchText._meta.concrete_fields if not field.primary_key]
    pages = (page for page in live.specific().iterator() if isinstance(page, ServedPage))
    while rows := [_written(page) for page in islice(pages, PORTION)]:
        SearchText.objects.bulk_create(rows, update_conflicts=True, unique_fields=["page"], update_fields=fields)


def _written(page: ServedPage) -> SearchText:
    row = SearchText(page=page)
    row.say(teaser=page.teaser, text=text_of(page))
    return row


def text_of(page: ServedPage) -> str:
    """What the page's `search_fields` say, without the title; one paragraph, heading or fact on each line."""
    fields = [field for field in page.get_search_fields() if field.field_name != "title"]
    texts = (unicodedata.normalize("NFC", text) for text in _texts(page, fields))
    lines = (line.strip() for text in texts for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _texts(thing: Any, fields: Iterable[index.BaseField]) -> Iterator[str]:
    for field in fields:
        if isinstance(field, index.SearchField):
            yield from _strings(field.get_value(thing))
        elif isinstance(field, index.RelatedFields):
            related = field.get_value(thing)
            for one in related.all() if isinstance(related, Manager) else filter(None, [related]):
                yield from _texts(one, field.fields)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _strings(part)
    elif value is not None:
        yield str(value)


def _saved(instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    # Saving a draft writes a few fields only; the rest of such an object is not what readers see.
    if isinstance(instance, ServedPage) and instance.live and not raw and update_fields is None:
        refresh(instance)


def _published(instance: Page, **kwargs: Any) -> None:
    # Once more: what hangs on the page (its children in the editor) is stored only now.
    page = instance.specific
    if isinstance(page, ServedPage):
        refresh(page)


def _unpublished(instance: Page, **kwargs: Any) -> None:
    SearchText.objects.filter(page_id=instance.pk).delete()
