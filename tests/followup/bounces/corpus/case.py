"""A message of the corpus and the verdict that it must get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.followup.bounces.forms import Sent

Make = Callable[[Sent], bytes]


@dataclass(frozen=True)
class Case:
    """A message, its verdict, and whether it is certain whose letter it was (else nothing may be done)."""

    name: str
    kind: str
    make: Make
    is_ours: bool = True


CASES: list[Case] = []


def add(name: str, kind: str, make: Make, *, is_ours: bool = True) -> None:
    """Put a message into the corpus."""
    CASES.append(Case(name, kind, make, is_ours))
