"""Who asks too much is told when to ask again; a school behind one address is not shut out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
import time_machine
from django.core.cache import caches
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import gettext
from pytest_django import Settings
from wagtail.models import Page, PageViewRestriction

from config import environment
from kampanj.content import limits, public_forms
from kampanj.content.signed_pages import FORGED_AN_HOUR
from tests.web.reading import parsed, said

NOON = 1_800_000_000 // 3600 * 3600
SCHOOL = {"REMOTE_ADDR": "192.0.2.7"}
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.4"}


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    """The hour is young: no count begins anew in the middle of a test."""
    with time_machine.travel(NOON + 10, tick=True):
        yield


def refused(response: Any, *, within: int) -> bool:
    """Whether it is a refusal in words, with the seconds until the next try."""
    if response.status_code != 429:
        return False
    assert 0 < int(response.headers["Retry-After"]) <= within
    assert "no-store" in response.headers["Cache-Control"]
    assert said(next(parsed(response).iter("h1")))
    return True


@pytest.mark.django_db
def test_a_class_searches_and_a_machine_is_stopped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = limits.LIMITS["site_search"]
    assert limit.most >= 8 * 30
    monkeypatch.setitem(limits.LIMITS, "site_search", limits.Limit(limit.purpose, limit.method, 3, limit.seconds))
    ask = [client.get("/sok/", {"q": "snus"}, **SCHOOL) for _time in range(4)]
    assert [response.status_code for response in ask[:3]] == [200] * 3
    assert refused(ask[3], within=60)
    assert gettext("A lot has come from your network in a short time. Wait a minute and try again.") in ask[3].content.decode()
    # The empty page costs nothing, and other networks have not asked.
    assert client.get("/sok/", **SCHOOL).status_code == 200
    assert client.get("/sok/", {"q": "snus"}, **ELSEWHERE).status_code == 200
    assert client.head("/sok/", {"q": "snus"}, **SCHOOL).status_code == 429
    with time_machine.travel(NOON + 70):
        assert client.get("/sok/", {"q": "snus"}, **SCHOOL).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_refusal_speaks_the_language_of_the_address(client: Client, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "site_search", limits.Limit("search", "GET", 0, 60))
    response = client.get(f"/{language}/sok/", {"q": "a"})
    assert refused(response, within=60)
    assert parsed(response).get("lang") == language


@pytest.mark.django_db
def test_guessing_a_page_s_password_ends(client: Client) -> None:
    page = Page.objects.get(slug="ung", locale__language_code="sv")
    lock = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.PASSWORD, password="bryggan")
    address = reverse("wagtailcore_authenticate_with_password", args=[lock.pk, page.pk])
    guess = {"password": "fel", "return_url": "/ung/"}
    right = {**guess, "password": "bryggan"}
    # A class that knows the word is never stopped.
    for _pupil in range(limits.PASSWORD.most + 5):
        assert client.post(address, right, **SCHOOL).status_code == 302
    for _guess in range(limits.PASSWORD.most):
        assert client.post(address, guess, **SCHOOL).status_code == 200
    assert refused(client.post(address, guess, **SCHOOL), within=3600)
    assert refused(client.post(address, right, **SCHOOL), within=3600)
    assert client.post(address, right, **ELSEWHERE).status_code == 302


@pytest.mark.django_db
def test_nobody_has_hundreds_of_letters_about_passwords_sent(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    address = reverse("wagtailadmin_password_reset")
    most = limits.LIMITS["wagtailadmin_password_reset"].most
    answers = [client.post(address, {"email": "anna@example.org"}).status_code for _time in range(most + 1)]
    assert answers == [302] * most + [429]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/avregistrera/{}/",
        "/skolpaket/{}/",
        "/skolpaket/{}/cc11/sv/",
        "/skolpaket/{}/plattform/",
        "/godkann/{}/",
        "/godkann/{}/brev/sv/html/",
    ],
)
def test_trying_signed_links_ends_and_shows_the_same_page_until_then(client: Client, path: str) -> None:
    answers = [client.get(path.format(f"1~{number}~sv.fel")) for number in range(FORGED_AN_HOUR + 1)]
    assert {response.status_code for response in answers[:-1]} == {404}
    assert refused(answers[-1], within=3600)


@pytest.mark.django_db
def test_every_refusal_of_a_form_says_when(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from kampanj.content.helpful import views

    monkeypatch.setattr(views, "AN_HOUR", 0)
    page = Page.objects.get(slug="ung", locale__language_code="sv").specific
    sent = {"form": views.token_for(page), "answer": "ja"}
    response = client.post(reverse("helpful"), sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 3600


# --- Counting --------------------------------------------------------------------------------------------------------


def at_once(number: int) -> list[int]:
    """Count so many times from eight threads at the same time."""
    gate = threading.Barrier(8)

    def run(_thread: int) -> list[int]:
        gate.wait()
        request = RequestFactory().get("/", **SCHOOL)
        return [public_forms.counted(request, "at_once", seconds=3600) for _time in range(number // 8)]

    with ThreadPoolExecutor(8) as threads:
        return sorted(count for counts in threads.map(run, range(8)) for count in counts)


def shared(url: str, settings: Settings) -> dict[str, Any]:
    return environment.shared_cache(url, folder=settings.VAR_DIR, hash_key=settings.HASH_KEY)


def test_no_count_is_lost_among_threads_on_files() -> None:
    assert at_once(80) == list(range(1, 81))


def test_no_count_is_lost_among_threads_on_redis(settings: Settings, redis_url: str) -> None:
    settings.CACHES = {**settings.CACHES, "limits": shared(redis_url, settings)}
    caches["limits"].clear()
    assert at_once(80) == list(range(1, 81))


def test_where_the_counts_cannot_be_reached_nobody_is_stopped(settings: Settings) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "limits": shared("redis://127.0.0.1:1/0", settings),
    }
    with pytest.raises(redis.ConnectionError):
        caches["limits"].get("x")
    request = RequestFactory().post("/", **SCHOOL)
    assert not public_forms.is_one_too_many(request, "away", an_hour=0)


def test_looking_counts_nothing() -> None:
    request = RequestFactory().get("/", **SCHOOL)
    assert [public_forms.counted(request, "look", seconds=60, add=0) for _time in range(3)] == [0, 0, 0]
    assert public_forms.counted(request, "look", seconds=60) == 1
    assert public_forms.counted(request, "look", seconds=60, add=0) == 1
