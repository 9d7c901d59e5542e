"""What tasks note of what they have seen. A task that looks often writes seldom: when something is new, or once a minute."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from kampanj.followup.operations.models import Reading

BOUNCES = "bounces"
PACKAGES = "packages"
OF_MAILINGS = "left:"
EVERY = dt.timedelta(minutes=1)


def note(key: str, value: int = 0, *, words: str = "") -> None:
    """It was looked at now, and this was seen."""
    now = timezone.now()
    words = words[:300]
    last = Reading.objects.filter(pk=key).first()
    if last is None:
        Reading.objects.update_or_create(pk=key, defaults={"value": value, "words": words, "since": now, "at": now})
    elif (last.value, last.words) != (value, words):
        Reading.objects.filter(pk=key).update(value=value, words=words, since=now, at=now)
    elif now - last.at >= EVERY or last.at > now:
        Reading.objects.filter(pk=key).update(at=now)


def key_of(mailing: int) -> str:
    """Under which it is noted how many letters of a mailing are left."""
    return f"{OF_MAILINGS}{mailing}"


def note_left(mailing: int, left: int, *, has_reason: bool) -> Reading:
    """So many letters are left, and for standing there is a reason or not; returns the reading as it is now."""
    now = timezone.now()
    last = Reading.objects.filter(pk=key_of(mailing)).first()
    if last is None:
        return Reading.objects.update_or_create(pk=key_of(mailing), defaults={"value": left, "since": now, "at": now})[0]
    minutes = (now - last.at).total_seconds() / 60
    last.per_minute = max(0.0, (last.value - left) / minutes) if minutes > 0 else last.per_minute
    if has_reason or left != last.value or last.since > now:
        last.since = now
    last.value, last.at = left, now
    last.save()
    return last


def forget_mailings(*, but: list[int]) -> None:
    """Mailings that are no longer being sent are not looked at."""
    gone = Reading.objects.filter(pk__startswith=OF_MAILINGS).exclude(pk__in=[key_of(mailing) for mailing in but])
    gone.delete()
