"""The receipt: a school has fetched a form of a version. Who did it is not asked, and nobody's address is kept."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from kampanj.audience.models import School
from kampanj.content.models import Edition
from kampanj.followup.models import Receipt
from kampanj.followup.schools.opening import Visit
from kampanj.followup.schools.versions import version_of

# A double click, a download that was taken up again and two colleagues at the same moment are one fetch.
ONE_FETCH = dt.timedelta(minutes=10)
# ISO 639-2: several languages in one file.
SEVERAL = "mul"


def language_of(editions: tuple[Edition, ...]) -> str:
    """What a receipt says of the language: the edition's, or SEVERAL."""
    return editions[0].language if len(editions) == 1 else SEVERAL


def is_fetch(request: HttpRequest, first_byte: int) -> bool:
    """Whether an answer that begins at `first_byte` is a fetch: a GET of the beginning, not what a browser takes on a guess."""
    guesses = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and first_byte == 0 and "prefetch" not in guesses


@transaction.atomic
def note(visit: Visit, channel: str, editions: tuple[Edition, ...]) -> None:
    """Leave a receipt, unless the school fetched the very same within ONE_FETCH."""
    # One after the other, so that two requests at the same moment see each other; on SQLite every writer waits anyway.
    School.objects.select_for_update().get(pk=visit.school.pk)
    same = {
        "mailing": visit.mailing,
        "school": visit.school,
        "channel": channel,
        "language": language_of(editions),
        "version": version_of(*editions),
    }
    if not Receipt.objects.filter(**same, fetched_at__gt=timezone.now() - ONE_FETCH).exists():
        Receipt.objects.create(**same)
