"""What only the web pages need: the campaign's mark in titles, and what the frame asks about page and municipality."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from kampanj.municipality.models import SiteSettings

register = template.Library()

MARK = re.compile(r"…|\.{3}")


@register.filter
def unfinished(title: str) -> SafeString:
    """The title with an ellipsis at its beginning or end wrapped in `.dots`, which the style sheet draws as growing dots.

    The text stays the same, letter for letter: a screen reader and a search engine see the sentence as it was written.
    """
    text = title.strip()
    first = MARK.match(text)
    start = first.end() if first else 0
    last = next((mark for mark in MARK.finditer(text, start) if mark.end() == len(text)), None)
    end = last.start() if last else len(text)
    return format_html("{}{}{}", _mark(text[:start]), text[start:end], _mark(text[end:]))


def _mark(dots: str) -> SafeString:
    return format_html('<span class="dots">{}</span>', dots) if dots else SafeString()


@register.filter
def host(address: str) -> str:
    """The host of a web address without `www.`, as people say it."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.simple_tag(takes_context=True)
def municipality_here(context: Context) -> SiteSettings:
    """The SiteSettings that the view gave, else those of the request's site (error pages have no view)."""
    given = context.get("municipality")
    return given if isinstance(given, SiteSettings) else SiteSettings.for_request(context["request"])


@register.simple_tag
def page_address(page: Page | None, municipality: SiteSettings) -> str:
    """The page's absolute address at the municipality's own origin; empty for a page without an address yet."""
    parts: Any = page.get_url_parts() if page else None
    return municipality.absolute(parts[2]) if parts and parts[2] else ""
