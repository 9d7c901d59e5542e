"""What becomes of deliveries when the audience's room says that somebody must not be written to, or has been erased."""

from __future__ import annotations

from typing import Any

from kampanj.audience import signals
from kampanj.distribution import states
from kampanj.distribution.models import Delivery


def connect() -> None:
    """Listen to the audience's room; called once at start."""
    signals.addresses_protected.connect(on_protected, dispatch_uid="kampanj.distribution.protected")
    signals.address_erased.connect(on_erased, dispatch_uid="kampanj.distribution.erased")


def on_protected(*, address_keys: frozenset[str], **kwargs: Any) -> None:
    """Take out what waits for these addresses, in the transaction that protects them: nothing of it can be claimed after."""
    states.take_out(address_keys)


def on_erased(*, address_key: str, **kwargs: Any) -> None:
    """Take out what waits, and cut every row's tie to the person; the row stays and counts."""
    states.take_out([address_key])
    Delivery.objects.filter(address_key=address_key).update(guardian=None)
