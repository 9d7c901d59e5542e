"""The frame around pages that a signed link opens: the municipality's look, nothing remembered, nothing indexed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from wagtail.models import Site

from kampanj.municipality.models import SiteSettings


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
    """What a damaged or foreign link gets."""
    return signed_page(request, "kampanj/web/link_broken.html", status=404)
