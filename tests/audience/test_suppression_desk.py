"""The desk's screens for suppressions: no address is shown or kept, and nothing tells who is protected."""

from __future__ import annotations

import csv
import io
import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kampanj.audience.identity import address_key
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import ProtectedAddress, Suppression, Topic
from kampanj.audience.suppression import suppress
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.management.demo.seeding import SOURCE
from kampanj.municipality.models import User

pytestmark = pytest.mark.django_db
Reason = Suppression.Reason
ANNA = "anna@example.org"
KEY = address_key(ANNA)
INDEX = "/admin/sparrar/"
ADD = f"{INDEX}ny/"
LOOK_UP = f"{INDEX}sok/"


def as_user(page_client: type[Client], name: str) -> Client:
    client = page_client()
    client.force_login(User.objects.get(username=name))
    return client


@pytest.fixture
def desk(page_client: type[Client]) -> Client:
    return as_user(page_client, "malgruppsansvarig")


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.create(name="Trygghet på skolan")


def looked_up(client: Client, address: str) -> str:
    response = client.post(LOOK_UP, {"address": address})
    assert response.status_code == 200
    return response.content.decode().split('<div role="status">')[1].split("<form")[0]


def lift_url(suppression: Suppression) -> str:
    return reverse("kampanj_suppressions:lift", args=[suppression.pk])


def events() -> list[tuple[str, str, str]]:
    events = AudienceEvent.objects.exclude(subject=SOURCE)  # The demonstration's roster.
    return list(events.order_by("pk").values_list("action", "actor_name", "subject"))


def test_an_address_is_suppressed_by_hand_looked_up_and_lifted(desk: Client, topic: Topic) -> None:
    values = {"address": f" {ANNA.upper()} ", "topic": topic.pk, "note": "Ringde och bad om det"}
    page = desk.post(ADD, values, follow=True).content.decode()
    assert "Ringde och bad om det" in page
    assert topic.name in page
    assert ANNA not in page.lower()
    made = Suppression.objects.get()
    assert (made.address_key, made.reason, made.topic) == (KEY, Reason.MANUAL, topic)
    assert "Ringde och bad om det" in looked_up(desk, ANNA)
    assert desk.get(lift_url(made)).status_code == 200
    assert desk.post(lift_url(made), {"why": ""}).status_code == 200
    assert Suppression.objects.exists(), "a reason is required"
    assert desk.post(lift_url(made), {"why": "Ångrade sig"}).status_code == 302
    assert not Suppression.objects.exists()
    assert events() == [("suppressed", "malgruppsansvarig", KEY), ("suppression_lifted", "malgruppsansvarig", KEY)]
    assert AudienceEvent.objects.get(action="suppression_lifted").details["why"] == "Ångrade sig"


