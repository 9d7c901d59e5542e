"""The one place that says whether a row's letter may still leave. Asked at the claim's end, for every few letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from kampanj.audience.models import Guardian, ProtectedAddress, SchoolContact, Suppression
from kampanj.audience.suppression import must_not_be_written_to
from kampanj.distribution.models import Approval, Delivery, MailingRun

if TYPE_CHECKING:
    from kampanj.distribution.states import Claimed


def still_wanted() -> Q:
    """Condition on deliveries: the mailing is being sent, and the letter may be sent to its recipient."""
    being_sent = MailingRun.objects.filter(mailing=OuterRef("mailing"), state=MailingRun.State.SENDING)
    return Exists(being_sent) & may_be_written_to()


def may_be_written_to() -> Q:
    """Condition on deliveries: nothing bars the address, and the recipient still has it.

    It says the same as `must_not_be_written_to` of the mailing's topic, as one condition in the database.
    """
    key = OuterRef("address_key")
    topic_of_mailing = Approval.objects.filter(mailing=OuterRef(OuterRef("mailing")), topic=OuterRef("topic"))
    suppressed = Suppression.objects.filter(Q(topic=None) | Exists(topic_of_mailing), address_key=key)
    protected = ProtectedAddress.objects.filter(address_key=key)
    as_guardian = Guardian.objects.filter(pk=OuterRef("guardian"), address_key=key)
    as_contact = SchoolContact.objects.filter(pk=OuterRef("contact"), address_key=key)
    return Q(~Exists(suppressed), ~Exists(protected), Q(Exists(as_guardian) | Exists(as_contact)))


def unwanted(rows: Sequence[Claimed]) -> set[int]:
    """Of rows that are no longer wanted, those to skip: barred, gone, or with another address by now. The others can wait."""
    by_topic: dict[int | None, list[Claimed]] = {}
    topics = dict(Approval.objects.filter(mailing__in={row.mailing_id for row in rows}).values_list("mailing_id", "topic_id"))
    for row in rows:
        by_topic.setdefault(topics.get(row.mailing_id), []).append(row)
    barred: set[int] = set()
    for topic, same in by_topic.items():
        keys = must_not_be_written_to((row.address_key for row in same), topic=topic)
        barred |= {row.pk for row in same if row.address_key in keys}
    recipients = Delivery.objects.filter(pk__in=[row.pk for row in rows]).values_list(
        "pk", "guardian__address_key", "contact__address_key"
    )
    keys_now = {pk: guardian or contact for pk, guardian, contact in recipients}
    return barred | {row.pk for row in rows if keys_now.get(row.pk) != row.address_key}
