"""A picture without consent or rights is neither published nor sent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from wagtail import hooks

from kampanj.content.exceptions import PictureNotCleared
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug
from kampanj.content.rights import uncleared
from kampanj.municipality.models import CampaignImage

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> CampaignPage:
    return campaign_by_slug("jag-trodde-aldrig")


def test_the_demonstration_campaign_is_cleared(campaign: CampaignPage) -> None:
    assert uncleared(campaign) == []


@pytest.mark.parametrize(
    "change", [{"consent": CampaignImage.Consent.MISSING}, {"rights_valid_until": dt.date(2020, 1, 1)}], ids=["consent", "rights"]
)
def test_a_cover_that_must_not_be_shown_stops_the_edition(campaign: CampaignPage, change: dict[str, object]) -> None:
    CampaignImage.objects.filter(pk=campaign.cover_image_id).update(**change)
    with pytest.raises(PictureNotCleared, match=campaign.cover_image.title):
        Edition.freeze(campaign)


def test_so_does_a_picture_inside_a_panel(campaign: CampaignPage) -> None:
    CampaignImage.objects.exclude(pk=campaign.cover_image_id).update(consent=CampaignImage.Consent.MISSING)
    with pytest.raises(PictureNotCleared):
        Edition.freeze(campaign)


def test_the_desk_does_not_publish_it(admin_client: Client, campaign: CampaignPage) -> None:
    CampaignImage.objects.filter(pk=campaign.cover_image_id).update(consent=CampaignImage.Consent.MISSING)
    request = admin_client.get("/admin/").wsgi_request
    answers = [hook(request, campaign) for hook in hooks.get_hooks("before_publish_page")]
    assert [answer.status_code for answer in answers if answer] == [302]
    assert campaign.cover_image.title in " ".join(map(str, get_messages(request)))


def test_a_new_file_of_a_picture_makes_a_new_edition(campaign: CampaignPage) -> None:
    first = Edition.freeze(campaign)
    CampaignImage.objects.filter(pk=campaign.cover_image_id).update(file_hash="0" * 40)
    assert Edition.freeze(campaign).fingerprint != first.fingerprint
