"""The front pages of a site, one in each language: what a language needs before it is offered at all."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Page, Site


def front_pages(site: Site | None) -> dict[str, Page]:
    """The live front pages of the site by language code, its own language first; an alias of another language is none."""
    if site is None:
        return {}
    root = site.root_page
    pages = Page.objects.filter(translation_key=root.translation_key, live=True, alias_of=None).select_related("locale")
    return {page.locale.language_code: page for page in sorted(pages, key=lambda page: (page.pk != root.pk, page.path))}


def front_pages_here(request: HttpRequest) -> dict[str, Page]:
    """The front pages of the request's site, asked for once per request."""
    known: dict[str, Page] | None = getattr(request, "front_pages", None)
    if known is None:
        known = front_pages(Site.find_for_request(request))
        request.front_pages = known  # type: ignore[attr-defined]
    return known


def language_to_answer_in(request: HttpRequest, asked_for: str) -> str:
    """`asked_for` when the request's site has a front page in it, else the site's own language."""
    pages = front_pages_here(request)
    return asked_for if asked_for in pages else next(iter(pages), settings.LANGUAGE_CODE)
