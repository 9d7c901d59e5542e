"""Where an IMAP folder is and who may open it: an imap(s):// URL, and signing in with any name and password."""

from __future__ import annotations

import imaplib
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from kampanj.followup.bounces.exceptions import MailboxUnusable

SECONDS = 60
PORTS = {"imap": 143, "imaps": 993}


@dataclass(frozen=True)
class Place:
    """Where and as whom: what an imap(s):// URL says."""

    is_encrypted: bool
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def where(self) -> str:
        """The server, as it may be shown."""
        return f"{self.host}:{self.port}"


def place_of(url: str) -> Place:
    """Read a URL; MailboxUnusable when it lacks something. The password never stands in the message, nor in what caused it."""
    try:
        return _read(url)
    except (ValueError, KeyError):
        raise MailboxUnusable(
            _(
                "Write the mailbox as imaps://user:password@host/FOLDER, with signs such as @ in the name or password"
                " percent-encoded."
            )
        ) from None


def _read(url: str) -> Place:
    """ValueError or KeyError when it lacks something, or is percent-encoded in anything but UTF-8."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    user, password, folder = (unquote(part or "", errors="strict") for part in (parts.username, parts.password, parts.path))
    # NUL ends a name in PLAIN, a line break ends LOGIN.
    if not (parts.hostname and user and password) or not (user + password).isprintable():
        raise ValueError(parts.scheme)
    return Place(parts.scheme == "imaps", parts.hostname, port, user, password, folder.strip("/") or "INBOX")


def connected(place: Place) -> imaplib.IMAP4:
    """A connection, encrypted unless it stays on this machine. Raises what imaplib, sockets and ssl raise."""
    context = ssl.create_default_context()
    try:
        if place.is_encrypted:
            return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=SECONDS)
        connection = imaplib.IMAP4(place.host, place.port, timeout=SECONDS)
    except imaplib.IMAP4.error as fault:
        # The server greets with BYE (RFC 3501, 7.1.5): it is busy, and has not asked who we are.
        raise imaplib.IMAP4.abort("BYE") from fault
    # A password goes in clear to this machine only.
    if not _is_this_machine(place.host):
        connection.starttls(context)
    return connection


def sign_in(connection: imaplib.IMAP4, place: Place) -> None:
    """With PLAIN (RFC 4616), which takes every sign in UTF-8, or where there is none with LOGIN. IMAP4.error when refused."""
    if "AUTH=PLAIN" in connection.capabilities:
        connection.authenticate("PLAIN", lambda _challenge: f"\0{place.user}\0{place.password}".encode())
        return
    # imaplib's own takes ASCII only, and does not quote the name; what is bytes it sends as it is.
    values: list[Any] = [_quoted(place.user), _quoted(place.password)]
    state, said = connection.xatom("LOGIN", *values)
    if state != "OK":
        raise imaplib.IMAP4.error(said[-1])
    connection.state = "AUTH"


def _quoted(value: str) -> bytes:
    return b'"' + value.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
