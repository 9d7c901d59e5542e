"""The view behind every page's address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
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


@never_cache
def to_the_desks_login(request: HttpRequest) -> HttpResponse:
    """Whoever has an account works in the desk: there is one way to log in, and pages for them lead to it."""
    after = request.GET.get("next", "")
    return redirect(reverse("wagtailadmin_login") + (f"?{urlencode({'next': after})}" if after else ""))
