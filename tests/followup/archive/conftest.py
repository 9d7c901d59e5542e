"""An ended mailing to the demonstration's guardians, and private storage of the test's own for its archive."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from kampanj.content.models import campaign_by_slug
from kampanj.distribution import clock
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from tests.distribution.rows import finish

SLUG = "jag-trodde-aldrig"
GUARDIANS = "Alla vårdnadshavare"


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, tmp_path: Path) -> Path:
    """A copy of private storage, so that what a test changes in a file is gone with it."""
    place = tmp_path / "private"
    was = Path(settings.STORAGES["private"]["OPTIONS"]["location"])
    if was.exists():
        shutil.copytree(was, place)
    options = {**settings.STORAGES["private"]["OPTIONS"], "location": str(place)}
    settings.STORAGES = {**settings.STORAGES, "private": {**settings.STORAGES["private"], "OPTIONS": options}}
    return place


def ended(segment: str = GUARDIANS) -> Mailing:
    """A mailing that has left in whole."""
    mailing = make_mailing(slug=SLUG, segment_name=segment, at=None, is_approved=True)
    clock.start_due()
    finish(mailing)
    clock.finish_done()
    return Mailing.objects.get(pk=mailing.pk)


@pytest.fixture
def in_swedish_only(db: None) -> None:
    """The campaign is published in one language: paper takes seconds for each."""
    campaign = campaign_by_slug(SLUG)
    campaign.get_translations().update(live=False)


@pytest.fixture
def mailing(in_swedish_only: None) -> Mailing:
    """A mailing that has ended and has no archive yet."""
    return ended()
