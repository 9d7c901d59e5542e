"""The folder's code and the share texts' links as entrances: open as long as the campaign's page can be read.

Paper lies about for years, and what has been posted stays: neither has an end of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db.models import Sum

from kampanj.content.entrances import FOLDER, SHARED, folder_mark, share_mark
from kampanj.content.folder_formats import FolderFormat
from kampanj.content.models import CampaignPage
from kampanj.content.statistics.suppression import K
from kampanj.distribution.handout.links import area_mark
from kampanj.distribution.handout.models import HandoutArea
from kampanj.followup.visits.models import VisitCount

# A town's schools on the day of the hand-out, some times over. What is more than this, no reader has done.
MOST_A_DAY = 2000
_FOLDER = re.compile(rf"(?:{'|'.join(FolderFormat.values)})-([1-9][0-9]{{0,17}})")
_SHARED = re.compile(r"([1-9][0-9]{0,17})")


def most_a_day(rest: str, *, of: re.Pattern[str]) -> int | None:
    """MOST_A_DAY for what stands after the kind; None when it names no campaign that can be read."""
    found = of.fullmatch(rest)
    if found is None or not CampaignPage.objects.live().filter(pk=int(found[1])).exists():
        return None
    return MOST_A_DAY


KINDS: dict[str, Callable[[str], int | None]] = {
    FOLDER: partial(most_a_day, of=_FOLDER),
    SHARED: partial(most_a_day, of=_SHARED),
}


@dataclass(frozen=True)
class Through:
    """All visits that came to a campaign through one kind of entrance; None where they are so few that they are not shown."""

    kind: str
    visits: int | None


def through(campaigns: Iterable[int]) -> list[Through]:
    """The visits through FOLDER and SHARED of a campaign's pages (one for each language); a kind without visits is left out.

    Where each area of a hand-out has a folder of its own, FOLDER holds the areas' visits too (their sheets have the same code).
    """
    pages = list(campaigns)
    kinds = {folder_mark(form, page): FOLDER for page in pages for form in FolderFormat.values}
    kinds |= {share_mark(page): SHARED for page in pages}
    # A folder that was printed for one area has the area's code in place of the format's.
    own = HandoutArea.objects.filter(round__campaign__in=pages, round__own_codes=True)
    kinds |= {area_mark(area): FOLDER for area in own}
    counted = VisitCount.objects.filter(door__in=kinds).order_by().values_list("door").annotate(Sum("visits"))
    totals = dict.fromkeys((FOLDER, SHARED), 0)
    for door, number in counted:
        totals[kinds[door]] += number
    return [Through(kind, number if number >= K else None) for kind, number in totals.items() if number]
