"""A relay that does not answer: until when nobody asks it again, for how long every mailing waits, and how that is said.

One row of the database holds for all mailings and all processes. What the relay said is kept in the cache for the screens.
Another row says when it last took a letter, exact to half a minute.
"""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kampanj.distribution import states
from kampanj.distribution.sending.models import Meter

DOWN = "relay-down"
TAKEN = "relay-taken"
WAIT = dt.timedelta(minutes=1)
# How old the note of the last letter may be while letters are taken.
TAKEN_EVERY = dt.timedelta(seconds=30)
_SAID = "kampanj-relay-down"
_SAID_SECONDS = 120.0


def note_down(said: str) -> None:
    """The relay does not answer (`said` names nobody): it is asked again after WAIT."""
    Meter.objects.update_or_create(key=DOWN, defaults={"free_at": states.database_now() + WAIT})
    cache.set(_SAID, said, timeout=_SAID_SECONDS)


def note_works() -> None:
    """A letter was taken, by whichever process: nobody needs to wait."""
    noted = dict(Meter.objects.filter(key__in=(DOWN, TAKEN)).values_list("key", "free_at"))
    if DOWN in noted:
        Meter.objects.filter(key=DOWN).delete()
        cache.delete(_SAID)
    now = timezone.now()
    if TAKEN not in noted or abs(now - noted[TAKEN]) > TAKEN_EVERY:
        row = Meter(key=TAKEN, free_at=now)
        Meter.objects.bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["free_at"])


def last_taken_at() -> dt.datetime | None:
    """When the relay last took a letter, to half a minute; None when that is long ago (`meter.tidy`)."""
    return Meter.objects.filter(key=TAKEN).values_list("free_at", flat=True).first()


def asked_again_at() -> dt.datetime | None:
    """When a relay that does not answer is asked again, if that is still to come."""
    return Meter.objects.filter(key=DOWN, free_at__gt=states.database_now()).values_list("free_at", flat=True).first()


def relay_notes() -> list[str]:
    """What the screens say while the relay does not answer; empty when nothing is known against it."""
    again = asked_again_at()
    if again is None:
        return []
    time = formats.date_format(timezone.localtime(again), "H:i")
    said = cache.get(_SAID)
    if not said:
        return [_("The mail server does not answer. Next attempt at %(time)s.") % {"time": time}]
    return [_("The mail server does not answer: %(said)s. Next attempt at %(time)s.") % {"said": said.rstrip("."), "time": time}]
