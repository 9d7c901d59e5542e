"""Who must not be written to: suppressions (spärrar), which come and go here, and protected addresses, set by imports only.

A suppression with a topic is about letters on that topic; one without is about all letters.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kampanj.audience.models import ProtectedAddress, Suppression, Topic

SUPPRESSED = "suppressed"
PROTECTED = "protected"
# Well below the number of parameters that SQLite takes in one query.
BATCH = 5_000


def suppress(address_key: str, reason: str, *, topic: Topic | int | None = None, note: str = "") -> bool:
    """No more letters to this address, for a Suppression.Reason: about `topic` (itself or its primary key), or at all.

    False when that was so already; its note then stays. ValueError for a topic with a reason that is always for all.
    """
    why = Suppression.Reason(reason)
    if topic is not None and why not in Suppression.MAY_HAVE_TOPIC:
        raise ValueError(f"{why.value} is about the address, not about a topic.")
    _suppression, is_new = Suppression.objects.get_or_create(**_one(address_key, why, topic), defaults={"note": note})
    return is_new


def lift(address_key: str, reason: str, *, topic: Topic | int | None = None) -> bool:
    """Take back the suppression for this reason and topic (None: the one for all letters); others stay. False if none."""
    removed, _per_model = Suppression.objects.filter(**_one(address_key, Suppression.Reason(reason), topic)).delete()
    return removed > 0


def in_force(topic: Topic | int | None = None) -> Q:
    """Which suppressions count for a letter on `topic`: those for all letters and, with a topic, those for it."""
    for_all = Q(topic=None)
    return for_all if topic is None else for_all | Q(topic=topic)


def must_not_be_written_to(address_keys: Iterable[str], *, topic: Topic | int | None = None) -> dict[str, str]:
    """Those of the keys that no letter on `topic` may go to, each with SUPPRESSED or PROTECTED; PROTECTED where both hold.

    Two queries per 5,000 keys.
    """
    barred: dict[str, str] = {}
    keys = iter(set(address_keys))
    while batch := list(itertools.islice(keys, BATCH)):
        suppressions = Suppression.objects.filter(in_force(topic), address_key__in=batch)
        barred |= dict.fromkeys(suppressions.values_list("address_key", flat=True), SUPPRESSED)
        barred |= dict.fromkeys(
            ProtectedAddress.objects.filter(address_key__in=batch).values_list("address_key", flat=True), PROTECTED
        )
    return barred


def shown() -> QuerySet[Suppression]:
    """The suppressions that a screen or file may show.

    Of a protected address only what somebody has typed in by hand: whether it has ever unsubscribed or been written to
    would tell that the person is known here. So the answer is the same as for an address that nobody knows.
    """
    protected = Exists(ProtectedAddress.objects.filter(address_key=OuterRef("address_key")))
    return Suppression.objects.filter(Q(reason=Suppression.Reason.MANUAL) | ~protected)


def _one(address_key: str, reason: Suppression.Reason, topic: Topic | int | None) -> dict[str, Any]:
    """What the database lets be there once."""
    return {"address_key": address_key, "reason": reason, "topic_id": topic.pk if isinstance(topic, Topic) else topic}
