"""Mailings to schools for tests: approved by somebody else, with a reminder, sent to everybody or nearly."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from kampanj.audience.models import School
from kampanj.distribution import clock
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.models import Receipt
from kampanj.municipality.models import User
from tests.distribution.people import approve, requested_by
from tests.distribution.rows import finish

SCHOOLS = "Alla skolor"


def sent_to_schools(author: User, approver: User, *, days: int | None = 5) -> Mailing:
    """A mailing to all schools that has left in whole, with a reminder after so many days."""
    mailing = approve(requested_by(author, segment=SCHOOLS, remind_after_days=days), approver)
    clock.start_due()
    finish(mailing)
    clock.finish_done()
    return Mailing.objects.get(pk=mailing.pk)


def fetch(mailing: Mailing, school: School, *, language: str = "sv", at: dt.datetime | None = None) -> Receipt:
    """The school fetches what was approved with the mailing, in a language."""
    letter = mailing.approval.letters.get(language=language)
    return Receipt.objects.create(
        mailing=mailing.follows or mailing,
        school=school,
        channel="cc11",
        language=language,
        version=letter.edition.fingerprint,
        fetched_at=at or timezone.now(),
    )


def schools_written_to(mailing: Mailing) -> list[str]:
    """The names of the schools that have a row in the mailing, each once."""
    rows = Delivery.objects.filter(mailing=mailing).exclude(state=Delivery.State.SKIPPED)
    return sorted(set(rows.values_list("contact__school__name", flat=True)))
