"""One mailing's rows, a page at a time: by keys, so that the last page of a hundred thousand costs what the first does.

The order is that of the address keys, which is no order at all: it tells nothing of whom a row stands next to.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from kampanj.audience.identity import address_key, normalise_address
from kampanj.distribution.deliveries.shown import showable, whole_address
from kampanj.distribution.models import Delivery, Mailing

PER_PAGE = 50
# No primary key is longer, and no database takes much longer ones.
KEY_DIGITS = 18


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed to; an empty string means all."""

    state: str = ""
    language: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Chosen:
        """From the address; what is no state is passed over."""
        state = query.get("state", "")
        return cls(state if state in Delivery.State.values else "", query.get("language", "").replace("\0", "")[:12])


@dataclass(frozen=True)
class Page:
    """Rows from `showable`, and the keys of those that the neighbouring pages begin from (None: there is no such page)."""

    rows: list[Delivery]
    before: int | None
    after: int | None


def chosen_rows(mailing: Mailing, chosen: Chosen) -> QuerySet[Delivery]:
    """The rows that fit, in the list's order. A skipped row has no language here: it must say nothing of its recipient."""
    rows = showable(mailing.deliveries.order_by("address_key"))
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.language:
        rows = rows.filter(language=chosen.language).exclude(state=Delivery.State.SKIPPED)
    return rows


def page_of(mailing: Mailing, rows: QuerySet[Delivery], query: QueryDict) -> Page:
    """The page that `?after=` or `?before=` (primary keys of rows) asks for; the first when they say nothing of use."""
    before, after = _place(mailing, query.get("before", "")), _place(mailing, query.get("after", ""))
    if before:
        found = list(rows.filter(address_key__lt=before).order_by("-address_key")[: PER_PAGE + 1])
        shown = found[:PER_PAGE][::-1]
        if shown:
            return Page(shown, shown[0].pk if len(found) > PER_PAGE else None, shown[-1].pk)
    found = list((rows.filter(address_key__gt=after) if after else rows)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    return Page(shown, shown[0].pk if after and shown else None, shown[-1].pk if len(found) > PER_PAGE else None)


def _place(mailing: Mailing, written: str) -> str:
    if not written.isdecimal() or len(written) > KEY_DIGITS:
        return ""
    return mailing.deliveries.filter(pk=int(written)).values_list("address_key", flat=True).first() or ""


def found_by_address(mailing: Mailing, address: str) -> Delivery | None:
    """The row of exactly this address; AddressRefused for what is no address.

    None when there is none, and also when its address must not be shown any more: who is looked for must not turn out to be
    protected, or erased.
    """
    key = address_key(normalise_address(address))
    row = showable(mailing.deliveries.filter(address_key=key)).first()
    return row if row and whole_address(row) else None