@pytest.mark.parametrize(
    "values",
    [
        {"address": "anna", "note": "x"},
        {"address": "", "note": "x"},
        {"address": ANNA, "note": ""},
        {"address": ANNA, "note": "Bor hos bo@example.org"},
        {"address": ANNA, "note": "x", "topic": "999"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(desk: Client, topic: Topic, values: dict[str, str]) -> None:
    response = desk.post(ADD, values)
    assert response.status_code == 200
    assert "error" in response.content.decode()
    assert not Suppression.objects.exists()
    assert events() == []


def test_twice_by_hand_is_once_and_says_so(desk: Client) -> None:
    for _time in range(2):
        desk.post(ADD, {"address": ANNA, "note": "x"})
    assert Suppression.objects.count() == 1
    assert len(events()) == 1


def test_a_typed_address_is_in_no_url_and_no_log(desk: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    suppress(KEY, Reason.UNSUBSCRIBED)
    page = desk.post(LOOK_UP, {"address": ANNA}).content.decode()
    assert ANNA not in page
    assert "an•••@example.org" in page
    assert "anna@" not in caplog.text
    assert desk.get(LOOK_UP, {"address": ANNA})["Location"] == INDEX
    assert 'name="address"' in desk.get(INDEX).content.decode()
    assert 'method="post" action="/admin/sparrar/sok/"' in desk.get(INDEX).content.decode()


def test_a_protected_address_answers_as_one_that_nobody_knows(desk: Client) -> None:
    ProtectedAddress.objects.create(source="annan", address_key=KEY)
    for reason in (Reason.UNSUBSCRIBED, Reason.COMPLAINED, Reason.ADDRESS_GONE, Reason.ERASED):
        suppress(KEY, reason)
    assert "an•••@example.org" in looked_up(desk, ANNA)
    assert looked_up(desk, ANNA) == looked_up(desk, "anders@example.org")
    listing = desk.get(INDEX).content.decode()
    assert all(f"/{suppression.pk}/hav/" not in listing for suppression in Suppression.objects.all())
    assert desk.get(lift_url(Suppression.objects.all()[0])).status_code == 404
    # What somebody types in is there for both alike, so that typing it in tells nothing either.
    for address in (ANNA, "anders@example.org"):
        desk.post(ADD, {"address": address, "note": "Ringde"})
    answers = [looked_up(desk, address) for address in (ANNA, "anders@example.org")]
    keys = [str(Suppression.objects.get(address_key=address_key(a), reason="manual").pk) for a in (ANNA, "anders@example.org")]
    assert "Ringde" in answers[0]
    assert answers[0].replace(f"/{keys[0]}/", "//") == answers[1].replace(f"/{keys[1]}/", "//")


@pytest.mark.parametrize("reason", [Reason.COMPLAINED, Reason.ERASED])
def test_only_those_who_may_erase_lift_what_a_person_has_asked_for(
    page_client: type[Client], desk: Client, reason: Reason
) -> None:
    suppress(KEY, reason)
    url = lift_url(Suppression.objects.get())
    communicator = as_user(page_client, "kommunikator")
    page = communicator.get(url).content.decode()
    assert 'name="why"' not in page
    communicator.post(url, {"why": "x"})
    assert Suppression.objects.exists()
    assert events() == []
    assert desk.post(url, {"why": "Personen har hört av sig"}).status_code == 302
    assert not Suppression.objects.exists()


def test_who_has_no_right_to_suppressions_sees_and_does_nothing(page_client: type[Client]) -> None:
    suppress(KEY, Reason.MANUAL)
    url = lift_url(Suppression.objects.get())
    approver = as_user(page_client, "godkannare")
    for answer in (
        approver.get(INDEX),
        approver.post(LOOK_UP, {"address": ANNA}),
        approver.get(ADD),
        approver.post(ADD, {"address": "bo@example.org", "note": "x"}),
        approver.post(url, {"why": "x"}),
    ):
        assert answer.status_code == 302
    assert Suppression.objects.count() == 1
    assert page_client().get(INDEX).status_code == 302


def test_the_list_is_filtered_and_exported_without_keys(desk: Client, topic: Topic) -> None:
    suppress(KEY, Reason.MANUAL, topic=topic, note="=1+1")
    suppress(address_key("bo@example.org"), Reason.COMPLAINED)
    for choice in ({"reason": "manual"}, {"topic": str(topic.pk)}):
        page = desk.get(f"{INDEX}lista/", choice).content.decode()
        assert "=1+1" in page
        assert "skräppost" not in page.split("</thead>")[1]
    assert desk.get(f"{INDEX}lista/", {"created_at_to": "2020-01-01"}).content.decode().count("/hav/") == 0
    answer: Any = desk.get(INDEX, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert KEY not in text
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 3
    assert "'=1+1" in {cell for row in rows for cell in row}
    assert desk.get(INDEX, {"export": "xlsx"}).status_code == 200
    assert [event[0] for event in events()] == ["exported", "exported"]


def test_wagtail_offers_no_other_way_to_change_or_delete_one(desk: Client, admin_client: Client) -> None:
    suppress(KEY, Reason.COMPLAINED)
    key = Suppression.objects.get().pk
    for client in (desk, admin_client):
        for url in (f"{INDEX}edit/{key}/", f"{INDEX}delete/{key}/", f"/admin/bulk/kampanj/suppression/delete/?id={key}"):
            assert client.post(url).status_code in (302, 404)
    assert Suppression.objects.exists()


def test_a_topic_that_a_mailing_is_about_is_not_deleted(page_client: type[Client], topic: Topic) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=False)
    Mailing.objects.filter(pk=mailing.pk).update(topic=topic)
    unused = Topic.objects.create(name="Fritid")
    client = as_user(page_client, "kommunikator")
    answer = client.post(reverse("wagtailsnippets_kampanj_topic:delete", args=[topic.pk]), follow=True)
    assert mailing.name in answer.content.decode()
    assert Topic.objects.filter(pk=topic.pk).exists()
    client.post(reverse("wagtailsnippets_kampanj_topic:delete", args=[unused.pk]))
    assert not Topic.objects.filter(pk=unused.pk).exists()
