"""Films: shown with captions and words, for their time and not a second longer; the file answers as the page does."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Locator
from wagtail.models import Page, PageViewRestriction

from kampanj.content.readable import readable_now
from kampanj.management.demo import film_slides
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import User
from tests.installation import copy_of_template
from tests.ung.filming import files_of
from tests.web.reading import parsed, said, with_class
from ung.models import FilmPage

START, ADVICE, NET, OLD = "/ung/", "/ung/kompisen-roker-pa/", "/ung/livet-pa-natet/", "/ung/maria-dufva-2021/"
# The page cache forgets a page when its moment has passed.
A_MOMENT = timedelta(milliseconds=1)


# --- The page -----------------------------------------------------------------------------------------------------------


def test_the_film_is_shown_with_captions_and_its_facts(client: Client, page: FilmPage) -> None:
    response = client.get(NET)
    root = parsed(response)
    video, track = next(root.iter("video")), next(root.iter("track"))
    film, captions = files_of(page)
    assert [source.get("src") for source in root.iter("source") if source.get("type") == "video/mp4"] == [film]
    assert (track.get("kind"), track.get("src"), track.get("srclang"), track.get("default")) == ("captions", captions, "sv", "")
    assert {"controls", "playsinline", "preload", "width", "height", "poster"} <= set(video.attrib)
    assert [said(li) for li in root.iter("li") if "film__facts" in str(li.attrib) or "sekunder" in said(li)] == ["20 sekunder"]
    assert "0,1 MB" in response.content.decode()
    assert "media-src 'self'" in response["Content-Security-Policy"]
    assert not list(root.iter("script"))


def test_what_is_said_can_be_read(client: Client, page: FilmPage) -> None:
    (words,) = with_class(parsed(client.get(NET)), "film__words")
    assert "Du behöver inte svara" in said(words)


def test_a_film_asks_no_more_of_the_database_than_a_page_of_advice(client: Client, page: FilmPage) -> None:
    counts = {}
    for path in (NET, ADVICE):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{path}?ny")
        counts[path] = len(asked)
    assert counts[NET] < counts[ADVICE]


def test_before_its_time_the_page_says_when_and_the_file_is_not_there(client: Client, page: FilmPage) -> None:
    begins = timezone.make_aware(datetime(2031, 3, 1, 18, 30))
    page.available_from, page.available_to = begins, begins + timedelta(days=30)
    page.save()
    with time_machine.travel(begins - timedelta(seconds=1), tick=False):
        shown = client.get(NET)
        assert "från den 1 mars 2031 klockan 18.30" in shown.content.decode()
        assert not list(parsed(shown).iter("video"))
        assert [client.get(address).status_code for address in files_of(page)] == [404, 404]
    with time_machine.travel(begins + A_MOMENT, tick=False):
        assert list(parsed(client.get(NET)).iter("video"))
        assert [client.get(address).status_code for address in files_of(page)] == [200, 200]


def test_at_its_end_page_and_files_answer_410_without_any_job(client: Client, page: FilmPage) -> None:
    page.available_to = ends = timezone.make_aware(datetime(2031, 4, 1, 8, 0))
    page.ended_reason = "Vi fick visa den i en månad."
    page.save()
    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        assert [client.get(address).status_code for address in (NET, *files_of(page))] == [200, 200, 200]
        assert NET in client.get(START).content.decode()
    with time_machine.travel(ends + A_MOMENT, tick=False):
        answers = [client.get(address) for address in (NET, *files_of(page))]
        assert [answer.status_code for answer in answers] == [410, 410, 410]
        assert "Vi fick visa den i en månad." in answers[0].content.decode()
        assert "den 1 april 2031" in answers[0].content.decode()
        assert page.transcript[:40] not in answers[0].content.decode()
        assert NET not in client.get(START).content.decode()


def test_the_lecture_of_2021_has_ended_and_says_why(client: Client, db: None) -> None:
    response = client.get(OLD)
    assert response.status_code == 410
    assert "i oktober 2021" in response.content.decode()
    assert with_class(parsed(response), "strip")
    old = FilmPage.objects.get(slug="maria-dufva-2021")
    assert [client.get(address).status_code for address in files_of(old)] == [410, 410]


def test_an_ended_film_is_found_nowhere(client: Any, page: FilmPage) -> None:
    """Neither searched, mapped, offered as another language, nor led to: the page's time is the film's."""
    english = FilmPage.objects.get(translation_key=page.translation_key, locale__language_code="en")
    english.available_to = timezone.now() + timedelta(days=1)
    english.save()
    places = {"/sok/?q=Livet+på+nätet": NET, "/sitemap.xml": NET, english.url: NET}
    for place, address in places.items():
        assert f'{address}"' in client.get(place).content.decode().replace("</loc>", '"'), place
    page.available_to = timezone.now() - timedelta(seconds=1)
    page.save_revision().publish()
    for place, address in places.items():
        assert f'{address}"' not in client.get(place).content.decode().replace("</loc>", '"'), place


def test_the_clock_takes_the_page_away_and_a_later_end_brings_it_back(client: Client, page: FilmPage) -> None:
    page.available_to, page.ended_reason = timezone.now() - timedelta(seconds=1), "Vi fick visa den i en månad."
    page.save_revision().publish()
    call_command("publish_scheduled")
    page = FilmPage.objects.get(pk=page.pk)
    assert (page.live, page.expired) == (False, True)
    answers = [client.get(address) for address in (NET, *files_of(page))]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert "Vi fick visa den i en månad." in answers[0].content.decode()
    page.available_to = later = timezone.now() + timedelta(days=9)
    draft = page.save_revision()
    assert draft.as_object().expire_at == later
    assert client.get(NET).status_code == 410
    draft.publish()
    assert [client.get(address).status_code for address in (NET, *files_of(page))] == [200, 200, 200]


def test_the_editor_sets_one_end_and_no_other(admin_client: Client, page: FilmPage) -> None:
    form = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert [f'name="{name}"' in form for name in ("available_to", "go_live_at", "expire_at")] == [True, True, False]


def test_whoever_has_the_password_sees_the_film(client: Client, page: FilmPage) -> None:
    restriction = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.PASSWORD, password="hemligt"
    )
    assert [client.get(address).status_code for address in files_of(page)] == [404, 404]
    browser = Client()
    address = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])
    browser.post(address, {"password": "hemligt", "return_url": NET})
    assert [browser.get(address).status_code for address in (NET, *files_of(page))] == [200, 200, 200]


def test_an_alias_is_as_closed_as_its_source_and_listed_nowhere(client: Client, page: FilmPage) -> None:
    alias = page.create_alias(update_slug="en-spegel")
    assert client.get(files_of(alias)[0]).status_code == 200
    assert "/ung/en-spegel/" in client.get(START).content.decode()
    for_some(page)
    assert [client.get(address).status_code for address in files_of(alias)] == [404, 404]
    assert not readable_now(Page.objects.filter(pk__in=[page.pk, alias.pk])).exists()
    PageViewRestriction.objects.all().delete()
    assert readable_now(Page.objects.filter(pk__in=[page.pk, alias.pk])).count() == 2


def unpublished(page: FilmPage) -> None:
    page.unpublish()


def never_published(page: FilmPage) -> None:
    FilmPage.objects.filter(pk=page.pk).update(live=False, first_published_at=None, available_to=timezone.now())


def for_some(page: FilmPage) -> None:
    PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.LOGIN)


def deleted(page: FilmPage) -> None:
    page.film.delete()


@pytest.mark.parametrize("change", [unpublished, never_published, for_some, deleted])
def test_the_file_of_a_page_that_is_not_for_everybody_is_not_found(client: Client, page: FilmPage, change: Any) -> None:
    change(page)
    assert [client.get(address).status_code for address in files_of(page)] == [404, 404]


@pytest.mark.parametrize(
    "address", ["/film/{}/film.webm", "/film/{}/film.MP4", "/film/{}/film.", "/film/0/film.mp4", "/film/{}/"]
)
def test_other_addresses_lead_nowhere(client: Client, page: FilmPage, address: str) -> None:
    assert client.get(address.format(page.pk)).status_code == 404


@given(number=st.integers(0, 10**30), extension=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_address_of_a_film_is_a_fault_of_ours(client: Client, db: None, number: int, extension: str) -> None:
    assert client.get(f"/film/{number}/film.{extension}").status_code in (200, 404, 410)


def test_nothing_of_it_lies_where_uploads_are_served(client: Client, page: FilmPage, settings: Any) -> None:
    for stored in (page.film.file, page.film.captions):
        assert settings.MEDIA_ROOT not in Path(stored.path).parents
        assert Path(stored.path).stat().st_mode & 0o077 == 0
        assert client.get(f"/media/{stored.name}").status_code == 404


def test_a_film_whose_file_is_lost_is_said_to_be_so(client: Client, page: FilmPage) -> None:
    page.film.file.storage.delete(page.film.file.name)
    assert "Filmen går inte att visa just nu" in client.get(NET).content.decode()
    assert client.get(files_of(page)[0]).status_code == 404


# --- Writing one ---------------------------------------------------------------------------------------------------------


def test_faults_are_told_at_their_field(page: FilmPage) -> None:
    page.available_to = page.available_from
    page.film.captions = ""
    with pytest.raises(ValidationError) as refusal:
        page.clean()
    assert refusal.value.message_dict == {
        "available_to": ["Filmen måste sluta visas efter att den har börjat. Välj en senare tid."],
        "film": ["Filmen saknar textning. Öppna den under Film och ljud, lägg till en WebVTT-fil och välj filmen igen."],
    }


def written(page: FilmPage, **changes: str) -> dict[str, str]:
    """What the editor's form is sent."""
    return {
        "title": "En till",
        "slug": "en-till",
        "introduction": "Kort.",
        "film": str(page.film_id),
        "transcript": '{"blocks": [{"key": "a", "type": "unstyled", "text": "Allt som sägs."}], "entityMap": {}}',
        "available_to": "2031-01-01 08:00",
        "ended_reason": "En månad.",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    } | changes


