"""The second campaign: an evening that is always ahead, and the same in both languages."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime
from hypothesis import given
from hypothesis import strategies as st

from kampanj.content.models import CampaignPage
from kampanj.management.demo.lecture_time import HOLIDAYS, evening_after
from tests.demo.reading import blocks, plain, streams, words
from tests.web.reading import parsed, said, with_class

LETTER_WORDS = 400


@pytest.fixture
def lectures(db: None) -> dict[str, CampaignPage]:
    """The invitation by language."""
    return {page.locale.language_code: page for page in CampaignPage.objects.filter(slug="kvall-om-livet-pa-natet")}


@given(st.dates(min_value=date(2024, 1, 1), max_value=date(2040, 1, 1)))
def test_the_evening_is_a_wednesday_in_term_some_weeks_ahead(day: date) -> None:
    evening = evening_after(day)
    assert (evening.strftime("%a"), evening.time()) == ("Wed", time(18, 30))
    assert timedelta(weeks=3) <= evening.date() - day <= timedelta(weeks=15)
    assert not any(first <= (evening.month, evening.day) <= last for first, last in HOLIDAYS)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_invitation_is_complete(lectures: dict[str, CampaignPage], language: str) -> None:
    page = lectures[language]
    assert len(page.letter_subject) <= 45
    assert len(page.school_subject) <= 45
    assert len(page.panels_in_letter) == 4
    texts = [
        str(value["text"])
        for panel in page.panels_in_letter
        for kind, value in blocks(panel.value["body"])
        if kind == "rich_text"
    ]
    assert len(words(plain("\n".join([page.letter_greeting, *texts])))) <= LETTER_WORDS
    assert page.cover_image is not None
    assert page.cover_image.title == "Scenen före föreläsningen"
    assert page.teacher_guide
    assert page.discussion
    assert page.quiz
    assert page.share_texts


@pytest.mark.parametrize("language", ["sv", "en"])
def test_day_and_place_stand_in_the_first_panel_and_are_marked_as_examples(
    client: Any, lectures: dict[str, CampaignPage], language: str
) -> None:
    page = lectures[language]
    panel = next(iter(with_class(parsed(client.get(page.url)), "panel")))
    first = said(panel)
    day = localtime(next(value["start"] for kind, value in blocks(page.panels[0].value["body"]) if kind == "event"))
    assert "Thomas arena teater" in first
    assert str(day.day) in first
    assert re.search(r"18[.:]30", first)
    assert ("exempel" if language == "sv" else "examples") in first


def test_the_translation_has_the_same_shape(lectures: dict[str, CampaignPage]) -> None:
    def shape(page: CampaignPage) -> list[Any]:
        return [[kind for kind, _value in blocks(stream)] for stream in streams(page)]

    assert shape(lectures["sv"]) == shape(lectures["en"])
    assert lectures["sv"].translation_key == lectures["en"].translation_key
