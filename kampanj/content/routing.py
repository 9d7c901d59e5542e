"""The way to a page, and who may open it, with few questions to the database.

Wagtail asks twice for every step of an address, and once more for its restrictions at every list. Here one question finds
all pages on the way, one finds the page's own type, and one, asked once per request, tells what is private.
"""

from __future__ import annotations

from itertools import accumulate

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

# No page of ours lies deeper; a longer address is left to Wagtail, which does not find it either.
DEEPEST = 8


def route(request: HttpRequest, path: str) -> RouteResult | None:
    """The page (or a sub-address of it) at `path`, below the front page in the active language; None when we know of none.

    Http404 when the page on the way refuses the rest of the address.
    """
    root_path = _root_path(request)
    steps = [step for step in path.split("/") if step]
    if root_path is None or len(steps) > DEEPEST:
        return None
    addresses = list(accumulate((f"{step}/" for step in steps), initial=root_path))
    found = {page.url_path: page for page in Page.objects.filter(url_path__in=addresses).select_related("locale")}
    page, known = None, 0
    for address in addresses:
        if address not in found:
            break
        below, page, known = page, found[address], known + 1
        if below is not None:
            page._cached_parent_obj = below
    if page is None:
        return None
    return _specific(page, request).route(request, steps[known - 1 :])


def _root_path(request: HttpRequest) -> str | None:
    """The internal path of the front page in the active language; Wagtail keeps these in its cache."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    roots = {root.language_code: root.root_path for root in Site.get_site_root_paths() if root.site_id == site.pk}
    return roots.get(get_language() or "")


def _specific(page: Page, request: HttpRequest) -> Page:
    """The page as its own type, with the way to it and its language kept."""
    specific = page.specific
    specific.locale = page.locale
    if hasattr(page, "_cached_parent_obj"):
        specific._cached_parent_obj = page._cached_parent_obj
    specific.nothing_is_private = not restrictions(request)
    return specific


def restrictions(request: HttpRequest) -> list[PageViewRestriction]:
    """Every restriction on who may see pages, asked for once per request."""
    known: list[PageViewRestriction] | None = getattr(request, "view_restrictions", None)
    if known is None:
        known = list(PageViewRestriction.objects.all())
        request.view_restrictions = known  # type: ignore[attr-defined]
    return known


def readable(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Those of `pages` that anybody can open now: live, in no private part, and not past their time."""
    open_now = pages.live().exclude(expire_at__lte=timezone.now())
    return open_now.public() if restrictions(request) else open_now
