"""Wagtail's redirects, with one promise more: a page of the reader's own site is shown at the host that the reader asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from wagtail.contrib.redirects.middleware import RedirectMiddleware as WagtailRedirectMiddleware
from wagtail.models import Site


class RedirectMiddleware(WagtailRedirectMiddleware):
    """With several sites Wagtail writes the site's full address, which may be another host than the one that was asked."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer: HttpResponseBase = super().process_response(request, response)
        site = Site.find_for_request(request) if answer is not response else None
        if site and answer.headers["Location"].startswith(f"{site.root_url}/"):
            answer.headers["Location"] = answer.headers["Location"].removeprefix(site.root_url)
        return answer
