"""Fan-out: from a segment to one delivery row per address, each in one language."""

from __future__ import annotations

import itertools

from django.utils import timezone

from kampanj.audience import selection
from kampanj.audience.models import Segment
from kampanj.distribution.models import Delivery, Mailing

BATCH = 2000


def fan_out(mailing: Mailing) -> int:
    """Insert the missing rows of an approved mailing; returns how many letters there are. Doing it again adds none.

    The recipients are those whom the segment, as it was approved, reaches now: one letter per address and per person
    (`selection.letters_within`). A language without an approved letter falls back to the campaign's own.
    """
    approval = mailing.approval
    limits = selection.Limits(**approval.limits)
    recipient = "contact_id" if limits.kind == Segment.Kind.SCHOOLS else "guardian_id"
    languages = set(approval.letters.values_list("language", flat=True))
    fallback = mailing.campaign.locale.language_code
    now = timezone.now()
    deliveries = (
        Delivery(
            mailing=mailing,
            address_key=letter["address_key"],
            language=letter["written_in"] if letter["written_in"] in languages else fallback,
            due=now,
            **{recipient: letter["recipient"]},
        )
        for letter in selection.letters_within(limits, topic=approval.topic_id).iterator(chunk_size=BATCH)
    )
    count = 0
    while batch := list(itertools.islice(deliveries, BATCH)):
        Delivery.objects.bulk_create(batch, ignore_conflicts=True)
        count += len(batch)
    return count
