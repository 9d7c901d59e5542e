"""A frozen edition does not move: not with the page, nor with what the page points at."""

from __future__ import annotations

import pytest
from django.db.models import ProtectedError

from kampanj.channels import email
from kampanj.content.exceptions import NotPublished, UnknownCampaign
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug
from kampanj.municipality.models import CampaignImage, SiteSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> CampaignPage:
    return campaign_by_slug("jag-trodde-aldrig")


def test_freezing_twice_gives_the_same_row(campaign: CampaignPage) -> None:
    assert Edition.freeze(campaign) == Edition.freeze(CampaignPage.objects.get(pk=campaign.pk))


def test_publishing_the_same_words_again_gives_the_same_fingerprint(campaign: CampaignPage) -> None:
    before = Edition.freeze(campaign).fingerprint
    campaign.save_revision().publish()
    assert Edition.freeze(CampaignPage.objects.get(pk=campaign.pk)).fingerprint == before


def test_another_place_among_its_siblings_is_no_new_edition(campaign: CampaignPage) -> None:
    before = Edition.freeze(campaign)
    place = campaign.path
    campaign.move(campaign.get_siblings(inclusive=False).first(), pos="left")
    moved = CampaignPage.objects.get(pk=campaign.pk)
    assert moved.path != place
    assert Edition.freeze(moved) == before


@pytest.mark.parametrize("field", ["description", "rights_holder", "licence"])
def test_what_is_said_of_a_picture_is_part_of_the_edition(campaign: CampaignPage, field: str) -> None:
    before = Edition.freeze(campaign)
    CampaignImage.objects.filter(pk=campaign.cover_image_id).update(**{field: "Något nytt"})
    assert Edition.freeze(campaign) != before


def test_a_changed_help_line_is_in_the_next_edition_only(campaign: CampaignPage) -> None:
    before = Edition.freeze(campaign)
    HelpLine.objects.filter(phone="020-91 91 91").update(phone="020-00 00 00")
    after = Edition.freeze(campaign)
    assert after != before
    for edition, number, other in ((before, "020-91 91 91", "020-00 00 00"), (after, "020-00 00 00", "020-91 91 91")):
        text = email.letter(Edition.objects.get(pk=edition.pk)).text
        assert number in text
        assert other not in text


def test_the_sender_is_frozen_too(campaign: CampaignPage) -> None:
    before = Edition.freeze(campaign)
    SiteSettings.objects.update(municipality_name="Nya kommunen")
    assert Edition.objects.get(pk=before.pk).municipality.municipality_name == "Strängnäs kommun"
    assert Edition.freeze(campaign).municipality.municipality_name == "Nya kommunen"


def test_a_draft_is_not_what_is_frozen(campaign: CampaignPage) -> None:
    campaign.title = "Bara ett utkast"
    campaign.save_revision()
    assert Edition.freeze(CampaignPage.objects.get(pk=campaign.pk)).campaign.title != "Bara ett utkast"


def test_an_unpublished_campaign_has_no_edition(campaign: CampaignPage) -> None:
    campaign.unpublish()
    with pytest.raises(NotPublished):
        Edition.freeze(CampaignPage.objects.get(pk=campaign.pk))


def test_what_has_been_frozen_is_protected_from_purging(campaign: CampaignPage) -> None:
    edition = Edition.freeze(campaign)
    with pytest.raises(ProtectedError):
        edition.revision.delete()


def test_a_slug_that_two_campaigns_have_chooses_neither(campaign: CampaignPage) -> None:
    campaign.copy(to=campaign.get_parent().get_parent(), update_attrs={"title": "En annan"})
    with pytest.raises(UnknownCampaign, match="jag-trodde-aldrig"):
        campaign_by_slug("jag-trodde-aldrig")
