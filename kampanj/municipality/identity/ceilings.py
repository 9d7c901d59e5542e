"""How many wrong attempts a name bears: from one network, from the networks about it, and from everywhere (django-axes' handler).

Whoever guesses from many networks is slowed down, to about one attempt a minute for the name, but cannot keep its owner out: she
comes in from every network from which she has signed in before, where only that network's own attempts count, and from anywhere
else when a minute has passed without an attempt. (NIST SP 800-63B, rate limiting; OWASP, “Slow Down Online Guessing Attacks with
Device Cookies”, of which networks are the part that needs no cookie.)
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from kampanj.municipality.identity.names import written
from kampanj.municipality.keys import recognition_key
from kampanj.municipality.models import KnownNetwork, User
from kampanj.municipality.network import address_of

# Wrong attempts with a name within the quarter of an hour that axes remembers.
FROM_NEIGHBOURS, FROM_EVERYWHERE = 15, 25
# What an organisation is given of IPv6 (RIPE-690); its own networks are smaller (`municipality/network.py`).
NEIGHBOURHOOD = 48
# Between two attempts from unknown networks with a name that has had too many.
PACE = dt.timedelta(minutes=1)
# Days since somebody signed in there that a network is known.
KNOWN_DAYS = 90


@dataclass(frozen=True)
class Tried:
    """Wrong attempts with one name from one network; `at` is the last one's time."""

    network: str | None
    failures: int
    at: dt.datetime


class CeilingHandler(AxesDatabaseHandler):
    """Axes' own counting, with the ceilings above it."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """The failures of this name from this network; at least the limit when a wider ceiling holds."""
        name, here = get_client_username(request, credentials), request.axes_ip_address
        rows = AccessAttempt.objects.filter(username=name, attempt_time__gte=get_cool_off_threshold(request))
        tried = [Tried(*row) for row in rows.values_list("ip_address", "failures_since_start", "attempt_time")]
        own = sum(one.failures for one in tried if one.network == here)
        if _is_slowed(tried, here) and not _is_known(request, written(request, credentials)):
            return max(own, get_failure_limit(request, credentials))
        return own


def _is_slowed(tried: Iterable[Tried], here: str | None) -> bool:
    everywhere = list(tried)
    near = [one for one in everywhere if here and _neighbourhood(one.network) == _neighbourhood(here)]
    return any(
        sum(one.failures for one in counted) >= most and max(one.at for one in counted) > timezone.now() - PACE
        for counted, most in ((near, FROM_NEIGHBOURS), (everywhere, FROM_EVERYWHERE))
        if counted
    )


def _neighbourhood(network: str | None) -> str:
    """What is about a network; of IPv4 it is the address alone, for neighbours there have nothing to do with each other."""
    if not network:
        return ""
    address = ipaddress.ip_address(network)
    return str(ipaddress.ip_network((address, NEIGHBOURHOOD if address.version == 6 else 32), strict=False))


def _is_known(request: HttpRequest, name: str) -> bool:
    """Whether the name's owner has signed in from the request's network of late."""
    here = _hashed(request)
    since = timezone.localdate() - dt.timedelta(days=KNOWN_DAYS)
    return bool(here) and KnownNetwork.objects.filter(user__username=name, network=here, used_on__gte=since).exists()


def forgotten() -> QuerySet[KnownNetwork]:
    """Networks that nobody has signed in from for so long that they count no more."""
    return KnownNetwork.objects.filter(used_on__lt=timezone.localdate() - dt.timedelta(days=KNOWN_DAYS))


def _hashed(request: HttpRequest) -> str:
    """The request's network as it is kept: 32 hexadecimal digits, empty when it cannot be read."""
    address = address_of(request)
    if address is None:
        return ""
    return hmac.new(recognition_key().encode(), b"known network\0" + address.encode(), hashlib.sha256).hexdigest()[:32]


def remember(sender: type[User], request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Know the network from now on (receiver of `user_logged_in`)."""
    here = _hashed(request) if request is not None else ""
    if here and isinstance(user, User):
        KnownNetwork.objects.update_or_create(user=user, network=here, defaults={"used_on": timezone.localdate()})
