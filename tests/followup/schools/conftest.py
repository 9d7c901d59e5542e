"""An approved mailing to all schools, and a school's link in it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from kampanj.audience.models import School
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.schools import links

Linker = Callable[..., str]


@pytest.fixture
def mailing(db: None) -> Mailing:
    return make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)


@pytest.fixture
def school(db: None) -> School:
    """The one with Moodle."""
    return School.objects.get(platform="moodle")


@pytest.fixture
def link(mailing: Mailing) -> Linker:
    """Gives the path of a school's page."""

    def path(school: School, language: str = "sv") -> str:
        return urlsplit(links.address(mailing, school, language)).path

    return path
