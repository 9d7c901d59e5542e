"""A lesson of each standard, made from a campaign in the database, and a platform in Chromium to launch it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from kampanj.channels.lms.scorm.standard import SCORM_12, SCORM_2004, Standard
from kampanj.channels.lms.scorm.writer import render_together
from kampanj.content.models import CampaignPage, Edition
from tests.channels.lms.scorm import npm
from tests.channels.lms.scorm.platform import PLATFORM, Platform

STANDARDS = {"1.2": SCORM_12, "2004": SCORM_2004}


def question(
    words: str, right: tuple[str, ...], wrong: tuple[str, ...], explanation: str = "", said: dict[str, str] | None = None
) -> dict[str, Any]:
    """A quiz question as the page's StreamField takes it; the right answers come first. `said` is answer → feedback."""
    feedback = said or {}
    alternatives = [{"text": text, "correct": text in right, "feedback": feedback.get(text, "")} for text in (*right, *wrong)]
    return {"type": "quiz_question", "value": {"question": words, "alternatives": alternatives, "explanation": explanation}}


QUIZ = [
    question("Vilket nummer ringer du i nödläge?", ("112",), ("114 14",), "114 14 går till polisen."),
    question("Vad hjälper?", ("Fråga", "Lyssna"), ("Skälla",)),
    question("Vem svarar på 116 111?", ("Bris",), ("Kommunen",), said={"Kommunen": "Kommunen har ett annat nummer."}),
]


@pytest.fixture(params=list(STANDARDS))
def standard(request: pytest.FixtureRequest) -> Standard:
    """Each of the two standards in turn."""
    return STANDARDS[request.param]


@pytest.fixture
def quiz_campaign(make_campaign: Callable[..., CampaignPage]) -> CampaignPage:
    """The Swedish campaign with three questions, of which one has two right answers."""
    return make_campaign(quiz=QUIZ)


@pytest.fixture
def packed() -> Callable[..., bytes]:
    """Gives the package of the campaigns (one per language) in a standard."""

    def make(standard: Standard, *campaigns: CampaignPage) -> bytes:
        [artifact] = render_together(tuple(Edition.freeze(campaign) for campaign in campaigns), standard=standard)
        return artifact.content

    return make


@pytest.fixture
def platform(chromium: Browser) -> Iterator[Callable[..., Platform]]:
    """Makes platforms that lessons are launched in."""
    npm.package(PLATFORM)
    made: list[Platform] = []

    def make(standard: Standard, package: bytes, **options: Any) -> Platform:
        made.append(Platform(chromium, standard, package, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def shelf() -> dict[str, bytes]:
    """Packages that several tests launch: the same campaign gives the same bytes."""
    return {}


@pytest.fixture
def lesson(
    request: pytest.FixtureRequest, standard: Standard, shelf: dict[str, bytes], packed: Any, platform: Any
) -> Callable[..., Platform]:
    """Gives a platform that holds the lesson with three questions."""
    if standard.name not in shelf:
        shelf[standard.name] = packed(standard, request.getfixturevalue("quiz_campaign"))
    return lambda **options: platform(standard, shelf[standard.name], **options)
