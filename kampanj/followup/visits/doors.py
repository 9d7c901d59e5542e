"""Which entrances there are. Each kind says of its own whether one is open, and how many visits a day can be true of it.

A kind is made known at start (`kampanj.apps`); letters are one, and whoever prints links adds another.
"""

from __future__ import annotations

from collections.abc import Callable

# What stands after the kind's name in the mark → the most visits a day; None: there is no such entrance, or its time is over.
MostADay = Callable[[str], int | None]

_kinds: dict[str, MostADay] = {}


def make_known(kind: str, most_a_day: MostADay) -> None:
    """Have marks that begin with `kind` and a hyphen be asked of `most_a_day`."""
    _kinds[kind] = most_a_day


def most_a_day(mark: str) -> int | None:
    """How many visits a day are believed of an entrance; None when nothing is counted there."""
    kind, _hyphen, rest = mark.partition("-")
    asked = _kinds.get(kind)
    return asked(rest) if asked else None
