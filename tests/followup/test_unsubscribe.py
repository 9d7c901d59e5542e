"""Unsubscribing: a look changes nothing, a click does, and it can be undone."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from kampanj.audience.identity import address_key
from kampanj.audience.models import Suppression, Topic
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


# --- Letters on a topic ----------------------------------------------------------------------------------------------


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.create(name="Trygghet & <fritid>")


def topic_link(topic: Topic, language: str = "sv") -> str:
    return f"/avregistrera/{unsubscribe_token(Unsubscription(KEY, 1, language, topic.pk))}/"


def chosen() -> set[str | None]:
    """The topics' names that the reader has said no to; None stands for all letters."""
    found = Suppression.objects.filter(address_key=KEY, reason="unsubscribed")
    return set(found.values_list("topic__name", flat=True))


def test_one_click_means_the_letter_s_topic(page_client: type[Client], topic: Topic) -> None:
    page_client(enforce_csrf_checks=True).post(topic_link(topic), {"List-Unsubscribe": "One-Click"})
    assert chosen() == {topic.name}


def test_a_letter_on_a_topic_offers_two_choices_and_an_undo_for_each(client: Client, topic: Topic) -> None:
    link_to_topic = topic_link(topic)
    page = client.get(link_to_topic).content.decode()
    assert 'value="topic"' in page
    assert 'value="all"' in page
    assert "Trygghet &amp; &lt;fritid&gt;" in page
    steps = [
        ("topic", {topic.name}, {"undo_topic", "all"}),
        ("all", {topic.name, None}, {"undo", "undo_topic"}),
        ("undo", {topic.name}, {"undo_topic", "all"}),
        ("undo_topic", set(), {"topic", "all"}),
        ("all", {None}, {"undo"}),
        ("undo", set(), {"topic", "all"}),
    ]
    for action, expected, offered in steps:
        page = client.post(link_to_topic, {"action": action}).content.decode()
        assert chosen() == expected, action
        assert set(re.findall(r'name="action" value="(\w+)"', page)) == offered, action
        assert client.get(link_to_topic).status_code == 200
        assert chosen() == expected, "a look changes nothing"


def test_a_link_from_before_there_were_topics_means_all_letters(client: Client, topic: Topic) -> None:
    token = signing.Signer(key=settings.HASH_KEY, salt="kampanj.unsubscribe", sep=".").sign(f"{KEY}~1~sv")
    client.post(f"/avregistrera/{token}/", {"List-Unsubscribe": "One-Click"})
    assert chosen() == {None}


def test_a_topic_that_is_gone_leaves_the_choice_of_all_letters(client: Client, topic: Topic) -> None:
    link_to_topic = topic_link(topic)
    topic.delete()
    assert 'value="topic"' not in client.get(link_to_topic).content.decode()
    client.post(link_to_topic, {"action": "undo_topic"})
    client.post(link_to_topic, {"List-Unsubscribe": "One-Click"})
    assert chosen() == {None}


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so", "uk"])
def test_every_step_speaks_the_reader_s_language(client: Client, topic: Topic, language: str) -> None:
    for action in ("", "topic", "all", "undo", "undo_topic"):
        page = client.post(topic_link(topic, language), {"action": action}) if action else client.get(topic_link(topic, language))
        html = page.content.decode()
        assert f'<html lang="{language}"' in html
        if action != "undo_topic":
            assert '<bdi lang="sv">Trygghet' in html
        assert not page.cookies
