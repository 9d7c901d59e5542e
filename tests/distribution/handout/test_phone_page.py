"""The page behind the round sheet's code: numbers without an account, once each, and one sentence when the link is no good."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings
from wagtail.models import ModelLogEntry

from kampanj.distribution.handout import counting, links, page, states
from kampanj.distribution.handout.counting import Said
from kampanj.distribution.handout.figures import figures_of
from kampanj.distribution.handout.models import HandoutArea, HandoutCount, HandoutRound
from kampanj.municipality.keys import signer
from kampanj.municipality.models import User
from tests.distribution.handout.conftest import days, hidden, make_round, send

pytestmark = pytest.mark.django_db
Areas = dict[str, HandoutArea]


def sums(handout: HandoutRound) -> dict[str, int]:
    return {one.area.name: one.handed_out for one in figures_of(handout).areas}


def test_numbers_are_added_and_shown(client: Client, handout: HandoutRound, areas: Areas, path: str) -> None:
    back = send(client, path, {areas["Norr"]: "1 20", areas["Öarna"]: "0"}, team="Lag 2")
    assert (back.status_code, back.headers["Location"]) == (302, f"{path}?sparat")
    send(client, path, {areas["Norr"]: "30"})
    shown = client.get(f"{path}?sparat").content.decode()
    assert "Tack! Antalen är sparade." in shown
    assert "250 av 400 kvar" in shown
    assert "Lag 2" in shown
    assert sums(handout) == {"Norr": 150, "Söder": 0, "Öarna": 0}
    assert figures_of(handout).uncounted == ["Söder"]
    assert HandoutRound.objects.get(pk=handout.pk).state == "under_way"
    assert [entry.message for entry in ModelLogEntry.objects.filter(action="kampanj.handout_count").order_by("pk")] == [
        "Norr: 120 foldrar skrevs in som utdelade (Lag 2)",
        "Öarna: 0 foldrar skrevs in som utdelade (Lag 2)",
        "Norr: 30 foldrar skrevs in som utdelade",
    ]
    assert not client.cookies


def test_looking_changes_nothing_and_is_kept_nowhere(client: Client, handout: HandoutRound, areas: Areas, path: str) -> None:
    before = HandoutRound.objects.values().get(pk=handout.pk)
    for _time in range(2):
        shown = client.get(path, {f"area-{areas['Norr'].pk}": "7", "key": str(uuid.uuid4())})
        assert client.head(path).status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    assert "noindex" in shown.headers["X-Robots-Tag"]
    assert shown.headers["Content-Language"] == "sv"
    assert 'inputmode="numeric"' in shown.content.decode()
    assert HandoutRound.objects.values().get(pk=handout.pk) == before
    assert not HandoutCount.objects.exists()
    assert client.put(path).status_code == 405


def test_a_form_that_is_sent_twice_counts_once(client: Client, handout: HandoutRound, areas: Areas, path: str) -> None:
    shown = client.get(path)
    sent = {"form": shown.context["token"], "key": hidden(shown, "key"), f"area-{areas['Söder'].pk}": "40"}
    for _time in range(2):
        assert client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert sums(handout)["Söder"] == 40


def test_a_form_that_is_sent_again_with_other_numbers_is_not_said_to_be_saved(
    client: Client, handout: HandoutRound, areas: Areas, path: str
) -> None:
    shown = client.get(path)
    sent = {"form": shown.context["token"], "key": hidden(shown, "key"), f"area-{areas['Söder'].pk}": "40"}
    assert client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    again = client.post(path, {**sent, f"area-{areas['Söder'].pk}": "45"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 409
    assert "Formuläret har redan sparats med andra antal" in again.content.decode()
    assert sums(handout)["Söder"] == 40


def test_two_who_count_at_the_same_time_lose_nothing(page_client: Any, handout: HandoutRound, areas: Areas, path: str) -> None:
    first, second = page_client(), page_client()
    shown = {one: one.get(path) for one in (first, second)}
    for one, number in ((first, "30"), (second, "45")):
        sent = {"form": shown[one].context["token"], "key": hidden(shown[one], "key"), f"area-{areas['Söder'].pk}": number}
        assert one.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert sums(handout)["Söder"] == 75


def test_more_than_planned_is_asked_about_and_then_taken(client: Client, handout: HandoutRound, areas: Areas, path: str) -> None:
    back = send(client, path, {areas["Öarna"]: "75", areas["Norr"]: "10"})
    assert back.status_code == 422
    shown = back.content.decode()
    assert "Öarna: 75 av 60" in shown
    assert 'value="75"' in shown
    assert 'name="is_sure"' in shown
    assert not HandoutCount.objects.exists()
    assert send(client, path, {areas["Öarna"]: "75"}, is_sure="on").status_code == 302
    assert "15 fler än de 60 som var planerade" in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("tjugo", "bara siffror"),
        ("-3", "0"),
        ("100001", "100000"),
        ("9" * 12, "100000"),
        ("", "minst ett område"),
    ],
)
def test_a_bad_number_gets_a_sentence_and_nothing_is_lost(
    client: Client, areas: Areas, path: str, number: str, sentence: str
) -> None:
    back = send(client, path, {areas["Norr"]: number}, team="Lag 1")
    assert back.status_code == 422
    shown = back.content.decode()
    assert sentence in shown.replace("\xa0", "")
    assert 'value="Lag 1"' in shown
    assert f'value="{number}"' in shown
    assert not HandoutCount.objects.exists()


@pytest.mark.parametrize("team", ["anna@example.org", "Lag 2, 070-123 45 67", "19121212-1212"])
def test_a_team_is_no_person(client: Client, areas: Areas, path: str, team: str) -> None:
    back = send(client, path, {areas["Norr"]: "5"}, team=team)
    assert back.status_code == 422
    assert "Lagets namn räcker" in back.content.decode()
    assert not HandoutCount.objects.exists()


def test_an_area_that_was_taken_away_meanwhile_is_not_swallowed(client: Client, areas: Areas, path: str) -> None:
    shown = client.get(path)
    key = areas["Öarna"].pk
    areas["Öarna"].delete()
    sent = {"form": shown.context["token"], "key": hidden(shown, "key"), f"area-{key}": "12", f"area-{areas['Norr'].pk}": "3"}
    back = client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert back.status_code == 422
    assert "Ett område togs bort" in back.content.decode()
    assert not HandoutCount.objects.exists()


def test_a_number_is_corrected_and_what_it_was_stays_in_the_history(
    client: Client, handout: HandoutRound, areas: Areas, path: str
) -> None:
    send(client, path, {areas["Norr"]: "12", areas["Söder"]: "9"})
    entry = HandoutCount.objects.get(area=areas["Norr"])
    correcting = f"{path}ratta/{entry.pk}/"
    assert correcting in client.get(path).content.decode()
    assert send(client, correcting, {}, quantity="").status_code == 422
    assert send(client, correcting, {}, quantity="120", take_away="on").status_code == 422
    assert send(client, correcting, {}, quantity="120").status_code == 302
    assert sums(handout) == {"Norr": 120, "Söder": 9, "Öarna": 0}
    wrong_area = HandoutCount.objects.get(area=areas["Söder"])
    assert send(client, f"{path}ratta/{wrong_area.pk}/", {}, take_away="on").status_code == 302
    assert figures_of(handout).uncounted == ["Söder", "Öarna"]
    assert HandoutCount.objects.count() == 4
    said = [entry.message for entry in ModelLogEntry.objects.filter(action="kampanj.handout_correct").order_by("pk")]
    assert said == ["Norr: 12 rättades till 120", "Söder: 9 togs bort"]


def test_of_two_who_correct_the_same_number_the_second_is_told(
    page_client: Any, handout: HandoutRound, areas: Areas, path: str
) -> None:
    first, second = page_client(), page_client()
    send(first, path, {areas["Norr"]: "12"})
    correcting = f"{path}ratta/{HandoutCount.objects.get().pk}/"
    shown = second.get(correcting)
    send(first, correcting, {}, quantity="13")
    sent = {"form": shown.context["token"], "key": hidden(shown, "key"), "quantity": "14"}
    back = second.post(correcting, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert back.status_code == 409
    assert "Någon annan har nyss rättat" in back.content.decode()
    assert sums(handout)["Norr"] == 13
    assert second.get(correcting).headers["Location"] == path


def test_another_rounds_numbers_cannot_be_corrected(client: Client, areas: Areas, path: str, handout: HandoutRound) -> None:
    other = make_round(name="En annan")
    counting.add(other, Said({area.pk: 1 for area in HandoutArea.objects.filter(round=other)}))
    for entry in HandoutCount.objects.all():
        assert client.get(f"{path}ratta/{entry.pk}/").status_code == 404


def test_the_link_ends_with_its_time_with_the_round_and_when_it_is_withdrawn(
    client: Client, handout: HandoutRound, areas: Areas, path: str, author: User
) -> None:
    rounds = HandoutRound.objects.filter(pk=handout.pk)
    shown = client.get(path)
    sent = {"form": shown.context["token"], "key": hidden(shown, "key"), f"area-{areas['Norr'].pk}": "4"}

    def is_closed(sentence: str) -> None:
        for answer in (client.get(path), client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})):
            assert answer.status_code == 410
            assert sentence in answer.content.decode()

    rounds.update(day=handout.day - days(31))
    is_closed("Länken gällde till och med")
    rounds.update(day=handout.day - days(30))
    assert client.get(path).status_code == 200
    states.move(handout, "cancelled", by=None)
    is_closed("Rundan är avslutad (inställd)")
    states.move(handout, "planned", by=None)
    assert client.get(path).status_code == 200
    links.revoke(handout, by=author)
    is_closed("Länken är tillbakadragen")
    links.renew(handout, by=author)
    is_closed("Länken är tillbakadragen")
    assert client.get(f"/utdelning/{links.token_for(HandoutRound.objects.get(pk=handout.pk))}/").status_code == 200
    assert not HandoutCount.objects.filter(area__round=handout).exists()


def test_a_foreign_form_a_robot_and_too_many_are_refused(
    client: Client, handout: HandoutRound, areas: Areas, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = client.get(path)
    sent = {"form": shown.context["token"], "key": hidden(shown, "key"), f"area-{areas['Norr'].pk}": "4"}
    assert client.post(path, sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(path, {**sent, "form": "nonsense"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403
    assert client.post(path, {**sent, "website": "x"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403
    monkeypatch.setattr(page, "AN_HOUR", 0)
    refused = client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 429
    assert 'value="4"' in refused.content.decode()
    assert not HandoutCount.objects.filter(area__round=handout).exists()


@given(token=st.text(min_size=1, max_size=80).filter(lambda text: "/" not in text and text not in (".", "..")))
@examples(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_text_is_a_link(token: str) -> None:
    assert links.opened(token) is None


@given(changed=st.data())
@examples(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_changed_link_opens_anything(handout: HandoutRound, changed: Any) -> None:
    token = links.token_for(handout)
    at = changed.draw(st.integers(0, len(token) - 1))
    other = changed.draw(st.sampled_from("abcXYZ019-_.~").filter(lambda letter: letter != token[at]))
    assert links.opened(token[:at] + other + token[at + 1 :]) is None


@pytest.mark.parametrize("content", ["1", "x~1", "1~1~1", "-1~1", f"{'9' * 30}~1", "~", "1~x"])
def test_what_only_we_could_have_signed_but_never_did_is_no_link(client: Client, content: str, settings: Settings) -> None:
    token = signer("kampanj.handout").sign(content)
    answer = client.get(f"/utdelning/{token}/")
    assert answer.status_code == 404
    assert "Länken fungerar inte" in answer.content.decode()


def test_a_link_of_another_kind_is_no_link_here(handout: HandoutRound) -> None:
    other = signer("kampanj.invitation").sign(f"{handout.pk}~1")
    assert links.opened(other) is None
    assert links.opened(signing.dumps([handout.pk, 1])) is None
