"""The guard of public forms: who gets through, who is asked again, and who is thanked for nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import caches
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kampanj.content import page_cache, public_forms
from kampanj.content.public_forms import HONEYPOT, LARGEST, LIFETIME, TOKEN, Refusal

NOW = 1_800_000_000
PURPOSE = "test"
words = st.text(st.characters(codec="utf-8"), max_size=80)


def sent(token: str, *, fields: dict[str, str] | None = None, **headers: str) -> Any:
    """A POST as a browser sends it."""
    return RequestFactory().post("/form/", {TOKEN: token, **(fields or {})}, headers=headers)


def made_at(moment: float, *, purpose: str = PURPOSE) -> str:
    with time_machine.travel(moment, tick=False):
        return public_forms.new_token(purpose, 7)


def verdict(token: str, **headers: str) -> Refusal | None:
    with time_machine.travel(NOW, tick=False):
        return public_forms.guard(sent(token, **headers), PURPOSE).refusal


@pytest.mark.parametrize(
    ("seconds", "refusal"),
    [
        (0, None),
        (3, None),
        (page_cache.LONGEST + 8 * 3600, None),
        (LIFETIME - 1, None),
        (LIFETIME + 1, Refusal.EXPIRED),
    ],
)
def test_a_token_is_good_from_the_time_it_takes_to_read_until_it_is_too_old(seconds: int, refusal: Refusal | None) -> None:
    assert verdict(made_at(NOW - seconds)) == refusal


def test_a_token_belongs_to_one_kind_of_form() -> None:
    assert verdict(made_at(NOW - 60, purpose="other")) is Refusal.FOREIGN


@given(words)
def test_no_other_text_is_a_token(text: str) -> None:
    guarded = public_forms.guard(sent(text), PURPOSE)
    assert (guarded.subject, guarded.refusal) == (None, Refusal.FOREIGN)


@given(st.integers(0, 200), st.characters(codec="utf-8"))
def test_a_changed_token_is_no_token(place: int, character: str) -> None:
    token = made_at(NOW - 60)
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    assert verdict(changed) is (None if changed == token else Refusal.FOREIGN)


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": django_settings.BASE_URL}, True),
        ({"Origin": "https://example.org"}, False),
        ({"Origin": "http://testserver.example.org"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_the_form_must_stand_on_a_page_of_ours(headers: dict[str, str], is_ours: bool) -> None:
    assert verdict(made_at(NOW - 60), **headers) is (None if is_ours else Refusal.FOREIGN)


def test_whatever_stands_in_the_hidden_field_a_robot_wrote_it() -> None:
    token = public_forms.new_token(PURPOSE, 7)
    assert public_forms.guard(sent(token, fields={HONEYPOT: "https://example.org"}), PURPOSE).is_robot
    assert not public_forms.guard(sent(token, fields={HONEYPOT: ""}), PURPOSE).is_robot


# --- The limit per network -------------------------------------------------------------------------------------------


def from_address(address: str, **headers: str) -> Any:
    return RequestFactory().post("/form/", REMOTE_ADDR=address, headers=headers)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/56"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_home_is_one_network(address: str, network: str) -> None:
    assert public_forms.network_of(from_address(address)) == network


@pytest.mark.parametrize(
    ("proxies", "header", "network"),
    [
        (0, "198.51.100.1", "192.0.2.7/32"),
        (1, "198.51.100.1", "198.51.100.1/32"),
        (1, "203.0.113.66, 198.51.100.1", "198.51.100.1/32"),
        (2, "203.0.113.66, 198.51.100.1, 198.51.100.2", "198.51.100.1/32"),
        (2, "198.51.100.1", "192.0.2.7/32"),
        (1, "nonsense", ""),
    ],
)
def test_only_what_our_own_proxies_have_added_is_believed(settings: Any, proxies: int, header: str, network: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert public_forms.network_of(from_address("192.0.2.7", **{"X-Forwarded-For": header})) == network


def test_the_limit_holds_for_one_network_one_form_and_one_hour() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        limit = {"an_hour": 3}
        tried = [public_forms.is_one_too_many(from_address("192.0.2.7"), PURPOSE, **limit) for _number in range(5)]
        assert tried == [False, False, False, True, True]
        assert not public_forms.is_one_too_many(from_address("192.0.2.8"), PURPOSE, **limit)
        assert not public_forms.is_one_too_many(from_address("192.0.2.7"), "another", **limit)
        clock.shift(3600)
        assert not public_forms.is_one_too_many(from_address("192.0.2.7"), PURPOSE, **limit)


def test_the_count_outlives_the_caches_own_short_memory() -> None:
    with time_machine.travel(NOW // 3600 * 3600, tick=False) as clock:
        public_forms.is_one_too_many(from_address("192.0.2.7"), PURPOSE, an_hour=1)
        clock.shift(3000)
        assert public_forms.is_one_too_many(from_address("192.0.2.7"), PURPOSE, an_hour=1)


def test_no_address_is_kept_and_yesterdays_hashes_cannot_be_made_again() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        today = public_forms._sender(from_address("192.0.2.7"))
        assert public_forms._sender(from_address("192.0.2.7")) == today
        public_forms.is_one_too_many(from_address("192.0.2.7"), PURPOSE, an_hour=1)
        clock.shift(public_forms.DAY + 1)
        assert public_forms._sender(from_address("192.0.2.7")) != today
    folder = Path(caches["limits"]._dir)  # type: ignore[attr-defined]
    assert not any(b"192.0.2.7" in file.read_bytes() for file in folder.rglob("*.djcache"))


# --- The decorator ---------------------------------------------------------------------------------------------------


@public_forms.public_form
def taken(request: Any) -> HttpResponse:
    return HttpResponse("taken")


@pytest.mark.django_db
def test_too_much_is_refused_unread_with_a_sentence() -> None:
    small, large = (RequestFactory().post("/form/", {"text": "x" * size}) for size in (LARGEST // 2, LARGEST))
    assert taken(small).content == b"taken"
    refused = taken(large)
    assert refused.status_code == 413
    assert re.search(r"<h1>[^<]+</h1>", refused.content.decode())


def test_nothing_that_is_sent_is_kept_or_told_in_error_reports() -> None:
    request = RequestFactory().post("/form/", {"text": "hemligt"})
    assert "no-store" in taken(request).headers["Cache-Control"]
    assert request.sensitive_post_parameters == "__ALL__"


def test_a_length_of_thousands_of_digits_is_too_large() -> None:
    request = RequestFactory().post("/form/", {})
    request.META["CONTENT_LENGTH"] = "9" * 5000
    assert public_forms._length(request) > public_forms.LARGEST
