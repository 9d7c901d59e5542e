"""`/sitemap.xml` (sitemaps.org 0.9): every page that anybody can open now, in all languages, at the site's own address."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Locale, Page, Site
from wagtail.query import PageQuerySet

from kampanj.content import page_cache
from kampanj.content.front_pages import front_pages_here
from kampanj.content.readable import readable_now
from kampanj.municipality.models import SiteSettings


class PublicSitemap(Sitemap):
    """Wagtail's, with the translations beside the pages; a page type leaves itself out with an empty `get_sitemap_urls`."""

    request: HttpRequest

    def items(self) -> PageQuerySet:
        """Live, public pages below the site's front pages; neither aliases nor pages whose time is over."""
        below = Page.objects.none()
        for front in front_pages_here(self.request).values():
            below |= Page.objects.descendant_of(front, inclusive=True)
        current = readable_now(below).filter(alias_of=None)
        # `defer`: each page has its type's methods but only what all pages have, in one query for all types.
        return current.order_by("path").specific(defer=True)

    def _urls(self, page: Any, protocol: str, domain: str) -> list[dict[str, Any]]:
        locales = {locale.pk: locale for locale in Locale.objects.all()}
        municipality = SiteSettings.for_request(self.request)
        urls: list[dict[str, Any]] = []
        versions: defaultdict[Any, list[dict[str, str]]] = defaultdict(list)
        for item in self.paginator.page(page).object_list:
            item.locale = locales[item.locale_id]
            for number, info in enumerate(item.get_sitemap_urls(self.request)):
                address = municipality.absolute(urlsplit(info["location"]).path)
                alternates = versions[item.translation_key, number]
                alternates.append({"lang_code": item.locale.language_code, "location": address})
                urls.append({**info, "location": address, "alternates": alternates})
        for url in urls:
            url["alternates"] = url["alternates"] if len(url["alternates"]) > 1 else []
        return urls


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The sitemap of the request's site; kept until a page comes, goes or changes. 404 without a site."""
    if Site.find_for_request(request) is None:
        raise Http404
    page_cache.keep(request)
    return sitemap_view(request, {"pages": PublicSitemap(request)})
