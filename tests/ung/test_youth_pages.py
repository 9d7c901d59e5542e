"""Youth pages: help stands where it is needed, and a way out on what is sensitive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from kampanj.municipality.models import SiteSettings
from tests.web.reading import parsed, said, with_class
from ung.models import AdvicePage, TopicPage, YouthStartPage

pytestmark = pytest.mark.django_db

START, SENSITIVE, OTHER = "/ung/", "/ung/jag-mar-daligt/", "/ung/kompisen-roker-pa/"


def order_of(response: Any, *pieces: str) -> list[int]:
    html = response.content.decode()
    return [html.index(piece) for piece in pieces]


def test_help_stands_first_on_a_sensitive_page(client: Any) -> None:
    places = order_of(client.get(SENSITIVE), 'class="strip"', "<h1")
    assert places == sorted(places)


def test_help_follows_the_introduction_on_other_pages(client: Any) -> None:
    places = order_of(client.get(OTHER), "<h1", 'class="lead"', 'class="strip"', 'class="body"')
    assert places == sorted(places)


def test_the_quiet_bar_has_one_number_and_one_site(client: Any) -> None:
    links = [a.get("href") or "" for a in with_class(parsed(client.get(SENSITIVE)), "strip__link")]
    assert [address.split(":")[0] for address in links] == ["tel", "https"]


def test_only_a_sensitive_page_offers_a_way_out(client: Any) -> None:
    SiteSettings.objects.update(exit_url="https://example.org/weather")
    ways = {path: [a.get("href") for a in with_class(parsed(client.get(path)), "leave__link")] for path in (SENSITIVE, OTHER)}
    assert ways == {SENSITIVE: ["https://example.org/weather"], OTHER: []}


def test_marking_a_page_as_sensitive_moves_the_help(client: Any) -> None:
    AdvicePage.objects.filter(slug="kompisen-roker-pa").update(is_sensitive=True)
    places = order_of(client.get(OTHER), 'class="strip"', "<h1")
    assert places == sorted(places)


def test_the_start_leads_to_advice_and_campaigns_in_sentences(client: Any) -> None:
    links = {a.get("href"): said(a) for a in with_class(parsed(client.get(START)), "card__link")}
    assert {SENSITIVE, OTHER, "/ung/jag-trodde-aldrig/"} <= set(links)
    start = YouthStartPage.objects.get(locale__language_code="sv")
    for page in AdvicePage.objects.child_of(start):
        assert page.introduction in links[page.get_url()]


def test_the_start_shows_topics_first(client: Any) -> None:
    addresses = [a.get("href") for a in with_class(parsed(client.get(START)), "card__link")]
    topics = [page.url for page in TopicPage.objects.filter(locale__language_code="sv").order_by("path")]
    assert topics
    assert addresses[: len(topics)] == topics


def test_the_start_shows_all_lines_of_the_strip_emergency_first(client: Any) -> None:
    links = with_class(parsed(client.get(START)), "lines__link")
    chosen = YouthStartPage.objects.get(locale__language_code="sv").strip_lines.count()
    assert len(links) == chosen
    assert "is-urgent" in links[0].get("class")


@pytest.mark.parametrize("path", [SENSITIVE, OTHER, "/ung/jag-trodde-aldrig/"])
def test_every_page_below_leads_back_to_the_start(client: Any, path: str) -> None:
    back = [a.get("href") for nav in with_class(parsed(client.get(path)), "back") for a in nav.iter("a")]
    assert back == [START]


def test_an_unpublished_advice_page_is_in_no_list(client: Any) -> None:
    AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv").unpublish()
    assert OTHER not in client.get(START).content.decode()


def test_the_first_picture_of_a_page_does_not_wait(client: Any) -> None:
    images = [img for figure in with_class(parsed(client.get(OTHER)), "picture") for img in figure.iter("img")]
    assert [img.get("loading") for img in images] == [None, *["lazy"] * (len(images) - 1)]


# --- Pages that have been ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("below", "status"), [("", 410), ("lattlast/", 410), ("annat/", 404)])
def test_what_lies_below_a_page_is_gone_with_it_before_and_after_the_clock(client: Any, below: str, status: int) -> None:
    page = AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv")
    AdvicePage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    assert client.get(OTHER + below).status_code == status
    call_command("publish_scheduled")
    assert not AdvicePage.objects.get(pk=page.pk).live
    assert client.get(OTHER + below).status_code == status


def test_a_draft_has_nothing_below_it(client: Any) -> None:
    AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv").unpublish()
    assert [client.get(path).status_code for path in (OTHER, f"{OTHER}lattlast/")] == [404, 404]


def way_back(client: Any, path: str) -> list[str | None]:
    return [a.get("href") for nav in with_class(parsed(client.get(path)), "back") for a in nav.iter("a")]


@pytest.mark.parametrize("taken_away", [{"live": False}, {"expire_at": datetime(2021, 1, 1, tzinfo=UTC)}])
def test_the_way_back_leads_to_what_can_be_opened(client: Any, taken_away: dict[str, Any]) -> None:
    start = YouthStartPage.objects.get(locale__language_code="sv")
    topic = start.add_child(instance=TopicPage(title="Ämne", slug="amne", introduction="Om.", locale=start.locale))
    advice = topic.add_child(instance=AdvicePage(title="Råd", slug="rad", introduction="Kort.", locale=start.locale))
    assert way_back(client, f"{advice.url}?a") == ["/ung/amne/"]
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{advice.url}?b")
    Page.objects.filter(pk=topic.pk).update(**taken_away)
    with CaptureQueriesContext(connection) as asked_now:
        assert way_back(client, f"{advice.url}?c") == ["/ung/"]
    assert len(asked_now) == len(asked)
    Page.objects.filter(pk=start.pk).update(**taken_away)
    assert way_back(client, f"{advice.url}?d") == []
