"""Activities: the next one first, past ones gone at their second, cut to what suits the reader, and in the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from wagtail.models import Locale, PageViewRestriction

from kampanj.municipality.models import SiteSettings
from tests.web.reading import parsed, said, with_class
from ung.models import ActivityIndexPage, ActivityOccasion, ActivityPage

pytestmark = pytest.mark.django_db

LIST = "/ung/aktiviteter/"
FEED = f"{LIST}kalender.ics"
ZONE = ZoneInfo("Europe/Stockholm")
# What is kept on disk is good through the very instant when it ends.
TICK = dt.timedelta(milliseconds=1)
# A Monday, long after what the demonstration holds.
NOW = dt.datetime(2031, 12, 8, 12, tzinfo=ZONE)
Make = Callable[..., ActivityPage]


def at(day: int, hour: int = 18, minute: int = 0) -> dt.datetime:
    return dt.datetime(2031, 12, day, hour, minute, tzinfo=ZONE)


def evening(day: int, hour: int = 18) -> tuple[dt.datetime, dt.datetime]:
    return at(day, hour), at(day, hour) + dt.timedelta(hours=2)


@pytest.fixture
def now(db: None) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make(now: Any) -> Make:
    """Makes and publishes an activity under the Swedish list."""
    index = ActivityIndexPage.objects.get(locale__language_code="sv")

    def made(title: str, *times: tuple[dt.datetime, dt.datetime | None], **fields: Any) -> ActivityPage:
        values = {"introduction": f"Om {title}.", "place": "Gården", "locale": index.locale, **fields}
        page = ActivityPage(title=title, slug=f"a-{ActivityPage.objects.count()}", live=False, **values)
        page.occasions = [ActivityOccasion(start=start, end=end) for start, end in times]
        ActivityIndexPage.objects.get(pk=index.pk).add_child(instance=page)
        page.save_revision().publish()
        return ActivityPage.objects.get(pk=page.pk)

    return made


def titles(response: Any) -> list[str]:
    return [said(title) for card in with_class(parsed(response), "card") for title in with_class(card, "card__title")]


def headings(response: Any) -> list[str]:
    return [said(heading) for heading in with_class(parsed(response), "day__name")]


def found(response: Any) -> str:
    return said(with_class(parsed(response), "found")[0])


def events(response: Any) -> list[str]:
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(response.content).walk("VEVENT")]


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
    assert list(page.iter("form")) == []
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


# --- The feed ---------------------------------------------------------------------------------------------------------


def test_the_feed_holds_every_coming_occasion_with_names_that_stay(
    client: Any, make: Make, django_capture_on_commit_callbacks: Any
) -> None:
    page = make("Varje vecka", evening(1), evening(9), evening(16))
    first = client.get(FEED)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    parts = Calendar.from_ical(first.content).walk("VEVENT")
    assert [part["DTSTART"].dt for part in parts] == [at(9), at(16)]
    assert {part["DTSTAMP"].dt for part in parts} == {NOW}
    # As an editor who changes a word: the occasions get new rows, the entries keep their names.
    page.title = "Varje tisdag"
    page.occasions = [ActivityOccasion(start=start, end=end) for start, end in (evening(9), evening(16))]
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    again = Calendar.from_ical(client.get(FEED).content).walk("VEVENT")
    assert [str(part["UID"]) for part in again] == [str(part["UID"]) for part in parts]
    assert {str(part["SUMMARY"]) for part in again} == {"Varje tisdag"}
    assert len({str(part["UID"]) for part in parts}) == 2


def test_the_feed_is_kept_and_purged(client: Any, make: Make, django_capture_on_commit_callbacks: Any) -> None:
    page = make("Före", evening(9))
    assert client.get(FEED).headers["ETag"] == client.get(FEED).headers["ETag"]
    with CaptureQueriesContext(connection) as asked:
        client.get(FEED)
    assert len(asked) == 0
    page.title = "Efter"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert events(client.get(FEED)) == ["Efter"]


def test_an_empty_feed_is_still_a_calendar(client: Any, now: Any) -> None:
    assert events(client.get(FEED)) == []


def test_the_feed_of_a_list_that_is_gone_is_gone(client: Any, make: Make) -> None:
    ActivityIndexPage.objects.update(expire_at=NOW)
    assert client.get(FEED).status_code == 410


@pytest.mark.parametrize(
    "path", [f"{LIST}annan.ics", f"{FEED}/", "/ung/kalender.ics", "/finns/inte.ics", f"{LIST}a/kalender.ics"]
)
def test_other_files_are_not_found(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_says_when_where_for_whom_and_what_it_costs(client: Any, make: Make) -> None:
    page = make(
        "Bad",
        *(evening(day) for day in range(9, 15)),
        address="Badvägen 2",
        district="Mariefred",
        age_from=13,
        is_free=False,
        price="40 kronor",
        organiser="Simhallen",
        registration_url="https://anmal.example.org/",
        registration_phone="010-123 45 67",
        registration_last_day=dt.date(2031, 12, 8),
    )
    shown = parsed(client.get(page.get_url()))
    words = said(shown).replace("\xa0", " ")
    expected = ("Tisdag 9 december 2031 kl. 18.00–20.00", "Badvägen 2", "Mariefred", "Från 13 år", "40 kronor", "Simhallen")
    assert [piece for piece in (*expected, "Anmäl dig senast 8 december 2031.", "2 gånger till") if piece not in words] == []
    addresses = [a.get("href") for a in shown.iter("a")]
    assert {"https://anmal.example.org/", "tel:0101234567", f"{page.get_url()}kalender.ics", LIST} <= set(addresses)


def test_signing_up_closes_at_midnight_after_the_last_day(client: Any, make: Make, now: Any) -> None:
    page = make("Bad", evening(20), registration_url="https://anmal.example.org/", registration_last_day=dt.date(2031, 12, 8))
    now.move_to(at(8, 23, 59))
    assert "https://anmal.example.org/" in client.get(page.get_url()).content.decode()
    now.move_to(at(9, 0) + TICK)
    late = client.get(page.get_url()).content.decode()
    assert "https://anmal.example.org/" not in late
    assert "Det går inte längre att anmäla sig." in late


def test_when_the_last_occasion_is_over_the_page_says_so_and_leads_on(client: Any, make: Make, now: Any) -> None:
    page = make("Bad", evening(1), evening(8))
    now.move_to(at(8, 20) - dt.timedelta(seconds=1))
    assert "Den här aktiviteten har varit." not in said(parsed(client.get(page.get_url())))
    now.move_to(at(8, 20) + TICK)
    shown = parsed(client.get(page.get_url()))
    assert "Den här aktiviteten har varit." in said(shown)
    assert LIST in [a.get("href") for a in with_class(shown, "been")[0].iter("a")]
    assert f"{page.get_url()}kalender.ics" not in [a.get("href") for a in shown.iter("a")]
    assert client.get(f"{page.get_url()}kalender.ics").status_code == 404


def test_one_activity_has_a_file_of_its_own(client: Any, make: Make) -> None:
    page = make("Bad", evening(1), evening(9), evening(16))
    assert events(client.get(f"{page.get_url()}kalender.ics")) == ["Bad", "Bad"]


# --- The editor -------------------------------------------------------------------------------------------------------


def form_of(page: ActivityPage) -> Any:
    form_class = ActivityPage.get_edit_handler().get_form_class()
    return form_class(instance=page, parent_page=page.get_parent())


def test_the_editor_chooses_among_the_sites_districts(make: Make) -> None:
    SiteSettings.objects.update(districts="Norr\nSöder")
    choices = [value for value, _label in form_of(make("Bad", evening(9))).fields["district"].choices]
    assert choices == ["", "Norr", "Söder"]


def test_a_district_that_is_no_longer_in_the_settings_is_not_lost(make: Make) -> None:
    SiteSettings.objects.update(districts="Norr")
    page = make("Bad", evening(9), district="Väster")
    assert ("Väster", "Väster") in form_of(page).fields["district"].choices


def test_a_new_page_gets_the_districts_of_its_site(admin_client: Any) -> None:
    index = ActivityIndexPage.objects.get(locale__language_code="sv")
    response = admin_client.get(f"/admin/pages/add/ung/activitypage/{index.pk}/")
    assert "Åkers styckebruk" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"age_from": 16, "age_to": 13}, "age_to"),
        ({"is_free": True, "price": "40 kronor"}, "price"),
        ({"is_free": False}, "price"),
        ({"registration_last_day": dt.date(2031, 12, 8)}, "registration_last_day"),
        ({"age_from": 121}, "age_from"),
    ],
)
def test_what_does_not_fit_together_is_said_at_its_field(fields: dict[str, Any], fault: str) -> None:
    page = ActivityPage(title="Bad", slug="bad", introduction="Om bad.", place="Badet", **fields)
    with pytest.raises(ValidationError) as caught:
        page.full_clean(exclude=["path", "depth", "locale", "content_type"])
    assert set(caught.value.error_dict) == {fault}


def test_an_occasion_ends_after_it_starts(make: Make) -> None:
    with pytest.raises(ValidationError, match="slutar innan"):
        ActivityOccasion(page=make("Bad", evening(9)), start=at(9), end=at(9)).full_clean()


def test_a_translation_has_the_occasions_too(make: Make) -> None:
    page = make("Bad", evening(9), evening(16))
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.save_revision().publish()
    assert [o.start for o in ActivityPage.objects.get(pk=english.pk).occasions.all()] == [at(9), at(16)]


# --- The demonstration ------------------------------------------------------------------------------------------------


def test_the_demonstration_has_some_to_come_and_two_that_have_been() -> None:
    pages = ActivityPage.objects.all()
    latest = [max(span.over_at for span in page.spans) for page in pages]
    seeded = min(page.first_published_at for page in pages)
    assert len(pages) == 8
    assert sum(moment < seeded for moment in latest) == 2
    assert max(latest) > seeded + dt.timedelta(weeks=8)
