"""A letter to guardians that left three weeks ago, visits through it, and figures that are public: a story to look at."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from kampanj.content.helpful.models import HelpfulCount
from kampanj.content.models import CampaignPage
from kampanj.distribution.links import letter_mark
from kampanj.distribution.models import Mailing
from kampanj.followup.story.models import FigureKind
from kampanj.followup.story.publishing import make_public
from kampanj.followup.story.telling import story_of
from kampanj.followup.visits.letters import AT_LEAST
from kampanj.followup.visits.models import VisitCount
from kampanj.management.demo.handout import put_visits
from kampanj.management.demo.municipality import USERS
from kampanj.municipality.models import User

# Visits day by day from the letter on: most come at once, some when the schools' lesson is talked of at home.
VISITS_TO_GUARDIANS = (34, 19, 11, 6, 4, 5, 2, 3, 1, 0, 2, 1, 0, 0, 8, 12, 7, 3, 4, 2, 1)
VISITS_TO_SCHOOLS = (6, 3, 2, 0, 0, 1, 2)
HELPED, DID_NOT_HELP = 31, 9
PUBLIC = {FigureKind.CHILDREN, FigureKind.SCHOOLS, FigureKind.VISITS, FigureKind.HELPED}


def put_story(campaign: CampaignPage, *, guardians: Mailing, schools: Mailing) -> None:
    """Visits and answers as numbers, and the figures that the communicator of the demonstration has made public."""
    # A demonstration is made in a moment; its story begins before the first letter.
    came_out = (guardians.run.started_at or timezone.now()) - dt.timedelta(days=2)
    CampaignPage.objects.filter(translation_key=campaign.translation_key).update(first_published_at=came_out)
    for mailing, numbers in ((guardians, VISITS_TO_GUARDIANS), (schools, VISITS_TO_SCHOOLS)):
        first = timezone.localdate(mailing.run.started_at)
        VisitCount.objects.bulk_create(
            VisitCount(door=letter_mark(mailing.pk), day=first + dt.timedelta(days=day), visits=number, most=AT_LEAST)
            for day, number in enumerate(numbers)
            if number
        )
    put_visits(campaign)
    HelpfulCount.objects.get_or_create(page_id=campaign.pk, defaults={"yes": HELPED, "no": DID_NOT_HELP})
    communicator = User.objects.get(username=USERS[0].username)
    make_public(campaign, story_of(campaign).totals, PUBLIC, anew=False, by=communicator)
