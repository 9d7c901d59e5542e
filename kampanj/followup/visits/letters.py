"""Letters as an entrance: one for each mailing, open from its first letter on, for as long as anybody reads it."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from kampanj.content.statistics.suppression import K
from kampanj.distribution.links import LETTER, letter_mark
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.followup.visits.models import VisitCount

KIND = LETTER
# A school year and some: letters are kept and found again.
OPEN_FOR = dt.timedelta(days=400)
# A letter is passed on and opened again. What is more than this, no reader has done: somebody plays with the number.
PER_LETTER, AT_LEAST = 5, 200
_KEY = re.compile(r"[1-9][0-9]{0,17}")


def most_a_day(key: str) -> int | None:
    """Five visits a day for each letter (at least 200); None for a mailing that has not begun, or did so long ago."""
    if not _KEY.fullmatch(key):
        return None
    since = timezone.now() - OPEN_FOR
    if not MailingRun.objects.filter(mailing=int(key), started_at__gte=since).exists():
        return None
    return max(AT_LEAST, PER_LETTER * Delivery.objects.filter(mailing=int(key)).count())


def visits_through(mailing_id: int) -> Coalesce:
    """All visits through the links of a mailing's letters, as a part of a query about something else."""
    days = VisitCount.objects.filter(door=letter_mark(mailing_id)).order_by().values("door")
    return Coalesce(Subquery(days.annotate(all=Sum("visits")).values("all")), 0)


def shown(visits: int, *, letters: int) -> int | None:
    """The visits; None where so few letters have left, or so few visits been made, that it could say something of one reader."""
    return None if letters < K or 0 < visits < K else visits
