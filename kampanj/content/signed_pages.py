"""The frame around pages that a signed link opens: the municipality's look, nothing remembered, nothing indexed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from kampanj.content.public_forms import HOUR, MINUTE, Refusal, is_one_too_many, until_next
from kampanj.municipality.models import SiteSettings

# Requests from one network in an hour with links that are not ours: mail programs break a link now and then, nobody breaks more.
FORGED, FORGED_AN_HOUR = "forged", 60


def signed_page(request: HttpRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """Draw a page in the active language; its address is a secret, so it is sent to nobody and kept out of indexes."""
    site = Site.find_for_request(request)
    municipality = SiteSettings.for_site(site) if site else SiteSettings()
    page_context = {"municipality": municipality, "language": translation.get_language(), "channel": "web", **context}
    response = render(request, template, page_context, status=status)
    response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def broken_link(request: HttpRequest) -> HttpResponse:
    """What a damaged or foreign link gets: 404, and 429 for whoever goes on trying them."""
    if is_one_too_many(request, FORGED, an_hour=FORGED_AN_HOUR):
        return too_many(request)
    return signed_page(request, "kampanj/web/link_broken.html", status=404)


def too_many(request: HttpRequest, *, seconds: int = HOUR) -> HttpResponse:
    """429 in the active language: what happened, and when to try again. Nothing was changed."""
    sentence = Refusal.TOO_MANY.sentence
    if seconds == MINUTE:
        sentence = _("A lot has come from your network in a short time. Wait a minute and try again.")  # for readers
    response = signed_page(request, "kampanj/web/too_many.html", status=Refusal.TOO_MANY.status, sentence=sentence)
    response.headers["Retry-After"] = str(until_next(seconds))
    response.headers["Cache-Control"] = "private, no-store"
    return response
