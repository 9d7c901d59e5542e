"""Fan-out: from a segment to one delivery row per address, each in one language."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from kampanj.audience import selection
from kampanj.audience.models import Guardian
from kampanj.distribution.models import Delivery, Mailing

BATCH = 2000


def fan_out(mailing: Mailing) -> int:
    """Insert the missing rows of an approved mailing; returns how many addresses there are. Doing it again adds none.

    The recipients are those whom the segment, as it was approved, reaches now; whoever wants no letters on the mailing's
    topic is none of them.

    An address shared by several people gets one letter; its language is that of the person who was read in first. A
    language without an approved letter falls back to the campaign's own.
    """
    languages = set(mailing.approval.letters.values_list("language", flat=True))
    fallback = mailing.campaign.locale.language_code
    seen: set[str] = set()
    batch: list[Delivery] = []
    now = timezone.now()
    for recipient in _recipients(mailing):
        if recipient.address_key in seen:
            continue
        seen.add(recipient.address_key)
        is_guardian = isinstance(recipient, Guardian)
        batch.append(
            Delivery(
                mailing=mailing,
                address_key=recipient.address_key,
                guardian=recipient if is_guardian else None,
                contact=None if is_guardian else recipient,
                language=recipient.language if recipient.language in languages else fallback,
                due=now,
            )
        )
        if len(batch) == BATCH:
            Delivery.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    Delivery.objects.bulk_create(batch, ignore_conflicts=True)
    return len(seen)


def _recipients(mailing: Mailing) -> Iterator:
    limits = selection.Limits(**mailing.approval.limits)
    return selection.recipients_within(limits, topic=mailing.approval.topic_id).order_by("pk").iterator(chunk_size=BATCH)
