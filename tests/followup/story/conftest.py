"""A campaign with two mailings that have left: to all guardians and to all schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from kampanj.content.models import CampaignPage, campaign_by_slug
from kampanj.distribution import clock
from kampanj.distribution.links import letter_mark
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.visits.models import VisitCount
from kampanj.municipality.models import User
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person
from tests.distribution.rows import finish

Send = Callable[[str], Mailing]
# A Wednesday.
DAY = dt.date(2026, 11, 18)


@pytest.fixture
def campaign(db: None) -> CampaignPage:
    return campaign_by_slug("jag-trodde-aldrig")


@pytest.fixture
def send(campaign: CampaignPage) -> Send:
    def sent(segment: str) -> Mailing:
        made = make_mailing(slug=campaign.slug, segment_name=segment, at=None, is_approved=True)
        clock.start_due()
        finish(made)
        clock.finish_done()
        return Mailing.objects.get(pk=made.pk)

    return sent


@pytest.fixture
def guardians(send: Send) -> Mailing:
    return send("Alla vårdnadshavare")


@pytest.fixture
def schools(send: Send) -> Mailing:
    return send("Alla skolor")


@pytest.fixture
def communicator(db: None) -> User:
    return person("berattare", COMMUNICATOR)


@pytest.fixture
def desk(client: Client, communicator: User) -> Client:
    client.force_login(communicator)
    return client


def visit(mailing: Mailing, number: int, *, weeks: int = 0) -> None:
    """So many visits on one day, so many weeks after DAY."""
    day = DAY + dt.timedelta(weeks=weeks)
    VisitCount.objects.create(door=letter_mark(mailing.pk), day=day, visits=number, most=10_000)


def now() -> dt.datetime:
    return timezone.now()
