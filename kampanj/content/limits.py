"""Limits for addresses that have no form of ours to guard them: the search, and the forms for passwords.

All count with `public_forms.counted`: per network, by a keyed hash that nobody can read, in one place for all processes. They
are generous, because a whole school may stand behind one address. Logging in has its own (by user name and network).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from kampanj.content.public_forms import HOUR, MINUTE, counted
from kampanj.content.signed_pages import too_many


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within the clock's `seconds` from one network, of requests by `method`.

    `of_failures`: only those count that were answered with the form once more (200), not those that led on.
    """

    purpose: str
    method: str
    most: int
    seconds: int
    of_failures: bool = False


PASSWORD = Limit("password", "POST", 30, HOUR, of_failures=True)
# By the name of the view.
LIMITS = {
    # Eight classes of thirty pupils that all press the button in the same minute.
    "site_search": Limit("search", "GET", 240, MINUTE),
    "wagtailcore_authenticate_with_password": PASSWORD,
    "wagtaildocs_authenticate_with_password": PASSWORD,
    # Each may send a letter to somebody who has not asked for it.
    "wagtailadmin_password_reset": Limit("password_reset", "POST", 20, HOUR),
}


class LimitMiddleware:
    """Answers 429 in place of a view whose limit is reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        limit = _limit_of(request)
        if limit and limit.of_failures and response.status_code == 200:
            counted(request, limit.purpose, seconds=limit.seconds)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before the view, which then has nothing to do."""
        limit = _limit_of(request)
        if limit is None:
            return None
        if limit.of_failures:
            is_reached = counted(request, limit.purpose, seconds=limit.seconds, add=0) >= limit.most
        else:
            is_reached = counted(request, limit.purpose, seconds=limit.seconds) > limit.most
        return too_many(request, seconds=limit.seconds) if is_reached else None


def _limit_of(request: HttpRequest) -> Limit | None:
    """The limit that this request counts against; None for one that only shows an empty form."""
    limit = LIMITS.get(request.resolver_match.view_name) if request.resolver_match else None
    method = "GET" if request.method == "HEAD" else request.method
    if limit is None or method != limit.method or (method == "GET" and not request.META.get("QUERY_STRING")):
        return None
    return limit
