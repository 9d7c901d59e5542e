"""`/robots.txt` (RFC 9309): what crawlers should leave alone, and where the sitemap is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from kampanj.content import page_cache
from kampanj.municipality.models import SiteSettings

# Their addresses end in a secret; what stands before it is no secret.
SIGNED = ("kampanj_unsubscribe", "kampanj_package", "kampanj_invitation")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything is open but the desk, the search pages and what signed links open."""
    page_cache.keep(request)
    closed = [reverse("wagtailadmin_home"), *_search_pages(), *_signed()]
    sitemap = SiteSettings.here(request).absolute(reverse("sitemap"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _search_pages() -> list[str]:
    paths = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            paths.append(reverse("site_search"))
    return paths


def _signed() -> list[str]:
    return [reverse(name, args=["-"]).removesuffix("-/") for name in SIGNED]
