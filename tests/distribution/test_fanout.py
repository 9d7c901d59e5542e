"""Fan-out: one row per letter, and the segment behind a mailing stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from kampanj.audience import selection
from kampanj.audience.models import Guardian, Segment
from kampanj.distribution.fanout import fan_out
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.plan import make_mailing

pytestmark = pytest.mark.django_db

SLUG = "jag-trodde-aldrig"


def approved(segment: str = "Alla vårdnadshavare") -> Mailing:
    return make_mailing(slug=SLUG, segment_name=segment, at=None, is_approved=True)


def test_there_are_as_many_rows_as_letters_and_no_more_the_second_time() -> None:
    mailing = approved()
    expected = selection.count(mailing.segment)
    assert fan_out(mailing) == fan_out(mailing) == Delivery.objects.filter(mailing=mailing).count() == expected > 0
    for delivery in Delivery.objects.select_related("guardian"):
        assert delivery.guardian is not None
        assert delivery.guardian.address_key == delivery.address_key


def test_school_contacts_get_theirs() -> None:
    mailing = approved("Alla skolor")
    assert fan_out(mailing) == selection.count(mailing.segment) > 0
    for delivery in Delivery.objects.select_related("contact"):
        assert delivery.contact is not None
        assert delivery.contact.address_key == delivery.address_key


def test_a_shared_address_gets_swedish_and_a_language_without_a_letter_the_campaigns_own() -> None:
    arabic, swedish, polish = (Guardian.objects.filter(language=code)[0] for code in ("ar", "sv", "en"))
    Guardian.objects.filter(pk=arabic.pk).update(address_key=swedish.address_key, email=swedish.email)
    Guardian.objects.filter(pk=polish.pk).update(language="pl")
    fan_out(approved())
    languages = dict(Delivery.objects.values_list("address_key", "language"))
    assert languages[swedish.address_key] == "sv"
    assert languages[polish.address_key] == "sv"
    assert set(languages.values()) >= {"sv", "ar", "en"}


def test_one_person_in_two_sources_gets_one_letter() -> None:
    first, second, *_others = {guardian.address_key: guardian for guardian in Guardian.objects.all()}.values()
    Guardian.objects.exclude(pk__in=[first.pk, second.pk]).delete()
    Guardian.objects.update(identity_key="same")
    Guardian.objects.filter(pk=second.pk).update(imported_at=timezone.now() + dt.timedelta(days=1))
    assert fan_out(approved()) == 1
    assert Delivery.objects.get().address_key == second.address_key


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_segment_that_a_mailing_uses_stays_and_the_desk_names_the_mailing(admin_client: Client, is_approved: bool) -> None:
    mailing = make_mailing(slug=SLUG, segment_name="Alla skolor", at=None, is_approved=is_approved)
    address = f"/admin/snippets/kampanj/segment/delete/{mailing.segment_id}/"
    for send in (admin_client.get, admin_client.post):
        answer = send(address, follow=True).content.decode()
        assert "”Alla skolor” kan inte tas bort" in answer
        assert mailing.name in answer
    assert Segment.objects.filter(pk=mailing.segment_id).exists()
