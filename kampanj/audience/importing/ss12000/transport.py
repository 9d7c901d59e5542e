"""Asking over HTTP with patience, and reading answers with none: bounded in size and time, never redirected.

The loop is our own because urllib3's Retry does not see an answer that breaks off while it is read, counts waits per request
rather than per fetch, and has no ceiling in time. Error answers are not read: they may quote what they are about.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from django.utils.translation import gettext as _
from requests.auth import AuthBase

from kampanj.audience.importing.ss12000.answers import Node, parse
from kampanj.audience.importing.ss12000.exceptions import FetchStopped, Reason
from kampanj.municipality.outgoing import Session

# As JSON in memory it is about eight times as much.
MAX_ANSWER = 16 * 1024 * 1024
PIECE = 64 * 1024
BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds and attempts: to connect, of silence, for a whole answer; the first wait (doubled each time), the longest one
    (also of a Retry-After), and all waits of one fetch together."""

    connect: float = 10
    silence: float = 60
    answer: float = 300
    first_wait: float = 2
    longest_wait: float = 120
    all_waits: float = 1800
    attempts: int = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that asking again would not change, and the body's object when the status is 200."""

    status: int
    node: Node


class _Again(Exception):
    """Worth another attempt; `after` is what Retry-After says, in seconds."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Transport:
    """One session with the servers of `addresses`, the school system's.

    TLS is always verified, with the CA bundle of REQUESTS_CA_BUNDLE where it is set.
    """

    def __init__(self, *addresses: str, patience: Patience, use_proxies: bool) -> None:
        self._patience = patience
        self._waited = 0.0
        self._session = Session(*addresses)
        self._session.trust_env = use_proxies
        # No compression: an answer's size is then what is read, and nothing swells in memory.
        self._session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kampanj"})

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def ask(
        self,
        method: str,
        url: str,
        *,
        endpoint: str,
        auth: AuthBase,
        params: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> Answer:
        """The answer; `endpoint` is what messages call it. Raises FetchStopped when patience ends or the answer is not JSON."""
        attempt = 1
        while True:
            try:
                return self._once(method, url, endpoint=endpoint, auth=auth, params=params, data=form)
            except _Again as fault:
                if not self._wait(attempt, after=fault.after):
                    raise FetchStopped(str(fault), reason=Reason.UNREACHABLE) from None
            attempt += 1

    def _wait(self, attempt: int, *, after: float | None) -> bool:
        """Sleep before the next attempt; False when there is to be none."""
        wanted = self._patience.first_wait * 2 ** (attempt - 1) if after is None else after
        seconds = min(max(wanted, 0), self._patience.longest_wait)
        if attempt >= self._patience.attempts or self._waited + seconds > self._patience.all_waits:
            return False
        self._waited += seconds
        time.sleep(seconds)
        return True

    def _once(self, method: str, url: str, *, endpoint: str, **content: Any) -> Answer:
        times = (self._patience.connect, self._patience.silence)
        try:
            with self._session.request(method, url, timeout=times, allow_redirects=False, stream=True, **content) as response:
                return self._judge(response, endpoint=endpoint)
        # The causes are left out: they quote addresses with page tokens and headers.
        except requests.exceptions.SSLError:
            raise FetchStopped(
                _("The certificate of “%(endpoint)s” is not valid. Nothing was sent; ask those who run the school system.")
                % {"endpoint": endpoint},
                reason=Reason.UNREACHABLE,
            ) from None
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout, urllib3.exceptions.HTTPError):
            raise _Again(
                _("“%(endpoint)s” cannot be reached, or its answer breaks off. Check network and address, or try again later.")
                % {"endpoint": endpoint}
            ) from None
        except requests.exceptions.RequestException:
            raise FetchStopped(
                _("“%(endpoint)s” cannot be asked. Check the address in the settings SS12000_…") % {"endpoint": endpoint},
                reason=Reason.SETTINGS,
            ) from None

    def _judge(self, response: requests.Response, *, endpoint: str) -> Answer:
        if response.status_code in BUSY:
            raise _Again(
                _("“%(endpoint)s” goes on answering with an error (HTTP %(status)s). Try again later.")
                % {"endpoint": endpoint, "status": response.status_code},
                after=seconds_in(response.headers.get("Retry-After", "")),
            )
        if 300 <= response.status_code < 400:
            raise FetchStopped(
                _("“%(endpoint)s” sends us on to another address, which we do not follow. Correct the address in the settings.")
                % {"endpoint": endpoint},
                reason=Reason.ANSWER,
            )
        if response.status_code != 200:
            return Answer(response.status_code, Node(endpoint, {}))
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
        is_plain = response.headers.get("Content-Encoding", "identity").lower() == "identity"
        return Answer(200, parse(self._read(response, endpoint=endpoint) if is_json and is_plain else b"", endpoint=endpoint))

    def _read(self, response: requests.Response, *, endpoint: str) -> bytes:
        body, deadline = bytearray(), time.monotonic() + self._patience.answer
        # read1 returns what has come, so that an answer of one byte a minute is noticed.
        while piece := response.raw.read1(PIECE, decode_content=False):
            body += piece
            if len(body) > MAX_ANSWER:
                raise FetchStopped(
                    _("An answer from “%(endpoint)s” is larger than %(count)s MB, which no page should be. Nothing was changed.")
                    % {"endpoint": endpoint, "count": MAX_ANSWER // 1024 // 1024},
                    reason=Reason.ANSWER,
                )
            if time.monotonic() > deadline:
                raise requests.exceptions.Timeout
        return bytes(body)


def seconds_in(retry_after: str) -> float | None:
    """Retry-After's seconds, also from an HTTP date; None when it says nothing that can be read."""
    if retry_after.strip().isdecimal():
        return float(retry_after[:9])
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return (moment - dt.datetime.now(dt.UTC)).total_seconds()
