"""A period as the reader meets it: its promises numbered, each with the pages that it points at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.models import Page

from kampanj.content.readable import readable_now
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
    foreign = [page.translation_key for page in pages.values() if page.locale_id != period.locale_id]
    translated = {}
    if foreign:
        own_language = Page.objects.filter(translation_key__in=foreign, locale_id=period.locale_id, alias_of=None)
        translated = {page.translation_key: page for page in readable_now(own_language)}
    pointers = {}
    for pk, page in pages.items():
        ended = not page.live or bool(page.expire_at and page.expire_at <= timezone.now())
        shown = translated.get(page.translation_key, page)
        if shown is not page or not (ended or getattr(page, "is_restricted", False)):
            pointers[pk] = Pointer(shown.title, shown)
        elif ended and page.first_published_at and not getattr(page, "is_restricted", False):
            pointers[pk] = Pointer(page.title, None)
    return pointers
