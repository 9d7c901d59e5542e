"""The list of activities: the next one first, past ones gone at their second, cut to what suits the reader."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from wagtail.models import PageViewRestriction

from kampanj.municipality.models import SiteSettings
from tests.ung.occasions import FEED, LIST, NOW, TICK, Make, at, evening, events, found, headings, titles
from tests.web.reading import parsed, said, with_class
from ung.models import ActivityPage

pytestmark = pytest.mark.django_db


# --- The list ---------------------------------------------------------------------------------------------------------


def test_each_activity_stands_once_at_its_next_occasion(client: Any, make: Make) -> None:
    make("Lördag", evening(13))
    make("Varje vecka", evening(1), evening(9), evening(16), evening(23))
    make("I kväll", evening(8))
    response = client.get(LIST)
    assert titles(response) == ["I kväll", "Varje vecka", "Lördag"]
    assert headings(response) == ["I dag, måndag 8 december", "I morgon, tisdag 9 december", "Lördag 13 december"]
    assert found(response) == "3 aktiviteter"
    weekly = next(card for card in with_class(parsed(response), "card") if "Varje vecka" in said(card))
    assert "2 gånger till" in said(weekly)


def test_what_started_on_an_earlier_day_goes_on_now(client: Any, make: Make) -> None:
    make("Läger", (at(6), at(10)))
    make("Före läget", (at(5), at(9)))
    assert headings(client.get(LIST)) == ["Pågår nu"]


def test_another_year_is_named(client: Any, make: Make) -> None:
    make("Nyår", (at(31) + dt.timedelta(days=2), None))
    assert headings(client.get(LIST)) == ["Fredag 2 januari 2032"]


def test_it_leaves_the_kept_list_and_the_kept_feed_at_the_second_when_it_is_over(client: Any, make: Make, now: Any) -> None:
    make("Bad", evening(8))
    make("Sen", evening(20))
    now.move_to(at(8, 20) - dt.timedelta(seconds=1))
    assert (titles(client.get(LIST)), events(client.get(FEED))) == (["Bad", "Sen"], ["Bad", "Sen"])
    now.move_to(at(8, 20) + TICK)
    assert (titles(client.get(LIST)), events(client.get(FEED))) == (["Sen"], ["Sen"])


def test_without_an_end_it_stays_until_midnight(client: Any, make: Make, now: Any) -> None:
    make("Utan slut", (at(8), None))
    now.move_to(at(8, 23, 59))
    assert titles(client.get(LIST)) == ["Utan slut"]
    now.move_to(at(9, 0) + TICK)
    assert titles(client.get(LIST)) == []


def test_today_is_another_day_after_midnight(client: Any, make: Make, now: Any) -> None:
    make("Tisdag", evening(9))
    now.move_to(at(8, 23, 59))
    assert headings(client.get(LIST)) == ["I morgon, tisdag 9 december"]
    now.move_to(at(9, 0) + TICK)
    assert headings(client.get(LIST)) == ["I dag, tisdag 9 december"]


def test_a_page_whose_time_is_over_a_draft_and_a_closed_page_are_not_listed(client: Any, make: Make) -> None:
    gone, draft, closed = (make(title, evening(10)) for title in ("Slut", "Utkast", "Stängd"))
    ActivityPage.objects.filter(pk=gone.pk).update(expire_at=NOW)
    draft.unpublish()
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    make("Kvar", evening(10))
    assert titles(client.get(LIST)) == ["Kvar"]
    assert events(client.get(FEED)) == ["Kvar"]


def test_an_empty_list_says_so_and_leads_to_the_other_language(client: Any, now: Any) -> None:
    page = parsed(client.get(LIST))
    assert "Just nu finns inget i listan." in said(page)
    assert with_class(page, "choose") == []
    assert "/en/ung/aktiviteter/" in [a.get("href") for a in page.iter("a")]


def test_a_long_list_is_cut_and_the_parts_keep_the_choice(client: Any, make: Make) -> None:
    for number in range(41):
        make(f"Nummer {number:02}", evening(10 + number // 4), age_from=10)
    first, second = client.get(f"{LIST}?age=14"), client.get(f"{LIST}?age=14&page=2")
    assert (len(titles(first)), titles(second)) == (40, ["Nummer 40"])
    assert found(first).startswith("41 aktiviteter")
    [onward] = [a.get("href") for a in parsed(first).iter("a") if a.get("rel") == "next"]
    assert parse_qs(urlsplit(onward).query) == {"age": ["14"], "page": ["2"]}


@pytest.mark.parametrize("path", [LIST, FEED])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(client: Any, make: Make, path: str) -> None:
    counts = []
    for number in range(12):
        make(f"Nummer {number}", *(evening(10 + day) for day in range(8)), district="Mariefred", age_from=13)
        if number in (0, 11):
            client.get("/")
            with CaptureQueriesContext(connection) as asked:
                client.get(f"{path}?age=14")
            counts.append(len(asked))
    assert counts[1] <= counts[0]


# --- The choice -------------------------------------------------------------------------------------------------------


@pytest.fixture
def five(make: Make) -> None:
    make("Små", evening(9), district="Mariefred", age_from=6, age_to=9)
    make("Stora", evening(10), district="Mariefred", age_from=13, age_to=16)
    make("Bad", evening(11), district="Strängnäs", age_from=13, is_free=False, price="40 kronor")
    make("Överallt", evening(12), age_to=20)
    make("Alla", evening(13), district="Länna")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"district": "Mariefred"}, ["Små", "Stora", "Överallt"]),
        ({"age": "13"}, ["Stora", "Bad", "Överallt", "Alla"]),
        ({"age": "9"}, ["Små", "Överallt", "Alla"]),
        ({"age": "0"}, ["Överallt", "Alla"]),
        ({"age": "21"}, ["Bad", "Alla"]),
        ({"free": "on"}, ["Små", "Stora", "Överallt", "Alla"]),
        ({"district": "Mariefred", "age": "14", "free": "on"}, ["Stora", "Överallt"]),
        ({"district": "", "age": ""}, ["Små", "Stora", "Bad", "Överallt", "Alla"]),
        ({"district": "Härad", "age": "99"}, []),
    ],
)
def test_the_list_and_the_feed_show_what_suits(client: Any, five: None, query: dict[str, str], expected: list[str]) -> None:
    assert titles(client.get(LIST, query)) == expected
    assert events(client.get(FEED, query)) == expected


def test_the_form_keeps_what_was_chosen_and_everything_else_follows_it(client: Any, five: None) -> None:
    SiteSettings.objects.update(base_url="https://ung.example.org")
    page = parsed(client.get(LIST, {"district": "Mariefred", "age": "14", "free": "on"}))
    assert [option.get("value") for option in page.iter("option") if option.get("selected") is not None] == ["Mariefred"]
    controls = {control.get("name"): control for control in page.iter("input")}
    assert controls["age"].get("value") == "14"
    assert controls["free"].get("checked") is not None
    addresses = [a.get("href") or "" for a in page.iter("a")]
    query = {"district": ["Mariefred"], "age": ["14"], "free": ["on"]}
    [subscribed] = [address for address in addresses if address.startswith("webcal:")]
    assert subscribed.startswith(f"webcal://ung.example.org{FEED}?")
    assert parse_qs(urlsplit(subscribed).query) == query
    assert [parse_qs(urlsplit(address).query) for address in addresses if address.startswith(FEED)] == [query]
    assert LIST in [a.get("href") for a in with_class(page, "found")[0].iter("a")]


def test_the_districts_are_those_of_the_settings(client: Any, five: None) -> None:
    SiteSettings.objects.update(districts="Norr\n\n  Söder ")
    options = [option.get("value") for option in parsed(client.get(f"{LIST}?")).iter("option")]
    assert options == ["", "Norr", "Söder"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"age": "abc"}, "Skriv din ålder med siffror"),
        ({"age": "-1"}, "Skriv din ålder med siffror"),
        ({"age": "9" * 5000}, "Skriv din ålder med siffror"),
        ({"district": "Atlantis"}, "Det området finns inte i listan."),
        ({"district": "\x00"}, "Det området finns inte i listan."),
        ({"district": "x" * 20000}, "Det området finns inte i listan."),
    ],
)
def test_what_cannot_be_understood_cuts_nothing_and_is_said(
    client: Any, five: None, query: dict[str, str], sentence: str
) -> None:
    response = client.get(LIST, query)
    page = parsed(response)
    assert len(titles(response)) == 5
    errors = with_class(page, "errorlist")
    assert [said(one).startswith(sentence) for one in errors] == [True]
    [control] = [control for control in (*page.iter("input"), *page.iter("select")) if control.get("aria-invalid") == "true"]
    assert errors[0].get("id") in control.get("aria-describedby", "").split()
    assert len(events(client.get(FEED, query))) == 5


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["district", "age", "free", "page", "q"]) | st.text(max_size=5),
        st.text(max_size=40) | st.integers().map(str) | st.floats().map(str),
        max_size=5,
    )
)
def test_no_query_breaks_the_list_or_the_feed(client: Any, five: None, query: dict[str, str]) -> None:
    encoded = urlencode(query, errors="surrogatepass")
    assert client.get(f"{LIST}?{encoded}").status_code == 200
    answer = client.get(f"{FEED}?{encoded}")
    assert answer.status_code == 200
    Calendar.from_ical(answer.content)


@pytest.mark.parametrize("query", ["%", "age=%ff", "district=%00&district=%00", "&&&==", "page=-1", "page=0", "page=1e9", "free"])
def test_a_query_that_is_no_query_is_borne(client: Any, five: None, query: str) -> None:
    assert client.get(f"{LIST}?{query}").status_code == 200
