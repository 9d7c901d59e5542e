"""Groups that are too small to be shown are put together, so that nobody can work one out from what is shown.

What is shown of a whole is a partition of it: every part has at least K, so that any sum or difference of parts has, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kampanj.content.statistics.suppression import K

Part = TypeVar("Part")


@dataclass(frozen=True)
class Partition(Generic[Part]):
    """`shown` one by one, `rest` only as a sum; both are empty when the whole is smaller than K."""

    shown: list[Part]
    rest: list[Part]


def partition(parts: Sequence[Part], size: Callable[[Part], int], *, kept_back: Sequence[Part] = ()) -> Partition[Part]:
    """The parts in their order; `kept_back` is always in the rest. The smallest go with the rest until it has K."""
    rest = [*kept_back, *(part for part in parts if size(part) < K)]
    shown = [part for part in parts if size(part) >= K]
    while shown and 0 < sum(map(size, rest)) < K:
        smallest = min(shown, key=size)
        shown.remove(smallest)
        rest.append(smallest)
    return Partition(shown, rest if sum(map(size, rest)) >= K else [])
