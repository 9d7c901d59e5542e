"""Visits through the folder's code and the share texts' links: counted for their campaign, and told in its story."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kampanj.channels.print.code import code
from kampanj.channels.print.formats import A5
from kampanj.channels.print.typesetting import Typesetter
from kampanj.channels.social.sources import cards_of
from kampanj.channels.social.wording import caption
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug
from kampanj.distribution.handout.links import area_mark
from kampanj.distribution.handout.models import HandoutArea
from kampanj.followup.visits.campaigns import Through, through
from kampanj.followup.visits.models import VisitCount
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.handout.conftest import make_round
from tests.distribution.people import person
from tests.followup.visits.conftest import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> CampaignPage:
    return campaign_by_slug("jag-trodde-aldrig")


def addresses(page: CampaignPage) -> dict[str, str]:
    """The page's address as the folder and as a share text have it."""
    edition = Edition.of_published(page)
    shared = re.search(r"https?://\S+", caption(cards_of(edition)[0], edition))
    assert shared
    return {"folder": Typesetter(edition, A5).address, "delning": shared[0]}


def test_both_are_counted_in_every_language_and_named_in_the_story(client: Client, campaign: CampaignPage) -> None:
    english = campaign.get_translations().get(locale__language_code="en")
    for kind, number in (("folder", 7), ("delning", 3)):
        for page in (campaign, english):
            address = addresses(page)[kind]
            assert code(address)
            for _visit in range(number):
                opened(client, address)
    marks = set(VisitCount.objects.values_list("door", flat=True))
    assert marks == {f"{kind}-{page.pk}" for kind in ("folder-a5", "delning") for page in (campaign, english)}
    client.force_login(person("berattare", COMMUNICATOR))
    told = client.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/").content.decode()
    assert "14 besök genom folderns QR-kod" in told
    assert "6 besök genom delade länkar" in told
    told = client.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/sa-gick-det.csv").content.decode()
    assert "Besök genom foldern;14" in told


def test_folders_with_codes_of_their_own_are_folders_too(client: Client, campaign: CampaignPage) -> None:
    for own_codes, visits in ((True, 9), (False, 20)):
        handout = make_round(own_codes=own_codes)
        area = HandoutArea.objects.filter(round=handout).first()
        assert area
        VisitCount.objects.create(door=area_mark(area), day=handout.day, visits=visits, most=1200)
    VisitCount.objects.create(door=f"folder-a65-{campaign.pk}", day=timezone.localdate(), visits=4, most=100)
    assert through([campaign.pk]) == [Through("folder", 13)]
    client.force_login(person("berattare", COMMUNICATOR))
    assert "13 besök genom folderns QR-kod" in client.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/").content.decode()


def test_few_visits_are_not_shown(client: Client, campaign: CampaignPage) -> None:
    VisitCount.objects.create(door=f"folder-a4-{campaign.pk}", day=timezone.localdate(), visits=4, most=100)
    client.force_login(person("berattare", COMMUNICATOR))
    told = client.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/").content.decode()
    assert "så få besök genom folderns QR-kod" in told


@pytest.mark.parametrize("mark", ["folder-a9-{pk}", "folder-a5-999999", "folder-a5", "delning-999999", "delning-0{pk}"])
def test_what_is_no_campaign_s_is_not_counted(client: Client, campaign: CampaignPage, mark: str) -> None:
    opened(client, f"{campaign.get_url()}?via={mark.format(pk=campaign.pk)}")
    assert not VisitCount.objects.exists()


def test_a_page_that_cannot_be_read_has_no_entrance(client: Client, campaign: CampaignPage) -> None:
    address = addresses(campaign)["folder"]
    campaign.unpublish()
    shown: Any = opened(client, address)
    assert shown.status_code == 404
    assert not VisitCount.objects.exists()
