"""A letter that nears the limit of mail programs: the editor is told while it can be shortened."""

from __future__ import annotations

import pytest
from django.test import Client

from kampanj.channels import email
from kampanj.channels.email import CLIPPED_FROM, NEARLY_CLIPPED_FROM, letter
from kampanj.content.models import CampaignPage, Edition
from kampanj.distribution.models import Mailing
from kampanj.distribution.review.size import nearly_too_long
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import person, requested_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def requested(db: None) -> Mailing:
    return requested_by(person("forfattare", COMMUNICATOR))


@pytest.fixture
def approver(db: None) -> User:
    return person("annan", APPROVER)


def lengthen(mailing: Mailing, size: int) -> None:
    """Make the greeting so long that the Swedish letter's HTML has about `size` bytes, and publish it."""
    page = CampaignPage.objects.get(pk=mailing.campaign_id)
    more = size - letter(Edition.of_published(page)).size
    page.letter_greeting = f"{page.letter_greeting}<p>{'Lång text. ' * (more // len('Lång text. '.encode()))}</p>"
    page.save_revision().publish()
    email.compiled.cache_clear()


def screen(client: Client, mailing: Mailing, user: User) -> str:
    client.force_login(user)
    return client.get(f"/admin/utskick/{mailing.pk}/granska/").content.decode()


def test_a_letter_of_usual_length_is_not_spoken_of(client: Client, requested: Mailing, approver: User) -> None:
    assert nearly_too_long(requested) == []
    assert "102" not in screen(client, requested, approver)


def test_from_90_kb_the_review_screen_warns_and_the_letter_can_still_be_approved(
    client: Client, requested: Mailing, approver: User
) -> None:
    lengthen(requested, NEARLY_CLIPPED_FROM + 1_500)
    (sentence,) = nearly_too_long(requested)
    assert "91" in sentence
    assert "102" in sentence
    shown = screen(client, requested, approver)
    assert sentence in shown
    assert 'value="yes"' in shown


def test_from_102_kb_nothing_is_approved_and_the_warning_is_not_said_twice(
    client: Client, requested: Mailing, approver: User
) -> None:
    lengthen(requested, CLIPPED_FROM + 1_500)
    assert nearly_too_long(requested) == []
    assert 'value="yes"' not in screen(client, requested, approver)
