"""One guard for every form that an anonymous reader sends.

Django's CSRF token needs a cookie, which our readers do not get. In its place: a signed token that holds for a while, a look
at where the browser says that the form was (Fetch Metadata; Origin, RFC 6454), a field that only robots fill in, and a limit
per network and hour. Nothing that was written, and no address, is stored or logged here.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from kampanj.municipality.network import network_of

logger = logging.getLogger("kampanj.content.public_forms")

# Seconds. A page may lie in the page cache for an hour and then stand open for the rest of a day at school.
LIFETIME = 12 * 3600
# Bytes of a whole request: a thousand characters of any script, percent-encoded, and the rest of the form.
LARGEST = 32 * 1024
# Digits of a Content-Length that are worth reading.
MOST_DIGITS = 12
MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR

# The two fields of templates/kampanj/web/form_guard.html: the token, and the one that no person sees. Robots like its name;
# browsers do not fill it in by themselves.
TOKEN = "form"  # noqa: S105
HONEYPOT = "website"
# Where the counts cannot be reached, nobody is counted and nobody is stopped.
UNREACHABLE = (OSError, RedisError)
_SIGNER = signing.TimestampSigner(salt="kampanj.public_forms")


class Refusal(StrEnum):
    """Why something sent was not taken, though a person may well have sent it."""

    EXPIRED = "expired"
    FOREIGN = "foreign"
    TOO_MANY = "too_many"

    @property
    def sentence(self) -> str:
        """What the reader is told: what happened, and what to do."""
        return str(_SENTENCES[self])

    @property
    def status(self) -> int:
        """The status code of the page on which the form is shown again."""
        return {Refusal.FOREIGN: 403, Refusal.TOO_MANY: 429}.get(self, 422)


_SENTENCES = {
    Refusal.EXPIRED: _("The page had been open for a long time. Press once more."),
    Refusal.FOREIGN: _("We could not see that this came from our own page. Press once more."),
    Refusal.TOO_MANY: _("A lot has come from your network in a short time. Wait an hour and press once more."),
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard says of one request: the token's subject (None when the token is not ours) and the two verdicts."""

    subject: int | None
    is_robot: bool
    refusal: Refusal | None


def new_token(purpose: str, subject: int) -> str:
    """A token for one form about one thing, good for LIFETIME seconds."""
    return _SIGNER.sign_object([purpose, subject])


def guard(request: HttpRequest, purpose: str) -> Guarded:
    """Look at a request that was sent with a form of `purpose`; never raises for anything that a sender can do."""
    subject, refusal = _read(request.POST.get(TOKEN, ""), purpose)
    if not _is_from_our_pages(request):
        refusal = Refusal.FOREIGN
    return Guarded(subject=subject, is_robot=bool(request.POST.get(HONEYPOT)), refusal=refusal)


def _read(token: str, purpose: str) -> tuple[int | None, Refusal | None]:
    try:
        found, subject = _SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None, Refusal.FOREIGN
    if found != purpose:
        return None, Refusal.FOREIGN
    if not _is_younger_than(token, LIFETIME):
        return subject, Refusal.EXPIRED
    return subject, None


def _is_younger_than(token: str, seconds: int) -> bool:
    try:
        _SIGNER.unsign_object(token, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


def _is_from_our_pages(request: HttpRequest) -> bool:
    """By what the browser says; one too old to say anything is believed."""
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin in (f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)


def is_one_too_many(request: HttpRequest, purpose: str, *, an_hour: int) -> bool:
    """Count this sending, and say whether the sender's network has sent more than `an_hour` within the clock's hour.

    Generous limits are meant: a whole school may stand behind one address.
    """
    return counted(request, purpose, seconds=HOUR) > an_hour


def counted(request: HttpRequest, purpose: str, *, seconds: int, add: int = 1) -> int:
    """How much has come for `purpose` from the request's network within the clock's `seconds`, this included.

    `add=0` only looks. 0 when the counts cannot be reached.
    """
    store = caches["limits"]
    try:
        with _alone(store):
            return _count(store, request, f"public_forms.{purpose}.{int(time.time()) // seconds}", seconds=seconds, add=add)
    except UNREACHABLE:
        logger.exception("The counts of what is sent cannot be reached: there is no limit until they can.")
        return 0


def _count(store: BaseCache, request: HttpRequest, name: str, *, seconds: int, add: int) -> int:
    key = f"{name}.{_sender(request)}"
    if not add:
        return int(store.get(key, 0))
    store.add(key, 0, timeout=seconds)
    try:
        count = store.incr(key, add)
    except ValueError:  # Thrown out of a full cache between the two.
        return 0
    # Not every backend keeps the time when it counts.
    store.touch(key, seconds)
    return count


@contextlib.contextmanager
def _alone(store: BaseCache) -> Iterator[None]:
    """Files are read and then written: one at a time, over all threads and processes. Redis adds in one step by itself."""
    if not isinstance(store, FileBasedCache):
        yield
        return
    with (settings.VAR_DIR / "limits.lock").open("ab") as file:
        locks.lock(file, locks.LOCK_EX)
        yield


def until_next(seconds: int) -> int:
    """Seconds until the clock's next hour (or minute), when everybody may send again: what Retry-After says (RFC 9110)."""
    return seconds - int(time.time()) % seconds


def _sender(request: HttpRequest) -> str:
    """The sender's network as a keyed hash. The key is random, lives for a day and is nowhere but in the cache."""
    store = caches["limits"]
    store.add("public_forms.key", secrets.token_bytes(32), timeout=DAY)
    key: bytes = store.get("public_forms.key") or b""
    return hmac.new(key, network_of(request).encode(), hashlib.sha256).hexdigest()[:32]


def public_form(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view that takes a public form: kept by no cache, in no error report, at most LARGEST bytes.

    The view itself calls `guard` and, just before it saves, `is_one_too_many`.
    """

    @wraps(view)
    def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _length(request) > LARGEST:
            return render(request, "kampanj/web/form_too_large.html", status=413)
        response = view(request, *args, **kwargs)
        if response.status_code == Refusal.TOO_MANY.status:
            response.headers.setdefault("Retry-After", str(until_next(HOUR)))
        return response

    methods = require_http_methods(["GET", "HEAD", "POST"])
    return csrf_exempt(never_cache(methods(sensitive_post_parameters()(taking))))


def _length(request: HttpRequest) -> int:
    written = request.META.get("CONTENT_LENGTH") or "0"
    if not (written.isascii() and written.isdecimal()):
        return 0
    # Python refuses to read a number of thousands of digits; nobody sends so much.
    return int(written) if len(written) < MOST_DIGITS else LARGEST + 1
