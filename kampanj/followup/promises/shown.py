"""A period as the reader meets it: its promises numbered, each with the pages that it points at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.models import Page

from kampanj.followup.promises.outcome import Outcome

if TYPE_CHECKING:
    from kampanj.followup.promises.models import PromisePeriodPage


@dataclass(frozen=True)
class Pointer:
    """A page that a promise points at: `page` to link to, or None when it has ended and only its title is left."""

    title: str
    page: Page | None


@dataclass(frozen=True)
class ShownPromise:
    """One promise; `number` counts through all groups, `result` is a stream of body blocks."""

    number: int
    words: str
    outcome: Outcome
    result: Any
    pointers: list[Pointer]

    @property
    def anchor(self) -> str:
        """The fragment under which the promise is shared; stands within what opens, so that browsers open it."""
        return f"lofte-{self.number}"


@dataclass(frozen=True)
class ShownGroup:
    """A heading and its promises."""

    heading: str
    promises: list[ShownPromise]


def shown_groups(period: PromisePeriodPage) -> list[ShownGroup]:
    """The period's groups in their order; the pages of all promises are looked up together."""
    chosen = [page for group in period.groups for promise in group.value["promises"] for page in _pages(promise)]
    pointers = _pointers(chosen, period)
    groups: list[ShownGroup] = []
    number = 0
    for group in period.groups:
        promises = []
        for promise in group.value["promises"]:
            number += 1
            promises.append(
                ShownPromise(
                    number=number,
                    words=promise["promise"],
                    outcome=Outcome(promise["outcome"]),
                    result=promise["result"],
                    pointers=[pointers[page.pk] for page in _pages(promise) if page.pk in pointers],
                )
            )
        groups.append(ShownGroup(group.value["heading"], promises))
    return groups


def _pages(promise: Any) -> list[Page]:
    """The chosen pages that still exist."""
    return [page for page in promise["pages"] if page is not None]


def _pointers(chosen: Iterable[Page], period: PromisePeriodPage) -> dict[int, Pointer]:
    """A pointer for each chosen page by its key, in the period's language where the page is read in it.

    A page that was never published, or that not everybody may read, is left out: its title is nobody's business yet.
    """
    pages = {page.pk: page for page in chosen}
    if not pages:
        return {}
    keys = {page.translation_key for page in pages.values()}
    now = timezone.now()
    readable = Page.objects.filter(translation_key__in=keys).live().public().exclude(expire_at__lte=now).select_related("locale")
    by_place: dict[tuple[uuid.UUID, int], Page] = {(page.translation_key, page.locale_id): page for page in readable}
    pointers = {}
    for pk, page in pages.items():
        place = (page.translation_key, period.locale_id), (page.translation_key, page.locale_id)
        shown = by_place.get(place[0]) or by_place.get(place[1])
        has_ended = page.first_published_at and (not page.live or (page.expire_at and page.expire_at <= now))
        if shown is not None:
            pointers[pk] = Pointer(shown.title, shown)
        elif has_ended:
            pointers[pk] = Pointer(page.title, None)
    return pointers
