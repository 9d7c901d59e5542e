"""Areas of a hand-out as entrances: one for each area's QR code, on its sheet and on a folder of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.db.models import Sum
from django.utils import timezone

from kampanj.content.statistics.suppression import K
from kampanj.distribution.handout.links import AREA, area_mark
from kampanj.distribution.handout.models import HandoutArea
from kampanj.followup.visits.models import VisitCount

KIND = AREA
# A folder lies on a kitchen table for a while, as a letter is kept.
OPEN_FOR = dt.timedelta(days=400)
# A household reads it together and opens it again. What is more than this, no reader has done.
PER_FOLDER, AT_LEAST = 3, 200
_KEY = re.compile(r"[1-9][0-9]{0,17}")


def most_a_day(key: str) -> int | None:
    """Three visits a day for each folder of the area (at least 200); None for no area, or for one handed out long ago."""
    if not _KEY.fullmatch(key):
        return None
    since = timezone.localdate() - OPEN_FOR
    quantity = HandoutArea.objects.filter(pk=int(key), round__day__gte=since).values_list("quantity", flat=True).first()
    return None if quantity is None else max(AT_LEAST, PER_FOLDER * quantity)


def visits_of(areas: Iterable[HandoutArea]) -> dict[int, int | None]:
    """Each area's visits by its primary key; None where so few visits were made, or so few folders handed out, that the number
    could say something of one reader. One query."""
    marks = {area_mark(area): area for area in areas}
    rows = VisitCount.objects.filter(door__in=marks).order_by().values_list("door").annotate(Sum("visits"))
    found = dict(rows)
    return {area.pk: _shown(found.get(mark, 0), area) for mark, area in marks.items()}


def _shown(visits: int, area: HandoutArea) -> int | None:
    return None if area.quantity < K or 0 < visits < K else visits
