"""Trial mode: only chosen addresses get letters, and all the rest runs for real.

On when settings.TRIAL_ADDRESSES names somebody. What is kept back is skipped and says why; it is never counted as sent.
"""

from __future__ import annotations

import functools

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kampanj.audience.identity import AddressRefused, normalise_address
from kampanj.distribution import simulator


def is_on() -> bool:
    """Whether the installation is in trial mode."""
    return bool(settings.TRIAL_ADDRESSES)


def may_leave(address: str) -> bool:
    """Whether a letter to this address may leave the house now; asked before every letter, the tests' too.

    The simulator's addresses may always: nothing leaves for them.
    """
    return not is_on() or _plain(address) in _listed(tuple(settings.TRIAL_ADDRESSES)) or simulator.is_simulated(address)


def kept_back() -> str:
    """What the row of a letter that was kept back says, in the municipality's language whoever's is spoken."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("trial mode: not sent")


@functools.lru_cache(maxsize=4)
def _listed(addresses: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_plain(address) for address in addresses)


def _plain(address: str) -> str:
    """As addresses are compared; what is no address at all is only like itself."""
    try:
        return normalise_address(address)
    except AddressRefused:
        return address.strip().lower()