NO_WORDS = '{"blocks": [{"key": "a", "type": "unstyled", "text": " "}], "entityMap": {}}'


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"transcript": NO_WORDS}, "Skriv det som sägs i filmen"),
        ({"ended_reason": ""}, "Skriv varför filmen slutar visas"),
        ({"available_to": "2001-01-01 08:00", "available_from": "2002-01-01 08:00"}, "Filmen måste sluta visas efter"),
    ],
)
def test_the_editor_is_told_what_is_lacking_and_keeps_what_was_written(
    admin_client: Client, page: FilmPage, changes: dict[str, str], sentence: str
) -> None:
    User.objects.filter(username="admin").update(is_superuser=True)
    address = reverse("wagtailadmin_pages:add", args=["ung", "filmpage", page.get_parent().pk])
    assert admin_client.get(address).status_code == 200
    answer = admin_client.post(address, written(page, **changes) | {"action-publish": "1"}, headers={"accept-language": "sv"})
    assert sentence in answer.content.decode()
    assert "Kort." in answer.content.decode()
    assert not FilmPage.objects.filter(slug="en-till").exists()


def test_a_draft_may_lack_its_words_and_a_whole_page_is_published(admin_client: Client, page: FilmPage) -> None:
    address = reverse("wagtailadmin_pages:add", args=["ung", "filmpage", page.get_parent().pk])
    admin_client.post(address, written(page, transcript=NO_WORDS, ended_reason=""))
    assert not FilmPage.objects.get(slug="en-till").live
    admin_client.post(address, written(page, slug="en-tredje") | {"action-publish": "1"})
    assert FilmPage.objects.get(slug="en-tredje").live


