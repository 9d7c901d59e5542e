"""An unsubscribe link for as long as there are letters: no look changes anything, and nothing but a real link opens it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core import signing
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from kampanj.audience.identity import address_key
from kampanj.audience.importing import vault
from kampanj.audience.models import Guardian, ProtectedAddress, Suppression
from kampanj.audience.suppression import must_not_be_written_to
from kampanj.content.signed_pages import FORGED_AN_HOUR
from kampanj.distribution import verp
from kampanj.distribution.links import Unsubscription, unsubscribe_token
from kampanj.followup import unsubscribe
from kampanj.followup.rights import erasure
from kampanj.followup.rights.person import Sought
from tests.distribution.test_verp import address as return_address

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"
KEPT = "rosters/for-years/upload"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link(email: str = ANNA, language: str = "sv") -> str:
    return f"/avregistrera/{unsubscribe_token(Unsubscription(address_key(email), 1, language))}/"


def no_letters(email: str = ANNA) -> bool:
    return Suppression.objects.filter(address_key=address_key(email), reason="unsubscribed").exists()


# --- Looking changes nothing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"},
     {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks)"}, {"List-Unsubscribe": "One-Click"}],
)  # fmt: skip
def test_a_look_a_prefetch_and_a_scanner_s_visit_change_nothing(client: Client, method: str, headers: dict[str, str]) -> None:
    before = Suppression.objects.count()
    response = getattr(client, method)(link(), headers=headers)
    assert response.status_code == 200
    for query in ("?action=all", "?List-Unsubscribe=One-Click", "?_method=POST"):
        assert getattr(client, method)(link() + query, headers=headers).status_code == 200
    assert Suppression.objects.count() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_no_other_method_is_taken(client: Client, method: str) -> None:
    assert getattr(client, method)(link()).status_code == 405
    assert not no_letters()


def test_a_scanner_that_follows_every_link_of_the_page_changes_nothing(client: Client) -> None:
    """Every address in the page, and what they lead to, also those of forms and pictures, are fetched with GET."""
    before = Suppression.objects.count()
    seen: set[str] = set()
    waiting = [link()]
    for _depth in range(2):
        pages = [
            b"".join(client.get(address)).decode(errors="replace") for address in waiting if not address.startswith("/static")
        ]
        seen |= set(waiting)
        found = {
            address.replace("&amp;", "&") for page in pages for address in re.findall(r'(?:href|src|action)="(/[^"#]*)"', page)
        }
        waiting = sorted(found - seen)[:40]
    assert link() in seen
    assert Suppression.objects.count() == before


# --- For years -------------------------------------------------------------------------------------------------------


def test_the_link_works_after_ten_years(client: Client) -> None:
    old = link()
    with time_machine.travel(timezone.now() + dt.timedelta(days=3660)):
        assert client.post(old, ONE_CLICK).status_code == 200
        assert no_letters()


def test_the_link_works_after_the_sessions_key_has_been_changed(client: Client, settings: Settings) -> None:
    old = link()
    settings.SECRET_KEY = "another" * 8
    client.post(old, ONE_CLICK)
    assert no_letters()


def test_after_the_hash_key_has_been_changed_links_work_and_everybody_is_still_recognised(
    client: Client, settings: Settings
) -> None:
    old, key = link(), address_key(ANNA)
    client.post(link("bo@example.org"), ONE_CLICK)
    tag = return_address(4711)
    vault.seal(KEPT, [b"rader"])
    for new in ("first new key" * 4, "second new key" * 4):
        settings.HASH_KEY_FALLBACKS = (settings.HASH_KEY, *settings.HASH_KEY_FALLBACKS)
        settings.HASH_KEY = new
    assert address_key(ANNA) == key
    assert no_letters("bo@example.org")
    assert client.post(old, ONE_CLICK).status_code == 200
    assert list(must_not_be_written_to([key])) == [key]
    assert link() != old
    assert client.get(link()).status_code == 200
    assert verp.read(tag) == verp.read(return_address(4711)) == 4711
    assert return_address(4711) != tag
    assert vault.unseal(KEPT).read() == b"rader"
    vault.remove(KEPT)


def test_a_key_that_is_no_longer_named_opens_nothing(client: Client, settings: Settings) -> None:
    settings.HASH_KEY, first = "a middle key" * 4, settings.HASH_KEY
    settings.HASH_KEY_FALLBACKS = (first,)
    old = link()
    settings.HASH_KEY, settings.HASH_KEY_FALLBACKS = "the newest key" * 4, (first,)
    assert client.post(old, ONE_CLICK).status_code == 404


def test_the_link_works_after_the_person_has_been_erased(client: Client) -> None:
    guardian = Guardian.objects.order_by("pk").first()
    assert guardian is not None
    page = link(guardian.email)
    sought = Sought("address", guardian.email, guardian.address_key)
    assert erasure.erase(sought, by=None, ground="request")  # type: ignore[arg-type]
    assert client.get(page).status_code == 200
    assert client.post(page, ONE_CLICK).status_code == 200
    assert no_letters(guardian.email)


# --- Nothing else opens it -------------------------------------------------------------------------------------------


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.integers(0, 80), sign=st.sampled_from("abcXYZ019~.-_%"))
def test_an_altered_token_is_refused(client: Client, at: int, sign: str) -> None:
    token = unsubscribe_token(Unsubscription(address_key(ANNA), 1, "sv"))
    altered = token[:at] + sign + token[at + 1 :]
    caches["limits"].clear()
    if altered != token:
        assert client.post(f"/avregistrera/{altered}/").status_code == 404
        assert not no_letters()


def test_a_token_of_another_link_is_refused(client: Client) -> None:
    for salt in ("kampanj.package", "kampanj.invitation", "kampanj.verp"):
        forged = unsubscribe.read_unsubscribe_token.__globals__["signer"](salt).sign(f"{address_key(ANNA)}~1~sv")
        assert client.post(f"/avregistrera/{forged}/").status_code == 404
    assert not no_letters()


def test_signatures_are_compared_in_constant_time(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the comparison that takes as long for every wrong signature, once for each key."""
    settings.HASH_KEY_FALLBACKS = ("an older key" * 4,)
    compared: list[tuple[str, str]] = []
    real = signing.constant_time_compare

    def noted(first: str, second: str) -> bool:
        compared.append((first, second))
        return real(first, second)

    monkeypatch.setattr(signing, "constant_time_compare", noted)
    token = unsubscribe_token(Unsubscription(address_key(ANNA), 1, "sv"))
    client.get(f"/avregistrera/{token[:-1]}A/")
    assert len(compared) == 2
    assert len({len(second) for _first, second in compared}) == 1


