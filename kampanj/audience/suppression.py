"""Who must not be written to: suppressions (spärrar), which come and go here, and protected addresses, set by imports only."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from kampanj.audience.models import ProtectedAddress, Suppression

SUPPRESSED = "suppressed"
PROTECTED = "protected"
# Well below the number of parameters that SQLite takes in one query.
BATCH = 5_000


def suppress(address_key: str, reason: str) -> bool:
    """No more letters to this address, for a Suppression.Reason; False when that was so already."""
    _suppression, is_new = Suppression.objects.get_or_create(address_key=address_key, reason=Suppression.Reason(reason))
    return is_new


def lift(address_key: str, reason: str) -> bool:
    """Take back the suppression for this reason; others stay. False when there was none."""
    removed, _per_model = Suppression.objects.filter(address_key=address_key, reason=Suppression.Reason(reason)).delete()
    return removed > 0


def must_not_be_written_to(address_keys: Iterable[str]) -> dict[str, str]:
    """Those of the keys that no letter may go to, each with SUPPRESSED or PROTECTED; PROTECTED where both hold.

    Two queries per 5,000 keys.
    """
    barred: dict[str, str] = {}
    keys = iter(set(address_keys))
    while batch := list(itertools.islice(keys, BATCH)):
        barred |= dict.fromkeys(
            Suppression.objects.filter(address_key__in=batch).values_list("address_key", flat=True), SUPPRESSED
        )
        barred |= dict.fromkeys(
            ProtectedAddress.objects.filter(address_key__in=batch).values_list("address_key", flat=True), PROTECTED
        )
    return barred
