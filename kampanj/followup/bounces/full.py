"""A full mailbox is no missing one. Only one that nobody empties for months gets no more letters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.audience.models import Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution.models import Delivery
from kampanj.followup.bounces.models import FullMailbox

# So many letters, of which the first and the last lie so far apart, and none arrived in between.
LETTERS = 3
APART = dt.timedelta(days=30)
# Older ones say nothing of today.
REMEMBERED = dt.timedelta(days=365)
# A letter that has not come back after this has arrived.
SETTLED = dt.timedelta(days=5)


def on_full(*, delivery_id: int, **kwargs: Any) -> None:
    """The mail server has said so before it took the letter."""
    count(Delivery.objects.get(pk=delivery_id))


def count(delivery: Delivery) -> bool:
    """Note that the letter did not arrive for a full mailbox; True when that makes the address one to be left alone."""
    now = timezone.now()
    FullMailbox.objects.get_or_create(delivery=delivery, defaults={"address_key": delivery.address_key, "at": now})
    noted = FullMailbox.objects.filter(address_key=delivery.address_key, at__gt=now - REMEMBERED).order_by("at")
    moments = list(noted.values_list("at", flat=True))
    if len(moments) < LETTERS:
        return False
    arrived = _last_arrived(delivery.address_key, now)
    since = [at for at in moments if at > arrived]
    if len(since) < LETTERS or since[-1] - since[0] < APART:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        note = _("The mailbox has been full for a long time.")
    return suppress(delivery.address_key, Suppression.Reason.ADDRESS_GONE, note=note)


def _last_arrived(address_key: str, now: dt.datetime) -> dt.datetime:
    """When a letter to the address last arrived, as far as is known; long ago when none has."""
    arrived = Delivery.objects.filter(address_key=address_key, state=Delivery.State.SENT, finished_at__lt=now - SETTLED)
    last = arrived.order_by("-finished_at").values_list("finished_at", flat=True).first()
    return last or now - REMEMBERED * 2
