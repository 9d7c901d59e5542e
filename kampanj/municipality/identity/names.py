"""User names as they are written at sign-in. They are never kept as they are: people type passwords there."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.http import HttpRequest

from kampanj.municipality.keys import recognition_key


def written(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name that somebody signs in with, without what no name can hold."""
    name = (credentials or {}).get("username")
    return str(request.POST.get("username", "") if name is None else name).replace("\0", "")


def name_as_hash(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """What axes keeps in place of a user name (AXES_USERNAME_CALLABLE): 32 hexadecimal digits."""
    return hashed(written(request, credentials))


def hashed(name: str) -> str:
    """A user name as axes keeps it here."""
    key = recognition_key().encode()
    return hmac.new(key, b"lockout\0" + name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]
