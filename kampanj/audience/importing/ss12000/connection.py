"""Where the school system answers and who we are there, from the settings SS12000_…"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from kampanj.audience.importing.ss12000.exceptions import FetchStopped, Reason

REQUIRED = ("SS12000_URL", "SS12000_TOKEN_URL", "SS12000_CLIENT_ID", "SS12000_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class Connection:
    """Addresses without a final slash, and OAuth 2.0 client credentials. Raises FetchStopped for an address without TLS."""

    url: str
    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    scope: str = ""

    def __post_init__(self) -> None:
        _check_address("SS12000_URL", self.url)
        _check_address("SS12000_TOKEN_URL", self.token_url)

    @classmethod
    def from_settings(cls) -> Connection:
        """The installation's connection; FetchStopped when a setting is missing or cannot be used."""
        missing = [name for name in REQUIRED if not getattr(settings, name)]
        if missing:
            raise FetchStopped(
                _("Set %(names)s in .env, so that the school system can be asked.") % {"names": ", ".join(missing)},
                reason=Reason.SETTINGS,
            )
        return cls(
            url=settings.SS12000_URL.rstrip("/"),
            token_url=settings.SS12000_TOKEN_URL,
            client_id=settings.SS12000_CLIENT_ID,
            client_secret=settings.SS12000_CLIENT_SECRET,
            scope=settings.SS12000_SCOPE,
        )

    @property
    def is_on_this_machine(self) -> bool:
        """Whether both addresses are loopback ones: then no proxy stands between."""
        return all(_is_loopback(urlsplit(address).hostname or "") for address in (self.url, self.token_url))


def _check_address(name: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not host or not is_safe or parts.username is not None or parts.query or parts.fragment:
        raise FetchStopped(
            _("%(name)s cannot be used. Write an address that begins with https://, without user name and question mark.")
            % {"name": name},
            reason=Reason.SETTINGS,
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
