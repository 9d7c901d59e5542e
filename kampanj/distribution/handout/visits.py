"""Visits through the areas' codes, as this room knows them: followup counts, and hands its numbers in at start."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kampanj.distribution.handout.models import HandoutArea

# Areas → their visits by primary key; None: so few that the number is not shown.
Numbers = Callable[[Iterable[HandoutArea]], dict[int, int | None]]

_numbers: list[Numbers] = []


def hand_in(numbers: Numbers) -> None:
    """Make known who counts (called once at start)."""
    _numbers[:] = [numbers]


def visits_of(areas: Iterable[HandoutArea]) -> dict[int, int | None]:
    """The visits of each area so far."""
    return _numbers[0](areas) if _numbers else {}
