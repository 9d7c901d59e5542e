"""A mailing's figures as they stand: how many letters per state, language and school, and nobody who can be made out.

Groups of fewer than LEAST letters are put together, and one more with them when they are still too few. A letter that was not
sent because its address is barred counts as skipped, whatever the reason.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count

from kampanj.audience.models import Segment
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.progress import counts

LEAST = 5


def figures_of(mailing: Mailing) -> dict[str, Any]:
    """JSON-ready: `total`, `states`, `languages` and `schools`.

    Guardians' schools are counted by letter: one to a guardian with children at two schools counts at both. Of a mailing to
    schools the names are told, without figures.
    """
    states = counts(mailing)
    languages = dict(mailing.deliveries.order_by().values_list("language").annotate(Count("pk")))
    return {
        "total": sum(states.values()),
        "states": states,
        "languages": merged(languages),
        "schools": _schools(mailing),
        "least": LEAST,
    }


def merged(groups: dict[str, int]) -> dict[str, Any]:
    """`groups` of at least LEAST; `others`: how many groups are put together, and their letters (None: fewer than LEAST)."""
    by_size = sorted(groups.items(), key=lambda group: (group[1], group[0]))
    small = [group for group in by_size if group[1] < LEAST]
    large = by_size[len(small) :]
    while small and large and sum(number for _name, number in small) < LEAST:
        small.append(large.pop(0))
    together = sum(number for _name, number in small)
    return {
        "groups": dict(sorted(large)),
        "others": {"groups": len(small), "letters": together if together >= LEAST or not small else None},
    }


def _schools(mailing: Mailing) -> dict[str, Any]:
    written_to = mailing.deliveries.order_by()
    if mailing.approval.limits["kind"] == Segment.Kind.SCHOOLS:
        reached = written_to.exclude(contact=None).exclude(state=Delivery.State.SKIPPED)
        return {"names": sorted(set(reached.values_list("contact__school__name", flat=True)))}
    by_name = written_to.exclude(guardian__children=None).values_list("guardian__children__school__name")
    return merged(Counter(dict(by_name.annotate(Count("pk", distinct=True)))))
