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
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from redis.exceptions import RedisError

from kampanj.content import timetable

logger = logging.getLogger("kampanj.content.page_cache")

GENERATION = "generation"
# Seconds that an answer is kept at the most: a form's token in it must still be good when it is sent.
LONGEST = 3600
# Bytes; packing a shorter page saves nothing.
WORTH_PACKING = 860
T = TypeVar("T")
# A cache that is away slows the site down and stops nobody.
UNREACHABLE = (OSError, RedisError)
# Set while the cache could not be emptied though it should have been.
_owed = threading.Event()
# A reader's Accept-Encoding that takes gzip; `gzip;q=0` refuses it (RFC 9110, 12.5.3).
UNPACKS = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
# What a stored answer may not carry over to another reader.
OWN_TO_ONE_READER = ("Set-Cookie", "Age", "Date", "Connection")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes out: header lines, the body plain and packed (gzip), its entity tag, and the second it holds until.

    `until` is Unix time: the caches' own expiry is neither exact to the second nor exclusive.
    """

    headers: tuple[tuple[str, str], ...]
    plain: bytes
    packed: bytes
    etag: str
    until: float


def keep(request: HttpRequest) -> None:
    """Allow the answer to this request to be kept for other anonymous readers."""
    request.may_be_kept = True  # type: ignore[attr-defined]


def hold_until(request: HttpRequest | None, moment: datetime | None) -> None:
    """Say that what is drawn for this request is true only until `moment` (aware); None says nothing."""
    if request is not None and moment is not None:
        known: datetime | None = getattr(request, "holds_until", None)
        request.holds_until = min(known, moment) if known else moment  # type: ignore[attr-defined]


def ask_timetable(request: HttpRequest) -> None:
    """Have what is due come, and let the answer hold until what comes next; asked once per request."""
    if not getattr(request, "has_asked_timetable", False):
        request.has_asked_timetable = True  # type: ignore[attr-defined]
        hold_until(request, timetable.next_change(timezone.now()))


def purge() -> None:
    """Forget every kept answer: at once, and again when the change that calls for it is committed.

    In between, another reader may have been given the old words and had them kept. A cache that is away is emptied before
    this process reads it again: whoever publishes is not stopped, and nothing old is served when it is back.
    """
    _new_generation()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_new_generation)


def remember(name: str, make: Callable[[], T]) -> T:
    """What `make` gives (anything that can be pickled, but None), kept under `name` until something changes on any page."""
    key, known = _fetch(lambda generation: f"{generation}:{name}")
    if known is None:
        known = make()
        _put(key, known, seconds=LONGEST)
    value: T = known
    return value


def _new_generation() -> None:
    store = _store()
    try:
        if isinstance(store, FileBasedCache):
            store.clear()  # Files of older generations would only lie there and make every listing slower.
        store.set(GENERATION, secrets.token_hex(8), timeout=None)
    except UNREACHABLE:
        logger.exception("The page cache does not answer: it is emptied when it does.")
        _owed.set()
    else:
        _owed.clear()


def _store() -> BaseCache:
    return caches["pages"]


def _generation() -> str:
    word: str | None = _store().get(GENERATION)
    if word is None:
        # `add`: of two that start at once, both go on with the first one's word.
        _store().add(GENERATION, secrets.token_hex(8), timeout=None)
        word = _store().get(GENERATION, "")
    return word


def _fetch(name: Callable[[str], str]) -> tuple[str, Any]:
    """(key, what is kept under it) in the present generation; an empty key where the cache does not answer."""
    if _owed.is_set():
        _new_generation()
    try:
        key = name(_generation())
        return key, _store().get(key)
    except UNREACHABLE:
        logger.exception("The page cache does not answer: pages are drawn for every reader.")
        return "", None


def _put(key: str, value: object, *, seconds: int) -> None:
    """Keep `value`; where the cache did not answer before, or does not now, nothing is kept."""
    if not key:
        return
    try:
        _store().set(key, value, timeout=seconds)
    except UNREACHABLE:
        logger.exception("The page cache does not answer: nothing is kept.")


class PageCacheMiddleware:
    """Answers from the cache where it can; keeps what may be kept of what the rest of the house answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_anonymous_reading(request):
            return self.get_response(request)
        kept: Kept | None
        key, kept = _fetch(lambda generation: _key(request, generation))
        if kept is not None and time.time() < kept.until:
            return _answer(request, kept)
        # Before drawing: what is due comes now, and what comes next bounds how long this answer holds.
        ask_timetable(request)
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and _may_be_kept(request, response):
            kept = _pack(response, until=_end(request))
            _put(key, kept, seconds=max(1, ceil(kept.until - time.time())))
            return _answer(request, kept)
        return response


def _is_anonymous_reading(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.META.get("HTTP_COOKIE", "")
        and not request.path_info.startswith((settings.STATIC_URL, settings.MEDIA_URL))
        and _has_usual_port(request)
    )


def _has_usual_port(request: HttpRequest) -> bool:
    """Anybody can write any port into Host; an answer is not kept once for each."""
    port = request.META.get("HTTP_HOST", "").rpartition(":")[2]
    usual = ("", request.META.get("SERVER_PORT"), str(urlsplit(settings.BASE_URL).port or ""))
    return not port.isdecimal() or port in usual


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


def _end(request: HttpRequest) -> float:
    """When the answer holds no longer, as Unix time."""
    latest = time.time() + LONGEST
    holds_until: datetime | None = getattr(request, "holds_until", None)
    return latest if holds_until is None else min(latest, holds_until.timestamp())


def _pack(response: HttpResponse, *, until: float) -> Kept:
    body = response.content
    patch_vary_headers(response, ["Accept-Encoding"])
    # A browser may keep the page but asks each time: a page that is gone must be gone at once.
    response.headers.setdefault("Cache-Control", "no-cache")
    headers = tuple((name, value) for name, value in response.items() if name not in (*OWN_TO_ONE_READER, "Content-Length"))
    packed = gzip.compress(body, 6, mtime=0) if len(body) >= WORTH_PACKING else b""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Kept(headers=headers, plain=body, packed=packed, etag=etag, until=until)


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The answer for this reader: not changed (304), packed or plain."""
    headers: dict[str, Any] = dict(kept.headers)
    headers["ETag"] = kept.etag
    body = kept.plain
    if kept.packed and UNPACKS.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        body, headers["Content-Encoding"] = kept.packed, "gzip"
    headers["Content-Length"] = str(len(body))
    response = HttpResponse(body, headers=headers)
    if "HTTP_IF_NONE_MATCH" in request.META:
        return get_conditional_response(request, etag=kept.etag, response=response) or response
    return response
