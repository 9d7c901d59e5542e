"""Looks that are logged once an hour: a list is drawn anew with every filter."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils import timezone

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record

HOUR = dt.timedelta(hours=1)


def record_once_an_hour(action: str, *, by: AbstractBaseUser | AnonymousUser, subject: str) -> None:
    """Write that `by` did `action` with `subject`, unless the last hour's log says so already."""
    recent = AudienceEvent.objects.filter(at__gte=timezone.now() - HOUR, actor_id=by.pk, action=action, subject=subject)
    if not recent.exists():
        record(action, by=by, subject=subject)
