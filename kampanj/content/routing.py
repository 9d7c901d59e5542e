"""The way to a page, and who may open it, with few questions to the database.

Wagtail asks twice for every step of an address, and twice more for its restrictions. Here one question finds all pages on
the way and tells what is private, and one more finds the page's own type.
"""

from __future__ import annotations

from itertools import accumulate

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from kampanj.content.languages import refuse
from kampanj.content.readable import is_restricted

# No page of ours lies deeper; a longer address is left to Wagtail, which does not find it either.
DEEPEST = 8


def route(request: HttpRequest, path: str) -> RouteResult | None:
    """The page (or a sub-address of it) at `path`, below the front page in the active language; None when we know of none.

    Http404 when the page on the way refuses the rest of the address, or when the language is not in use.
    """
    root_path = _root_path(request)
    steps = [step for step in path.split("/") if step]
    if root_path is None:
        if get_language() != settings.LANGUAGE_CODE:
            raise refuse()
        return None
    if len(steps) > DEEPEST:
        return None
    addresses = list(accumulate((f"{step}/" for step in steps), initial=root_path))
    on_the_way = Page.objects.filter(url_path__in=addresses).select_related("locale").annotate(is_private=is_restricted())
    found = {page.url_path: page for page in on_the_way}
    page, known = None, 0
    for address in addresses:
        if address not in found:
            break
        above, page, known = page, found[address], known + 1
        if above is not None:
            page._cached_parent_obj = above
    if page is None:
        return None
    front = found[root_path]
    if not (front.live and front.alias_of_id is None) and get_language() != settings.LANGUAGE_CODE:
        raise refuse()
    specific = _specific(page)
    # An alias has its source's restrictions: Wagtail's own way finds those.
    specific.nothing_is_private = not any(
        found[address].is_private or found[address].alias_of_id for address in addresses[:known]
    )
    return specific.route(request, steps[known - 1 :])


def _root_path(request: HttpRequest) -> str | None:
    """The internal path of the front page in the active language; Wagtail keeps these in its cache."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    roots = {root.language_code: root.root_path for root in Site.get_site_root_paths() if root.site_id == site.pk}
    return roots.get(get_language() or "")


def _specific(page: Page) -> Page:
    """The page as its own type, with the way to it and its language kept."""
    specific = page.specific
    specific.locale = page.locale
    if hasattr(page, "_cached_parent_obj"):
        specific._cached_parent_obj = page._cached_parent_obj
    return specific
