"""What only the web pages need: the campaign's mark in titles, and what the frame asks about page and municipality."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Page

from kampanj.channels.social.open_graph import SharedPicture, shared_picture
from kampanj.content.accessibility.models import StatementLink, statement_for
from kampanj.content.calendar import wording
from kampanj.content.calendar.times import Span
from kampanj.content.help_lines import first_aid
from kampanj.content.help_lines.shown import ShownLine
from kampanj.content.helpful.views import token_for
from kampanj.content.languages import view_elsewhere
from kampanj.content.models import CampaignPage
from kampanj.content.served import ServedPage
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
    """A day as the active language writes it: “12 januari 2022”."""
    return wording.day_in_words(moment)


@register.filter
def month(moment: date | datetime) -> str:
    """The month alone, short: “dec.”."""
    return wording.month_in_words(moment)


@register.filter
def hour(moment: datetime) -> str:
    """An hour as the active language writes it, in the municipality's zone: “18.00”."""
    return wording.hour_in_words(moment)


@register.filter
def hours(span: Span) -> str:
    """The hours of something that happens within one day: “kl. 18.00–20.00”."""
    return wording.hours_in_words(span)


@register.filter
def occasion(span: Span) -> str:
    """Day and hours of something that happens: “lördag 12 december 2026 kl. 18.00–20.00”."""
    return wording.span_in_words(span)


@register.filter
def month_and_year(day_within: date) -> str:
    """The month as the active language writes it: “november 2026”."""
    return wording.month_and_year_in_words(day_within)


@register.simple_tag(takes_context=True)
def helpful_token(context: Context) -> str:
    """The token of “Did this page help you?”; empty where the question is not put: previews, and pages that are gone."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, ServedPage) or getattr(request, "is_preview", False) or not page.live or page.is_gone:
        return ""
    return token_for(page)


@register.simple_tag(takes_context=True)
def municipality_here(context: Context) -> SiteSettings:
    """The SiteSettings that the view gave, else those of the request's site (error pages have no view)."""
    given = context.get("municipality")
    return given if isinstance(given, SiteSettings) else SiteSettings.here(context["request"])


@register.simple_tag(takes_context=True)
def languages_elsewhere(context: Context) -> list[tuple[str, str]]:
    """(language, address) of what is shown here, a page or a view like the search, in the other languages it is in."""
    request = context.get("request")
    if "translations" in context:
        return [(page.locale.language_code, page.get_url(request)) for page in context["translations"]]
    return view_elsewhere(request) if request else []


@register.simple_tag
def lines_for_errors() -> list[ShownLine]:
    """Somewhere to turn when a page is missing, in the active language."""
    return first_aid.lines_now(get_language() or settings.LANGUAGE_CODE)


@register.simple_tag
def page_address(page: Page | None, municipality: SiteSettings) -> str:
    """The page's absolute address at the municipality's own origin; empty for a page without an address yet."""
    parts: Any = page.get_url_parts() if page else None
    return municipality.absolute(parts[2]) if parts and parts[2] else ""


@register.simple_tag(takes_context=True)
def drawn_for_sharing(context: Context) -> SharedPicture | None:
    """The picture of a shared campaign; None for other pages, and for previews, whose words nobody has published."""
    page, municipality = context.get("page"), context.get("municipality")
    if not isinstance(page, CampaignPage) or not isinstance(municipality, SiteSettings) or not page.live:
        return None
    return None if getattr(context.get("request"), "is_preview", False) else shared_picture(page, municipality)


@register.simple_tag(takes_context=True)
def accessibility_statement(context: Context) -> StatementLink | None:
    """The statement that the footer leads to, in the shown language or the installation's own; asks at most one question.

    None for files made of an edition: they show what was frozen, and nothing else.
    """
    municipality = context.get("municipality")
    if "edition" in context or not isinstance(municipality, SiteSettings) or municipality.site_id is None:
        return None
    return statement_for(municipality.site_id, context.get("shown_language") or get_language() or settings.LANGUAGE_CODE)
