"""How many protected persons somebody has to think of by hand: numbers per source, small ones hidden."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from kampanj.audience.importing.models import RosterSource
from kampanj.audience.models import ProtectedAddress

# Below this, a number could point at somebody.
SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Protected:
    """A source and its number of protected addresses; None: fewer than five, or none."""

    source: str
    number: int | None


def per_source() -> list[Protected]:
    """Every source, by name, whether it protects anybody or not."""
    numbers = dict(ProtectedAddress.objects.order_by().values_list("source").annotate(Count("pk")))
    names = sorted({*numbers, *RosterSource.objects.values_list("name", flat=True)})
    return [Protected(name, number if (number := numbers.get(name, 0)) >= SMALLEST else None) for name in names]