def test_a_film_without_consent_is_not_published(admin_client: Client, page: FilmPage) -> None:
    CampaignMedia.objects.filter(pk=page.film_id).update(consent=CampaignMedia.Consent.MISSING)
    address = reverse("wagtailadmin_pages:add", args=["ung", "filmpage", page.get_parent().pk])
    answer = admin_client.post(address, written(page) | {"action-publish": "1"}, follow=True)
    assert "saknar samtycke" in answer.content.decode()
    assert not FilmPage.objects.filter(slug="en-till", live=True).exists()


def test_the_preview_shows_the_film_from_the_desk(admin_client: Client, page: FilmPage) -> None:
    page.available_from = timezone.now() + timedelta(hours=1)
    preview = page.make_preview_request(preview_mode="")
    assert page.film.url in preview.content.decode()


# --- In a browser --------------------------------------------------------------------------------------------------------


def test_the_slides_are_drawn_again_as_they_were() -> None:
    assert [slide.size for slide in film_slides.slides()] == [(film_slides.WIDTH, film_slides.HEIGHT)] * 5
    assert film_slides.FILM.stat().st_size <= 400_000


def wait_for(element: Locator, condition: str) -> None:
    """Ask until the condition holds; the page's policy forbids Playwright's own way of waiting."""
    deadline = time.monotonic() + 60
    while not element.evaluate(condition):
        assert time.monotonic() < deadline, f"It never happened that {condition}."
        time.sleep(0.1)


def test_the_film_plays_with_captions_and_can_be_wound(tmp_path: Path, chromium: Browser) -> None:
    parts: list[int] = []
    with (
        copy_of_template(tmp_path / "site").start() as site,
        chromium.new_context(viewport={"width": 360, "height": 800}) as context,
    ):
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("response", lambda response: parts.append(response.status) if "/film." in response.url else None)
        page.goto(site.url + NET)
        video = page.locator("video")
        video.evaluate("film => { film.muted = true; return film.play() }")
        wait_for(video, "film => film.currentTime > 0.5")
        video.evaluate("film => { film.currentTime = 13 }")
        wait_for(video, "film => !film.seeking && film.currentTime > 13.2")
        track = "film => film.textTracks[0]"
        assert video.evaluate(f"{track}.mode") == "showing"
        assert video.evaluate(f"{track}.cues.length") == 5
        assert "Berätta för någon" in video.evaluate(f"{track}.activeCues[0].text")
        assert (video.evaluate("film => film.videoWidth"), round(video.evaluate("film => film.duration"))) == (1280, 20)
        assert set(parts) == {206}
        assert complaints == []
        assert context.cookies() == []
