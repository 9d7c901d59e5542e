"""Where a request comes from: the network, as far as our own proxies vouch for it."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# Bits of an IPv6 address that all of a home's have in common (RIPE-690).
HOME = 56


def network_of(request: HttpRequest) -> str:
    """The IPv4 address or IPv6 /56 network that sent the request, as CIDR; empty when it cannot be read.

    X-Forwarded-For is believed only as far as settings.TRUSTED_PROXIES reaches from the right: what stands further left
    anybody may have written.
    """
    written = request.META.get("REMOTE_ADDR", "")
    passed_on = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if 0 < settings.TRUSTED_PROXIES <= len(passed_on):
        written = passed_on[-settings.TRUSTED_PROXIES]
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    return str(ipaddress.ip_network((address, HOME if address.version == 6 else 32), strict=False))


def address_of(request: HttpRequest) -> str | None:
    """The first address of the request's network, as libraries that keep an address want it; None when it cannot be read."""
    return network_of(request).partition("/")[0] or None
