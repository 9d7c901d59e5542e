"""The access token: OAuth 2.0 client credentials (RFC 6749, section 4.4), sent as a bearer token (RFC 6750)."""

from __future__ import annotations

import re
import time
from urllib.parse import quote

import requests
from django.utils.translation import gettext as _
from requests.auth import AuthBase, HTTPBasicAuth

from kampanj.audience.importing.ss12000.connection import Connection
from kampanj.audience.importing.ss12000.exceptions import FetchStopped, Reason
from kampanj.audience.importing.ss12000.transport import Transport

ENDPOINT = "SS12000_TOKEN_URL"
# Renewed this many seconds before it expires, or at half its life when that is shorter.
MARGIN = 60
UNTOLD_LIFE = 3600
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,16000}=*")


class Bearer(AuthBase):
    """The token in a request's header. As an AuthBase it cannot be replaced by what a .netrc file says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class TokenKeeper:
    """Fetches a token when there is none or its time is up."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self._connection = connection
        self._transport = transport
        self._bearer: Bearer | None = None
        self._good_until = 0.0

    def bearer(self) -> Bearer:
        """A token that is still good; FetchStopped when the school system gives none."""
        if self._bearer is None or time.monotonic() >= self._good_until:
            return self.renewed()
        return self._bearer

    def renewed(self) -> Bearer:
        """A new token, whatever the old one's age."""
        form = {"grant_type": "client_credentials"}
        if self._connection.scope:
            form["scope"] = self._connection.scope
        # Form-encoded before Basic, as RFC 6749, section 2.3.1, says.
        auth = HTTPBasicAuth(quote(self._connection.client_id, safe=""), quote(self._connection.client_secret, safe=""))
        asked_at = time.monotonic()
        answer = self._transport.ask("POST", self._connection.token_url, endpoint=ENDPOINT, auth=auth, form=form)
        token = answer.node.text("access_token") if answer.status == 200 else ""
        if not _TOKEN.fullmatch(token) or answer.node.text("token_type").casefold() not in ("bearer", ""):
            raise FetchStopped(
                _(
                    "The school system gives us no access (HTTP %(status)s). Check SS12000_CLIENT_ID, SS12000_CLIENT_SECRET, "
                    "SS12000_SCOPE and SS12000_TOKEN_URL."
                )
                % {"status": answer.status},
                reason=Reason.DENIED,
            )
        written = answer.node.number("expires_in")
        life = int(written) if written.isdecimal() else UNTOLD_LIFE
        self._good_until = asked_at + life - min(MARGIN, life / 2)
        self._bearer = Bearer(token)
        return self._bearer
