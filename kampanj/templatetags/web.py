"""What only the web pages need: the campaign's mark in titles, and what the frame asks about page and municipality."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date
from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Page

from kampanj.municipality.models import SiteSettings

register = template.Library()

# The mark with the letters that must stay on its line: so few that even a phone has room for them at a title's size.
OPENING = re.compile(r"^(…|\.{3})(\w{0,8})")
CLOSING = re.compile(r"(\w{0,8})(…|\.{3})$")


@register.filter
def unfinished(title: str) -> SafeString:
    """The title with an ellipsis at its beginning or end wrapped in `.dots`, which the style sheet draws as growing dots.

    The text stays the same, letter for letter: a screen reader and a search engine see the sentence as it was written.
    """
    text = CLOSING.sub(r'<span class="nobreak">\1<span class="dots">\2</span></span>', escape(title.strip()))
    return mark_safe(OPENING.sub(r'<span class="nobreak"><span class="dots is-opening">\1</span>\2</span>', text))


@register.filter
def host(address: str) -> str:
    """The host of a web address without `www.`, as people say it."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.filter
def day(moment: date | datetime) -> str:
    """A day as the active language writes it (CLDR, which knows Somali's months too): “12 januari 2022”."""
    local = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return format_date(local, "d MMMM y", locale=(get_language() or settings.LANGUAGE_CODE).replace("-", "_"))


@register.simple_tag(takes_context=True)
def municipality_here(context: Context) -> SiteSettings:
    """The SiteSettings that the view gave, else those of the request's site (error pages have no view)."""
    given = context.get("municipality")
    return given if isinstance(given, SiteSettings) else SiteSettings.here(context["request"])


@register.simple_tag
def page_address(page: Page | None, municipality: SiteSettings) -> str:
    """The page's absolute address at the municipality's own origin; empty for a page without an address yet."""
    parts: Any = page.get_url_parts() if page else None
    return municipality.absolute(parts[2]) if parts and parts[2] else ""