# --- It tells nothing, and is limited --------------------------------------------------------------------------------


def test_the_page_is_the_same_for_known_unknown_protected_and_gone_addresses(client: Client) -> None:
    guardian = Guardian.objects.order_by("pk").first()
    assert guardian is not None
    Suppression.objects.create(address_key=address_key("borta@example.org"), reason="address_gone")
    Suppression.objects.create(address_key=address_key("klagade@example.org"), reason="complained")
    ProtectedAddress.objects.create(source="x", address_key=address_key("skyddad@example.org"))
    emails = (guardian.email, "okand@example.org", "skyddad@example.org", "borta@example.org", "klagade@example.org")
    for data in (None, ONE_CLICK, {"action": "undo"}):
        answers = [client.post(link(email), data) if data else client.get(link(email)) for email in emails]
        pages = {answer.content.decode().replace(link(email), "LINK") for answer, email in zip(answers, emails, strict=True)}
        assert len(pages) == 1
        assert {answer.status_code for answer in answers} == {200}


def test_guessing_is_limited_and_real_links_still_work(client: Client) -> None:
    statuses = [client.get("/avregistrera/x~1~sv.fel/").status_code for _try in range(FORGED_AN_HOUR + 2)]
    assert statuses == [404] * FORGED_AN_HOUR + [429, 429]
    refused = client.post("/avregistrera/x~1~sv.fel/", ONE_CLICK)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert client.post(link(), ONE_CLICK).status_code == 200
    assert no_letters()


def test_pressing_is_limited_for_each_link_and_not_for_a_whole_network(client: Client) -> None:
    statuses = [client.post(link(), ONE_CLICK).status_code for _try in range(unsubscribe.PRESSED_AN_HOUR + 1)]
    assert statuses == [200] * unsubscribe.PRESSED_AN_HOUR + [429]
    for number in range(100):
        assert client.post(link(f"reader{number}@example.org"), ONE_CLICK).status_code == 200


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so", "uk"])
def test_the_limit_speaks_the_reader_s_language(client: Client, language: str) -> None:
    for _try in range(unsubscribe.PRESSED_AN_HOUR):
        client.post(link(language=language), ONE_CLICK)
    page = client.post(link(language=language), ONE_CLICK).content.decode()
    assert f'<html lang="{language}"' in page
