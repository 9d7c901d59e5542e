"""Calendar files as RFC 5545 wants them, spans of time, and how days and hours are said."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from kampanj.content.calendar.ical import Entry, Frame, calendar_file, plain
from kampanj.content.calendar.times import Span, midnight_after
from kampanj.content.calendar.wording import day_in_words, hours_in_words, span_in_words

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FRAME = Frame(name="Att göra", address="https://ung.example.org/kalender.ics", language="sv", sender="Exempel kommun")
FEED = Frame(name="Att göra", address="https://ung.example.org/kalender.ics?age=14", language="sv", is_subscribed=True)


def at(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=STOCKHOLM)


def entry(**words: str) -> Entry:
    """A Saturday evening."""
    span = Span(at(2026, 12, 12, 18), at(2026, 12, 12, 20))
    return Entry(**{"key": "one", "span": span, "title": "Kvällsbad", "changed": at(2026, 11, 1, 9), **words})  # type: ignore[arg-type]


def lines_of(file: bytes) -> list[bytes]:
    """The physical lines; fails where RFC 5545, 3.1 is broken."""
    assert file.endswith(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert b"\r" not in file.replace(b"\r\n", b"")
    lines = file.split(b"\r\n")[:-1]
    assert max(map(len, lines)) <= 75
    return lines


def unfolded(file: bytes) -> dict[str, str]:
    """The value after each name (its parameters included), the last one where a name comes twice."""
    content = file.replace(b"\r\n ", b"").decode()
    return dict(line.split(":", 1) for line in content.split("\r\n") if line)


@given(title=st.text(max_size=300), description=st.text(max_size=600), place=st.text(max_size=200))
def test_any_words_survive_the_way_out_and_back(title: str, description: str, place: str) -> None:
    file = calendar_file([entry(title=title, description=description, place=place)], FRAME)
    lines_of(file)
    assert not set(file.decode()) & {chr(code) for code in range(32) if chr(code) not in "\r\n\t"}
    event = Calendar.from_ical(file).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == plain(title)
    assert str(event.get("DESCRIPTION", "")) == plain(description)
    assert str(event.get("LOCATION", "")) == plain(place)


def test_folding_never_cuts_a_letter_in_two() -> None:
    for line in lines_of(calendar_file([entry(title="ö" * 200)], FRAME)):
        line.decode()


def test_separators_are_escaped() -> None:
    assert unfolded(calendar_file([entry(title="a, b; c\\d\ne")], FRAME))["SUMMARY"] == r"a\, b\; c\\d\ne"


def test_moments_are_in_utc_and_the_stamp_is_when_the_words_were_published() -> None:
    found = unfolded(calendar_file([entry()], FRAME))
    names = ("DTSTART", "DTEND", "DTSTAMP")
    assert [found[name] for name in names] == ["20261212T170000Z", "20261212T190000Z", "20261101T080000Z"]


def test_a_file_is_the_same_every_time_and_names_its_entries_the_same() -> None:
    assert calendar_file([entry()], FRAME) == calendar_file([entry()], FRAME)
    before, after = (unfolded(calendar_file([entry(title=title)], FRAME))["UID"] for title in ("Före", "Efter"))
    assert before == after
    assert unfolded(calendar_file([entry(key="other")], FRAME))["UID"] != before


def test_an_entry_given_twice_stands_once() -> None:
    assert len(Calendar.from_ical(calendar_file([entry(), entry()], FRAME)).walk("VEVENT")) == 1


def test_only_a_feed_says_how_often_it_is_fetched_and_leaves_the_reader_free() -> None:
    feed, single = unfolded(calendar_file([entry()], FEED)), unfolded(calendar_file([entry()], FRAME))
    assert feed["REFRESH-INTERVAL;VALUE=DURATION"] == feed["X-PUBLISHED-TTL"] == "PT6H"
    assert feed["SOURCE;VALUE=URI"] == FEED.address
    assert feed["TRANSP"] == "TRANSPARENT"
    assert not {"REFRESH-INTERVAL;VALUE=DURATION", "X-PUBLISHED-TTL", "TRANSP"} & set(single)
    assert "METHOD" not in feed
    assert "METHOD" not in single


def test_a_calendar_with_nothing_in_it_is_still_a_calendar() -> None:
    file = calendar_file([], FEED)
    lines_of(file)
    parsed = Calendar.from_ical(file)
    assert parsed.walk("VEVENT") == []
    assert len(parsed.subcomponents) == 1


def test_without_an_end_none_is_written_and_it_lasts_until_midnight() -> None:
    span = Span(at(2026, 12, 12, 18))
    assert "DTEND" not in unfolded(calendar_file([Entry("one", span, "Bad", at(2026, 11, 1))], FRAME))
    assert span.over_at == at(2026, 12, 13)
    assert (span.is_over(at(2026, 12, 12, 23, 59)), span.is_over(at(2026, 12, 13))) == (False, True)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)], ids=["clocks forward", "clocks back"])
def test_a_day_of_another_length_ends_at_its_midnight(day: dt.date) -> None:
    assert Span(at(day.year, day.month, day.day, 12)).over_at == at(day.year, day.month, day.day + 1)


def test_a_moment_without_a_zone_is_the_municipalitys() -> None:
    assert Span.of(dt.datetime(2026, 7, 1, 18)) == Span(at(2026, 7, 1, 18))
    assert Span.of(None) is None


def test_no_day_is_too_late_for_the_clock() -> None:
    assert midnight_after(dt.date.max) == at(2101, 1, 1)
    assert Span(dt.datetime(9999, 12, 31, 12, tzinfo=STOCKHOLM)).over_at == at(2101, 1, 1)
    assert Span.of(dt.datetime(9999, 12, 31)) is None
    assert Span.of(dt.datetime(2100, 12, 31, 23)) == Span(at(2100, 12, 31, 23))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", "lördag 12 december 2026 kl.\xa018.00–20.00"),
        ("en", "Saturday 12 December 2026, 18:00–20:00"),
        ("uk", "субота 12 грудня 2026"),
        ("so", "Sabti 12 Diseembar 2026"),
        ("ar", "السبت 12 ديسمبر 2026"),
    ],
)
def test_an_evening_is_said_in_the_readers_language(language: str, said: str) -> None:
    utc = Span(at(2026, 12, 12, 18).astimezone(dt.UTC), at(2026, 12, 12, 20).astimezone(dt.UTC))
    with translation.override(language):
        assert span_in_words(utc).startswith(said)


def test_several_days_are_both_named() -> None:
    with translation.override("sv"):
        assert (
            span_in_words(Span(at(2026, 7, 3, 9), at(2026, 7, 5, 15)))
            == "fredag 3 juli 2026 kl.\xa009.00 – söndag 5 juli 2026 kl.\xa015.00"
        )
        assert hours_in_words(Span(at(2026, 7, 3, 9))) == "kl.\xa009.00"
        assert day_in_words(at(2026, 7, 3, 23, 30).astimezone(dt.UTC)) == "3 juli 2026"
