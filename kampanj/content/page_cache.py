"""The page cache: whole answers for anonymous readers, kept until something changes or the next moment comes.

Every kept answer belongs to a *generation*, a random word in the cache. `purge()` replaces the word, so that all that was
kept, and all that is being drawn from what was there before, is never served again. Drawing code says how long its words
hold with `hold_until`; the cache itself asks the timetable for the next page that comes or goes.

The middleware stands first: an answer that is kept costs no session, no language, no database. Only pages that ask for it
(`keep`) are kept, only for GET without a query, and never for a reader who has a session.
"""

from __future__ import annotations

import gzip
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from kampanj.content import timetable

GENERATION = "generation"
# Seconds that an answer is kept at the most: a form's token in it must still be good when it is sent.
LONGEST = 3600
# Bytes; packing a shorter page saves nothing.
WORTH_PACKING = 860
# What a stored answer may not carry over to another reader.
OWN_TO_ONE_READER = ("Set-Cookie", "Age", "Date", "Connection")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes out: header lines, the body plain and packed (gzip), and its entity tag."""

    headers: tuple[tuple[str, str], ...]
    plain: bytes
    packed: bytes
    etag: str


def keep(request: HttpRequest) -> None:
    """Allow the answer to this request to be kept for other anonymous readers."""
    request.may_be_kept = True  # type: ignore[attr-defined]


def hold_until(request: HttpRequest | None, moment: datetime | None) -> None:
    """Say that what is drawn for this request is true only until `moment` (aware); None says nothing."""
    if request is not None and moment is not None:
        known: datetime | None = getattr(request, "holds_until", None)
        request.holds_until = min(known, moment) if known else moment  # type: ignore[attr-defined]


def purge() -> None:
    """Forget every kept answer, once the change that calls for it is committed."""
    transaction.on_commit(_new_generation)


def _new_generation() -> None:
    _store().set(GENERATION, secrets.token_hex(8), timeout=None)


def _store() -> BaseCache:
    return caches["pages"]


def _generation() -> str:
    word: str | None = _store().get(GENERATION)
    if word is None:
        # `add`: of two that start at once, both go on with the first one's word.
        _store().add(GENERATION, secrets.token_hex(8), timeout=None)
        word = _store().get(GENERATION, "")
    return word


class PageCacheMiddleware:
    """Answers from the cache where it can; keeps what may be kept of what the rest of the house answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_anonymous_reading(request):
            return self.get_response(request)
        generation = _generation()
        key = _key(request, generation)
        kept: Kept | None = _store().get(key)
        if kept is not None:
            return _answer(request, kept)
        timetable.bring_about()
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and _may_be_kept(request, response):
            kept = _pack(response)
            seconds = _seconds(request)
            if seconds > 0:
                _store().set(key, kept, timeout=seconds)
            return _answer(request, kept)
        return response


def _is_anonymous_reading(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.META.get("HTTP_COOKIE", "")
    )


def _key(request: HttpRequest, generation: str) -> str:
    address = f"{generation} {request.scheme} {request.META.get('HTTP_HOST', '')} {request.path_info}"
    return hashlib.sha256(address.encode(errors="surrogatepass")).hexdigest()


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        getattr(request, "may_be_kept", False)
        and response.status_code == 200
        and not response.cookies
        and not getattr(request, "is_preview", False)
        and "private" not in response.headers.get("Cache-Control", "")
    )


def _seconds(request: HttpRequest) -> float:
    now = timezone.now()
    moments = [now + timedelta(seconds=LONGEST), getattr(request, "holds_until", None), timetable.next_change(now)]
    return (min(moment for moment in moments if moment is not None) - now).total_seconds()


def _pack(response: HttpResponse) -> Kept:
    body = response.content
    patch_vary_headers(response, ["Accept-Encoding"])
    # A browser may keep the page but asks each time: a page that is gone must be gone at once.
    response.headers.setdefault("Cache-Control", "no-cache")
    headers = tuple((name, value) for name, value in response.items() if name not in (*OWN_TO_ONE_READER, "Content-Length"))
    packed = gzip.compress(body, 6, mtime=0) if len(body) >= WORTH_PACKING else b""
    return Kept(headers=headers, plain=body, packed=packed, etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The answer for this reader: not changed (304), packed or plain."""
    headers: dict[str, Any] = dict(kept.headers)
    headers["ETag"] = kept.etag
    if kept.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(status=304, headers=headers)
    body = kept.plain
    if kept.packed and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        body, headers["Content-Encoding"] = kept.packed, "gzip"
    headers["Content-Length"] = str(len(body))
    return HttpResponse(body, headers=headers)
