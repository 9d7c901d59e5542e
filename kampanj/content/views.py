"""The view behind every page's address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from wagtail import views as wagtail_views

from kampanj.content import page_cache
from kampanj.content.routing import route


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """As Wagtail's, which looks for the page itself where our shorter way finds none.

    What is due comes first, also for addresses that are never kept (with a query, for a reader with a session).
    """
    page_cache.ask_timetable(request)
    result = route(request, path)
    if result is not None:
        request._wagtail_route_for_request = result  # type: ignore[attr-defined]
    return wagtail_views.serve(request, path)
