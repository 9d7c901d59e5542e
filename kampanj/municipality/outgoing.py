"""The one gate through which this house asks others over HTTP: only at the addresses it was opened for, never redirected.

Those come from the operator's settings: nothing that an editor, a reader, a file or an answer says can name an address to ask,
and no other place asks at all (a test looks at every import). What the operator has set may be within the municipality's own
network; nothing else there can be reached.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int]


class NotAllowed(requests.exceptions.InvalidURL):
    """The address is at none of the places that the session was opened for."""


class Session(requests.Session):
    """A session with the servers of `addresses`, to which a redirect is an answer like any other."""

    def __init__(self, *addresses: str) -> None:
        super().__init__()
        self._allowed = {origin_of(address) for address in addresses} - {None}

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """As `requests`'; NotAllowed, before any name is looked up, for another scheme, host or port."""
        if origin_of(request.url or "") not in self._allowed:
            # The address is not told: it may hold a secret.
            raise NotAllowed("This address is not among the settings.")
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nowhere: nothing of a redirect is read or prepared."""
        return None


def origin_of(address: str) -> Origin | None:
    """(scheme, host, port) of an address (RFC 6454); None for one that is no http(s) address, or names a person in it."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        return None
    return parts.scheme, parts.hostname.rstrip(".").lower(), port
