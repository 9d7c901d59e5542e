"""Takes an entrance's mark off the address before anything else sees it, and counts the visit if a person has come.

It stands before the page cache: with or without the mark, the same kept page is served under the same key, and its canonical
address has none. Nothing is kept of the reader, and nothing at the reader's: no cookie, no redirect, no script.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from kampanj.content.entrances import PARAMETER, is_mark
from kampanj.followup.visits.counting import count

MOVED = (301, 302)
# Wagtail's name for its pages: the desk, the search and files are no visits to what a letter tells about.
PAGES = "wagtail_serve"
# A page is fetched in advance, or the browser has it already.
NOT_READ_NOW = ("Sec-Purpose", "Purpose", "X-Moz", "If-None-Match", "If-Modified-Since")


class VisitMiddleware:
    """One visit is counted for a page (200) that a browser has opened for its reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        mark = _take_mark(request) if request.method in ("GET", "HEAD") else ""
        response = self.get_response(request)
        if mark and response.status_code in MOVED:
            _follow(request, response, mark)
        elif mark and response.status_code == 200 and _is_a_visit(request) and _is_a_page(request):
            count(mark)
        return response


def _take_mark(request: HttpRequest) -> str:
    """The mark in the address, which is then without it; empty when there is none, or more than one."""
    query = request.META.get("QUERY_STRING", "")
    if f"{PARAMETER}=" not in query:
        return ""
    parts = query.split("&")
    marks = [part for part in parts if part.startswith(f"{PARAMETER}=") and is_mark(part.removeprefix(f"{PARAMETER}="))]
    request.META["QUERY_STRING"] = "&".join(part for part in parts if part not in marks)
    return marks[0].removeprefix(f"{PARAMETER}=") if len(marks) == 1 else ""


def _follow(request: HttpRequest, response: HttpResponseBase, mark: str) -> None:
    """A page that has moved within our own site is reached with the mark, and counted there."""
    target = response.headers.get("Location", "")
    address = urlsplit(target)
    if address.netloc not in ("", request.get_host()) or not address.path.startswith("/"):
        return
    query = "&".join(part for part in (address.query, f"{PARAMETER}={mark}") if part)
    response.headers["Location"] = address._replace(query=query).geturl()


def _is_a_page(request: HttpRequest) -> bool:
    """By the language in the address: a kept page is served without anything that would choose one."""
    try:
        with translation.override(translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
            return resolve(request.path_info).url_name == PAGES
    except Resolver404:
        return False


def _is_a_visit(request: HttpRequest) -> bool:
    """Whether a browser says that its reader has opened the page (Fetch Metadata), now and for the first time it knows of.

    Mail scanners, link previews and what is fetched in advance say something else, or nothing. Of a reload the browser says so
    (RFC 9111, 5.2.1), and one that still has the page asks whether it holds (If-None-Match). Links to ourselves have no
    mark, and whoever is logged in to the desk is no reader.
    """
    told = request.headers
    return (
        request.method == "GET"
        and told.get("Sec-Fetch-Mode") == "navigate"
        and told.get("Sec-Fetch-Dest") == "document"
        and told.get("Sec-Fetch-Site") != "same-origin"
        and not any(name in told for name in NOT_READ_NOW)
        and not any(word in told.get("Cache-Control", "") for word in ("max-age=0", "no-cache"))
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
