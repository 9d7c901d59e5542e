"""A round in three areas, and what its phone page sends."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from kampanj.content.models import campaign_by_slug
from kampanj.distribution.handout.links import token_for
from kampanj.distribution.handout.models import HandoutArea, HandoutCount, HandoutRound
from kampanj.municipality.models import User
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person

AREAS = (("Norr", 400), ("Söder", 250), ("Öarna", 60))


def make_round(**fields: Any) -> HandoutRound:
    """A planned round of the demonstration campaign, from today."""
    values = {
        "name": "Före sportlovet",
        "campaign": campaign_by_slug("jag-trodde-aldrig"),
        "folder_format": "a65",
        "day": timezone.localdate(),
        "team": "Fältgruppen",
        "delivery_address": "Biblioteket, Torget 1",
        "delivery_contact": "Informationsdisken",
        **fields,
    }
    handout = HandoutRound(**values)
    handout.areas = [HandoutArea(name=name, quantity=quantity, sort_order=at) for at, (name, quantity) in enumerate(AREAS)]
    handout.full_clean()
    handout.save()
    return HandoutRound.objects.get(pk=handout.pk)


@pytest.fixture
def handout(db: None) -> HandoutRound:
    """The only round of which anything is counted."""
    HandoutCount.objects.all().delete()
    ModelLogEntry.objects.filter(action__startswith="kampanj.handout_").delete()
    return make_round()


@pytest.fixture
def areas(handout: HandoutRound) -> dict[str, HandoutArea]:
    return {area.name: area for area in HandoutArea.objects.filter(round=handout)}


@pytest.fixture
def author(db: None) -> User:
    return person("forfattare", COMMUNICATOR)


@pytest.fixture
def desk(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def path(handout: HandoutRound) -> str:
    """The phone page's path."""
    return f"/utdelning/{token_for(handout)}/"


Sender = Callable[..., Any]


def send(client: Client, path: str, numbers: dict[HandoutArea, str], **fields: str) -> Any:
    """Open the page, fill in numbers and press the button; what came back at once."""
    shown = client.get(path)
    sent = {"form": shown.context["token"], "key": hidden(shown, "key"), "team": "", **fields}
    sent |= {f"area-{area.pk}": number for area, number in numbers.items()}
    return client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})


def hidden(response: Any, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]+)"', response.content.decode())
    assert found, name
    return found.group(1)


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)
