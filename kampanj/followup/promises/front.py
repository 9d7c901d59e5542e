"""What the front page shows of promises: the latest period with its count, and the way to earlier ones."""

from __future__ import annotations

from dataclasses import dataclass

from kampanj.content.front_page import Shelf
from kampanj.content.models import HomePage
from kampanj.followup.promises.models import PromisePeriodPage, readable_periods


@dataclass(frozen=True)
class Periods:
    """The latest period, and those before it, newest first."""

    latest: PromisePeriodPage
    earlier: list[PromisePeriodPage]


def periods_of(page: HomePage) -> Periods | None:
    """The periods below the front page; None when no period is published."""
    latest, *earlier = [*readable_periods(page)] or [None]
    return Periods(latest, earlier) if latest else None


SHELF = Shelf("promises", "kampanj/web/front_promises.html", periods_of)
