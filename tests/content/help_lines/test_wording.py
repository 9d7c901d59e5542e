"""Hours and openness in words, in Swedish and in languages that read the other way or that Django does not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from kampanj.content.help_lines.hours import Hours, Span, Way
from kampanj.content.help_lines.wording import clock, hours_in_words, languages_in_words, openness

EVERY_DAY = frozenset(range(7))
OFFICE = Span(frozenset(range(5)), time(9), time(16))
WEEKEND = Span(frozenset({5, 6}), time(12), time(0))
CHAT = Span(EVERY_DAY, time(14), time(22, 30), Way.CHAT)


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    with translation.override("sv"):
        yield


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in November 2026; the 26th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Hours(), ""),
        (Hours(always_open=True), "Dygnet runt"),
        (Hours((OFFICE,)), "Måndag–fredag kl. 9–16"),
        (Hours((WEEKEND, OFFICE)), "Måndag–fredag kl. 9–16 och lördag–söndag kl. 12–24"),
        (Hours((Span(frozenset({0, 2, 3}), time(9, 15), time(12)),)), "Måndag och onsdag–torsdag kl. 9.15–12"),
        (Hours((OFFICE, Span(OFFICE.days, time(18), time(20)))), "Måndag–fredag kl. 9–16 och kl. 18–20"),
        (Hours((Span(EVERY_DAY, time(0), time(0)),)), "Alla dagar dygnet runt"),
        (Hours((OFFICE,), closed_on_public_holidays=True), "Måndag–fredag kl. 9–16. Stängt på helgdagar."),
        (Hours((CHAT, OFFICE)), "Telefon: måndag–fredag kl. 9–16. Chatt: alla dagar kl. 14–22.30."),
    ],
)
def test_hours_in_words(hours: Hours, words: str) -> None:
    assert hours_in_words(hours) == words


def test_the_only_way_with_hours_is_named_where_there_is_another() -> None:
    assert hours_in_words(Hours((CHAT,)), names_way=True) == "Chatt: alla dagar kl. 14–22.30"


@pytest.mark.parametrize(
    ("moment", "words", "until"),
    [
        (at(26, 8), "Öppnar kl. 9", at(26, 9)),
        (at(26, 10), "Öppet nu till kl. 16", at(26, 16)),
        (at(26, 17), "Öppnar i morgon kl. 9", at(27, 0)),
        (at(27, 17), "Öppnar på måndag kl. 9", at(28, 0)),
        (at(29, 17), "Öppnar i morgon kl. 9", at(30, 0)),
        (at(30, 0), "Öppnar kl. 9", at(30, 9)),
    ],
)
def test_what_is_said_now_and_until_when_it_is_true(moment: datetime, words: str, until: datetime) -> None:
    now = openness(Hours((OFFICE,)), moment)
    assert now is not None
    assert now.words == words
    assert now.until == until
    assert now.is_open == words.startswith("Öppet")


def test_an_opening_far_away_has_a_date() -> None:
    now = openness(
        Hours((Span(frozenset({4}), time(9), time(16)),), closed_on_public_holidays=True), at(27, 17).replace(month=12, day=18)
    )
    assert now is not None
    assert now.words == "Öppnar 8 januari kl. 9"


def test_open_until_midnight_and_always() -> None:
    late = openness(Hours((WEEKEND,)), at(28, 23))
    assert late is not None
    assert late.words == "Öppet nu till kl. 24"
    always = openness(Hours(always_open=True), at(28, 23))
    assert always is not None
    assert (always.words, always.until) == ("Öppet nu", None)


def test_each_way_has_its_own_openness() -> None:
    both = Hours((OFFICE, CHAT))
    by_way = {way: openness(both, at(26, 17), way) for way in Way}
    assert {way: now and now.is_open for way, now in by_way.items()} == {Way.PHONE: False, Way.CHAT: True}
    assert openness(Hours((OFFICE,)), at(26, 17), Way.CHAT) is None


def test_the_clock_is_the_municipalitys_whatever_the_server_thinks() -> None:
    now = openness(Hours((OFFICE,)), datetime(2026, 11, 26, 8, 30, tzinfo=UTC))
    assert now is not None
    assert now.is_open


def test_midnight_is_24_only_as_an_end() -> None:
    assert (clock(time(0)), clock(time(0), is_end=True), clock(time(0, 5))) == ("0", "24", "0.05")


@pytest.mark.parametrize(
    ("language", "languages", "day"),
    [("sv", "svenska och arabiska", "måndag"), ("en", "Swedish and Arabic", "Monday"), ("so", "Iswiidhish iyo Carabi", "Isniin")],
)
def test_names_are_those_of_the_readers_language(language: str, languages: str, day: str) -> None:
    with translation.override(language):
        assert languages_in_words(["sv", "ar"]) == languages
        assert day.lower() in hours_in_words(Hours((OFFICE,))).lower()
