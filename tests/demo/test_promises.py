"""The promise periods of the demonstration: the facts of 2021, and honesty about the years of which little is known."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from kampanj.followup.promises.models import PromisePeriodPage
from kampanj.followup.promises.shown import shown_groups
from tests.demo.reading import blocks, streams

# What the municipality's account of 2021 holds; every one must be found on the page.
FACTS_2021 = """
BRÅ|EST|Säker sommar|Fritidsbanken|Svenska kyrkan|Räddningstjänsten|Team Ungdom|trygghetssamordnare|kulturkontoret|vaktbolag
säkerhetsenhet|näringslivsfunktion|fyra lokala möten|Varje vecka|Strängnäs Montessoriskola|hund|Linköpingsmodellen|15–18
besiktas|trafikpolisen|trimmar|Resecentrum|Vasaskolan|Paulinska skolan|barnombudsman|vårdnadshavare|volontärer
före jul|lärplattformar|Maria Dufva|Thomas arena teater|en månad|oktober|cannabis, kokain och amfetamin|Mariefred|jämföra
Strängnäs Fastighetsbolag AB|sexuella trakasserier|strangnas.se/ung|Ung i Strängnäs kommun|e-post|orosanmälningar
Liv och Hälsa Ung|Region Sörmland|2022 och 2023|pandemin|smitt
"""


@pytest.fixture
def periods(db: None) -> dict[tuple[int, str], PromisePeriodPage]:
    """Every period by its first year and language."""
    return {(page.first_year, page.locale.language_code): page for page in PromisePeriodPage.objects.select_related("locale")}


def text_of(page: PromisePeriodPage) -> str:
    """All that the page holds, as it is stored."""
    return " ".join([page.introduction, *(json.dumps(stream.get_prep_value(), ensure_ascii=False) for stream in streams(page))])


def test_2021_holds_every_fact_of_the_municipalitys_account(periods: dict[tuple[int, str], PromisePeriodPage]) -> None:
    page = periods[2021, "sv"]
    text = text_of(page)
    facts = [fact for line in FACTS_2021.split("\n") for fact in line.split("|") if fact]
    assert [fact for fact in facts if fact not in text] == []
    assert (page.signed_on, page.results_on) == (datetime.date(2021, 3, 11), datetime.date(2022, 1, 12))
    assert all(promise.result for group in shown_groups(page) for promise in group.promises)


def test_2021_points_at_the_campaign_in_the_readers_language(periods: dict[tuple[int, str], PromisePeriodPage]) -> None:
    for language, title in (("sv", "Jag trodde aldrig…"), ("en", "I never thought…")):
        groups = shown_groups(periods[2021, language])
        named = [pointer.title for group in groups for promise in group.promises for pointer in promise.pointers]
        assert title in named


def test_the_translation_has_the_same_promises(periods: dict[tuple[int, str], PromisePeriodPage]) -> None:
    def shape(page: PromisePeriodPage) -> list[Any]:
        return [[kind for kind, _value in blocks(stream)] for stream in streams(page)]

    for year in (2020, 2021, 2022):
        assert shape(periods[year, "sv"]) == shape(periods[year, "en"])
        assert periods[year, "sv"].outcomes == periods[year, "en"].outcomes


def test_what_is_not_known_is_not_invented(periods: dict[tuple[int, str], PromisePeriodPage]) -> None:
    early, late = periods[2020, "sv"], periods[2022, "sv"]
    assert (early.outcomes, early.signed_on, early.results_on) == ([], None, datetime.date(2021, 2, 24))
    assert (late.years, late.results_on) == ("2022–2023", None)
    promises = [[promise.words for promise in group.promises] for group in shown_groups(late)]
    assert [len(words) for words in promises] == [4, 4]
    assert all(words.endswith("(exempel)") for group in promises for words in group)
