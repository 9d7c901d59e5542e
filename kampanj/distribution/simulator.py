"""Addresses that behave: they take, refuse, put off and complain, and no letter ever leaves for them.

Their domain can exist nowhere (RFC 2606), so they are always at hand: for trial mode, demonstrations and rehearsals.
Whatever stands after a plus sign or a dash makes another recipient of the same kind: `bounce+17@simulator.example`.
"""

from __future__ import annotations

import re
from enum import StrEnum

from kampanj.audience.models import Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution.retry import Reply

DOMAIN = "simulator.example"
_OWN_PART = re.compile(r"[+-].*")


class Behaviour(StrEnum):
    """What the local part asks for."""

    SUCCESS = "success"
    BOUNCE = "bounce"
    DEFER = "defer"
    COMPLAIN = "complain"


_TAKEN = Reply(250, "2.0.0 taken by the simulator")
_REFUSED = Reply(550, "5.1.1 no such mailbox, says the simulator")
_PUT_OFF = Reply(451, "4.2.1 try again later, says the simulator")


def is_simulated(address: str) -> bool:
    """Whether the address is one of ours that no letter leaves for."""
    return address.rpartition("@")[2].strip().lower() == DOMAIN


def behaviour(address: str) -> Behaviour | None:
    """What a simulated address does; None for any other address. An unknown local part does not exist: it bounces."""
    if not is_simulated(address):
        return None
    written = _OWN_PART.sub("", address.strip().lower().rpartition("@")[0])
    return Behaviour(written) if written in list(Behaviour) else Behaviour.BOUNCE


def answer(address: str, *, attempts: int = 0) -> Reply | None:
    """What a relay would say of a letter to this address; None when it is a real one, whose letter must be sent.

    `attempts` is how many were made before: `defer` puts the first one off and takes the second.
    """
    asked = behaviour(address)
    if asked is None:
        return None
    if asked is Behaviour.BOUNCE:
        return _REFUSED
    return _PUT_OFF if asked is Behaviour.DEFER and attempts == 0 else _TAKEN


def complain(address: str, *, address_key: str) -> bool:
    """What follows a letter that was taken: `complain` reports it as junk mail; True when it did so now."""
    if behaviour(address) is not Behaviour.COMPLAIN:
        return False
    return suppress(address_key, Suppression.Reason.COMPLAINED)
