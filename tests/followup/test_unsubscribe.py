"""Unsubscribing: a look changes nothing, a click does, and it can be undone."""

from __future__ import annotations

import pytest
from django.test import Client

from kampanj.audience.identity import address_key
from kampanj.audience.models import Suppression
from kampanj.distribution.links import Unsubscription, unsubscribe_token

pytestmark = pytest.mark.django_db
KEY = address_key("anna@example.org")


def link(language: str = "sv") -> str:
    return f"/avregistrera/{unsubscribe_token(Unsubscription(KEY, 1, language))}/"


def test_get_and_head_change_nothing(client: Client) -> None:
    for _ in range(2):
        response = client.get(link())
        assert response.status_code == 200
        assert "Avregistrera" in response.content.decode()
        assert client.head(link()).status_code == 200
    assert not Suppression.objects.exists()
    assert not response.cookies


def test_one_click_post_needs_no_cookie_and_no_token(page_client: type[Client]) -> None:
    response = page_client(enforce_csrf_checks=True).post(link(), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert list(Suppression.objects.values_list("address_key", "reason")) == [(KEY, "unsubscribed")]


def test_twice_is_once_and_undo_takes_it_back(client: Client) -> None:
    client.post(link())
    client.post(link())
    assert Suppression.objects.count() == 1
    client.post(link(), {"action": "undo"})
    assert not Suppression.objects.exists()


def test_the_page_speaks_the_letter_s_language(client: Client) -> None:
    page = client.get(link("en")).content.decode()
    assert '<html lang="en"' in page
    assert "Unsubscribe" in page


@pytest.mark.parametrize("token", ["x", "a~1~sv.fel", "%00", "å", KEY])
def test_a_broken_link_says_what_to_do(client: Client, token: str) -> None:
    response = client.post(f"/avregistrera/{token}/")
    assert response.status_code == 404
    assert "Länken fungerar inte" in response.content.decode()
    assert not Suppression.objects.exists()


def test_the_address_is_never_in_the_link() -> None:
    assert "anna" not in link()
