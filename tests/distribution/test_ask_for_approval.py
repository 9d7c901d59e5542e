"""“Send for approval” where the mailing has been read, and who may."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape

from kampanj.content.models import campaign_by_slug
from kampanj.distribution.approval import what_stops
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import segment_named
from kampanj.municipality.models import User
from tests.distribution.people import person, requested_by

pytestmark = pytest.mark.django_db
BUTTON = 'value="ask"'


@pytest.fixture
def author(db: None) -> User:
    return person("forfattare", "Kommunikatör")


def draft(author: User, segment: str = "Alla vårdnadshavare") -> Mailing:
    mailing = Mailing(name="Utkast", campaign=campaign_by_slug("jag-trodde-aldrig"), segment=segment_named(segment), live=False)
    mailing.save()
    mailing.save_revision(user=author)
    return Mailing.objects.get(pk=mailing.pk)


def address(mailing: Mailing) -> str:
    return f"/admin/utskick/{mailing.pk}/granska/"


def test_a_draft_is_sent_for_approval_from_the_screen_where_it_is_read(client: Client, author: User) -> None:
    mailing = draft(author)
    client.force_login(author)
    assert client.get(address(mailing)).content.decode().count(BUTTON) == 2
    client.post(address(mailing), {"answer": "ask"})
    asked = Mailing.objects.get(pk=mailing.pk)
    assert asked.workflow_in_progress
    assert asked.current_workflow_state.requested_by == author
    assert BUTTON not in client.get(address(mailing)).content.decode()
    client.post(address(mailing), {"answer": "ask"})
    assert asked.workflow_states.count() == 1


def test_what_was_sent_back_is_sent_again(client: Client, author: User) -> None:
    mailing = requested_by(author)
    client.force_login(person("annan", "Godkännare"))
    client.post(address(mailing), {"answer": "no", "comment": "Byt namn."})
    client.force_login(author)
    assert BUTTON in client.get(address(mailing)).content.decode()
    client.post(address(mailing), {"answer": "ask"})
    assert Mailing.objects.get(pk=mailing.pk).workflow_in_progress
    assert mailing.workflow_states.count() == 1, "the same request goes on"


def test_what_cannot_be_approved_is_not_sent_and_says_why(client: Client, author: User) -> None:
    mailing = draft(author)
    mailing.segment.languages = ["ti"]
    mailing.segment.save()
    client.force_login(author)
    assert BUTTON not in client.get(address(mailing)).content.decode()
    said = client.post(address(mailing), {"answer": "ask"}, follow=True).content.decode()
    assert not Mailing.objects.get(pk=mailing.pk).workflow_in_progress
    assert escape(what_stops(mailing)) in said


@pytest.mark.parametrize("role", ["Driftansvarig", "Godkännare"])
def test_who_looks_or_approves_is_offered_nothing(client: Client, author: User, role: str) -> None:
    mailing = draft(author)
    client.force_login(person("annan", role))
    assert BUTTON not in client.get(address(mailing)).content.decode()
    client.post(address(mailing), {"answer": "ask"})
    assert not Mailing.objects.get(pk=mailing.pk).workflow_in_progress


def test_what_is_locked_by_somebody_is_left_alone(client: Client, author: User) -> None:
    mailing = draft(author)
    Mailing.objects.filter(pk=mailing.pk).update(locked=True, locked_by=person("annan", "Kommunikatör"))
    client.force_login(author)
    assert BUTTON not in client.get(address(mailing)).content.decode()
    client.post(address(mailing), {"answer": "ask"})
    assert not Mailing.objects.get(pk=mailing.pk).workflow_in_progress
