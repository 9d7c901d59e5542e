"""When retention has taken what a figure was made of, the report says so and makes up no number."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from django.utils import timezone

from kampanj.audience.models import Child, School
from kampanj.distribution import clock
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.bounces.models import Answer
from kampanj.followup.models import Receipt
from kampanj.followup.reports.figures import figures_of
from kampanj.followup.reports.files import as_csv, as_json
from kampanj.followup.reports.sentences import reason, sentences
from kampanj.followup.rights import retention
from tests.distribution.rows import finish
from tests.followup.reports.test_report import family

pytestmark = pytest.mark.django_db


def years_later(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(days=days))


def test_what_is_kept_is_told_and_what_is_not_is_said_to_be_gone(mailing: Mailing) -> None:
    lost = list(mailing.deliveries.values_list("pk", flat=True)[:6])
    Delivery.objects.filter(pk__in=lost).update(state="bounced", smtp_reply="550 5.1.1 Unknown user")
    Answer.objects.create(digest="a", kind="complaint", mailing=mailing)
    before = figures_of(mailing)
    assert (before.complaints, before.links_are_kept) == (1, True)
    with years_later(100):
        retention.apply(timezone.now(), by=None)
        # The next school year's children, of whom this mailing knew nothing.
        Child.objects.all().delete()
        family(School.objects.create(code="90", name="Provskolan"), children=30)
        after = figures_of(mailing)
        told = json.loads(as_json(mailing, after))
        text = as_csv(mailing, after).decode()
        words = [f"{one.words} {one.advice}" for one in sentences(mailing, after)]
    assert (after.states, after.languages, after.first, after.last) == (
        before.states,
        before.languages,
        before.first,
        before.last,
    )
    assert after.unsubscribed == before.unsubscribed
    assert (after.reach, after.complaints, after.domains, after.links_are_kept) == (None, None, [], False)
    assert [(one.number, one.is_kept) for one in after.reasons] == [(6, False)]
    assert reason(after.reasons[0]) not in (reason(one) for one in before.reasons)
    assert told["reach"] is None
    assert "Barn;" not in text
    assert "example.org" not in text
    assert not any("30" in one for one in words)


def test_a_mailing_to_schools_does_not_say_that_it_reached_none() -> None:
    made = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    clock.start_due()
    finish(made)
    made = Mailing.objects.get(pk=made.pk)
    row = made.deliveries.select_related("contact").exclude(contact=None).first()
    assert row is not None
    assert row.contact is not None
    Receipt.objects.create(mailing=made, school=row.contact.school, channel="cc11", language="sv")
    assert (figures_of(made).schools_fetched, figures_of(made).schools_written) != (None, None)
    with years_later(100):
        retention.apply(timezone.now(), by=None)
        after = figures_of(made)
        words = " ".join(one.words for one in sentences(made, after))
    assert (after.schools_written, after.schools_fetched) == (None, 1)
    assert not words.startswith("Brevet har kommit fram till")
    assert after.states["sent"] == made.deliveries.count()
