"""Figures that a communicator makes public: frozen, shown on the page of promises in every language, and taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from kampanj.content.models import CampaignPage, HomePage
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.promises.models import PromisePeriodPage
from kampanj.followup.story.models import FigureKind, PublicFigure
from kampanj.followup.story.publishing import ACTION, make_public
from kampanj.followup.story.telling import story_of
from kampanj.followup.story.totals import Total
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, REGISTRAR
from tests.distribution.people import person
from tests.followup.story.conftest import visit

pytestmark = pytest.mark.django_db

Kind = FigureKind
PAGE = "/medborgarlofte-2022-2023/"


def publish(desk: Client, campaign: CampaignPage, *kinds: FigureKind, **more: str) -> str:
    answer = desk.post(
        f"/admin/kampanj/{campaign.pk}/sa-gick-det/offentligt/", {"figure": [kind.value for kind in kinds], **more}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


def read(page_client: type[Client], address: str = PAGE) -> str:
    answer = page_client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_figure_is_public_as_it_was_on_the_day_and_in_the_reader_s_language(
    desk: Client, page_client: type[Client], campaign: CampaignPage, guardians: Mailing
) -> None:
    visit(guardians, 1234)
    assert "figures__figure" not in read(page_client)
    with time_machine.travel(dt.datetime(2027, 1, 14, 12, tzinfo=dt.UTC)):
        desk.force_login(User.objects.get(username="berattare"))
        publish(desk, campaign, Kind.CHILDREN, Kind.VISITS)
    swedish, english = read(page_client), read(page_client, f"/en{PAGE}")
    assert "barn har minst en vuxen som har fått ett brev" in swedish
    assert ">1\u00a0234<" in swedish
    assert "Siffror från den 14 januari 2027" in swedish
    assert "children with at least one adult whom a letter has reached" in english
    assert ">1,234<" in english
    assert "As of 14 January 2027" in english
    assert 'href="/en/ung/jag-trodde-aldrig/"' in english
    assert "brev har kommit fram" not in swedish


@pytest.mark.parametrize("language", ["ar", "so", "uk"])
def test_readers_of_other_languages_read_it_in_theirs(
    language: str, campaign: CampaignPage, guardians: Mailing, communicator: User
) -> None:
    from django.utils import translation

    from kampanj.followup.promises.blocks import CampaignFiguresBlock

    make_public(campaign, story_of(campaign).totals, set(Kind), anew=False, by=communicator)
    block = CampaignFiguresBlock()
    value = block.to_python({"campaign": campaign.pk})
    drawn = {}
    for code in ("en", language):
        with translation.override(code):
            drawn[code] = block.render(value, context={"channel": "web", "language": code})
    for statement in ("children with", "letters delivered", "As of", "Source:", "Read the campaign"):
        assert statement in drawn["en"]
        assert statement not in drawn[language]


def test_a_figure_that_is_taken_back_is_gone_at_the_next_look(
    desk: Client, page_client: type[Client], campaign: CampaignPage, guardians: Mailing
) -> None:
    publish(desk, campaign, Kind.CHILDREN, Kind.LETTERS)
    kept = read(page_client)
    assert kept == read(page_client)
    assert "brev har kommit fram" in kept
    publish(desk, campaign, Kind.CHILDREN)
    assert "brev har kommit fram" not in read(page_client)
    assert "Ingen siffra från kampanjen är längre offentlig" in publish(desk, campaign)
    assert "figures" not in read(page_client)
    assert not PublicFigure.objects.exists()


def test_what_is_public_stays_as_it_was_until_somebody_asks_for_today_s_numbers(
    desk: Client, campaign: CampaignPage, guardians: Mailing
) -> None:
    publish(desk, campaign, Kind.LETTERS)
    before = PublicFigure.objects.get().number
    gone = guardians.deliveries.values_list("pk", flat=True)[:6]
    Delivery.objects.filter(pk__in=list(gone)).update(state=Delivery.State.BOUNCED)
    assert "Inget ändrades." in publish(desk, campaign, Kind.LETTERS)
    assert PublicFigure.objects.get().number == before
    publish(desk, campaign, Kind.LETTERS, anew="1")
    assert PublicFigure.objects.get().number == before - 6


def test_who_did_it_and_what_is_written_in_the_campaign_s_history(
    desk: Client, campaign: CampaignPage, guardians: Mailing, communicator: User
) -> None:
    publish(desk, campaign, Kind.LETTERS, Kind.CHILDREN)
    publish(desk, campaign, Kind.CHILDREN)
    first, second = PageLogEntry.objects.filter(action=ACTION, page=campaign.pk).order_by("timestamp")
    assert (first.user, second.user) == (communicator, communicator)
    assert first.data == {"public": ["children", "letters"], "taken_back": []}
    assert second.data == {"public": [], "taken_back": ["letters"]}
    assert not ModelLogEntry.objects.filter(action=ACTION).exists()
    one = PublicFigure.objects.get()
    assert (one.published_by, one.as_of) == (communicator, timezone.localdate())
    assert "Vilka av kampanjens siffror" in desk.get(f"/admin/pages/{campaign.pk}/history/").content.decode()


@pytest.mark.parametrize("role", [REGISTRAR])
def test_whoever_may_not_edit_the_campaign_neither_sees_the_boxes_nor_can_send_them(
    client: Client, campaign: CampaignPage, guardians: Mailing, role: str
) -> None:
    client.force_login(person("nagonannan", role))
    page = client.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/").content.decode()
    assert 'name="figure"' not in page
    sent = client.post(f"/admin/kampanj/{campaign.pk}/sa-gick-det/offentligt/", {"figure": ["letters"]})
    assert sent.status_code in (302, 403)
    assert not PublicFigure.objects.exists()


def test_whoever_may_edit_it_may(client: Client, campaign: CampaignPage, guardians: Mailing) -> None:
    client.force_login(person("granskare", APPROVER))
    publish(client, campaign, Kind.LETTERS)
    assert PublicFigure.objects.get().kind == Kind.LETTERS


def test_a_number_that_is_not_shown_can_not_become_public(
    desk: Client, campaign: CampaignPage, guardians: Mailing, communicator: User
) -> None:
    visit(guardians, 3)
    page = desk.get(f"/admin/kampanj/{campaign.pk}/sa-gick-det/").content.decode()
    assert 'value="visits" id="desk-figure-visits" disabled' in page
    assert "Inget ändrades." in publish(desk, campaign, Kind.VISITS)
    assert not make_public(campaign, [Total(Kind.VISITS, None)], {Kind.VISITS}, anew=True, by=communicator)
    publish(desk, campaign, Kind.CHILDREN, *(), figures="hittepå")
    assert list(PublicFigure.objects.values_list("kind", flat=True)) == ["children"]


def test_the_figures_belong_to_the_campaign_in_all_its_languages(
    desk: Client, campaign: CampaignPage, guardians: Mailing
) -> None:
    english = CampaignPage.objects.get(translation_key=campaign.translation_key, locale__language_code="en")
    assert {total.kind: total.number for total in story_of(english).totals} == {
        total.kind: total.number for total in story_of(campaign).totals
    }
    publish(desk, english, Kind.LETTERS)
    assert PublicFigure.objects.get().campaign_key == campaign.translation_key


def test_a_campaign_that_nobody_can_open_is_named_without_a_link(
    desk: Client, page_client: type[Client], campaign: CampaignPage, guardians: Mailing
) -> None:
    publish(desk, campaign, Kind.LETTERS)
    for page in CampaignPage.objects.filter(translation_key=campaign.translation_key):
        page.unpublish()
    shown = read(page_client)
    assert "Jag trodde aldrig…” i siffror" in shown
    assert "Läs kampanjen" not in shown


def test_an_editor_who_previews_the_page_is_told_why_nothing_is_there(campaign: CampaignPage) -> None:
    home = HomePage.objects.get(locale__language_code="sv")
    period = PromisePeriodPage.objects.child_of(home).get(first_year=2022)
    preview: Any = period.make_preview_request(preview_mode="")
    assert "Ingen siffra från kampanjen är offentlig." in preview.content.decode()
