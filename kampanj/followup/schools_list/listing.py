"""What the list of schools is narrowed to, and in which order it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kampanj.followup.schools_list.rows import Row, Standing

PER_PAGE = 100
OLDER = "older"
REMINDED = "reminded"
SHOWN: tuple[tuple[str, Promise | str], ...] = (
    *Standing.choices,
    (OLDER, _("has an older version")),
    (REMINDED, _("reminded")),
)
# What each order is called, and by what it goes; the name comes after it.
ORDERS: dict[str, tuple[Promise, Callable[[Row], Any]]] = {
    "name": (_("Name"), lambda row: row.school.name.casefold()),
    "standing": (_("State"), lambda row: Standing.values.index(row.standing)),
    "fetched": (_("Fetched last"), lambda row: -row.newest.fetched_at.timestamp() if row.newest else 0),
    "platform": (_("Learning platform"), lambda row: row.platform.casefold()),
}


@dataclass(frozen=True)
class Chosen:
    """An empty `show` means all schools."""

    show: str = ""
    order: str = "name"

    @classmethod
    def read(cls, query: QueryDict) -> Chosen:
        """From the address; what means nothing is passed over."""
        show, order = query.get("show", ""), query.get("order", "")
        return cls(show if show in dict(SHOWN) else "", order if order in ORDERS else "name")

    def of(self, rows: list[Row]) -> list[Row]:
        """The rows that fit, in order; `rows` stand by name."""
        return sorted((row for row in rows if self._fits(row)), key=ORDERS[self.order][1])

    def _fits(self, row: Row) -> bool:
        if self.show == OLDER:
            return row.has_older
        if self.show == REMINDED:
            return row.reminded_at is not None
        return self.show in ("", row.standing)
