"""The calendar of activities, the page of each, and the editor's form."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from wagtail.models import Locale
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from kampanj.municipality.models import SiteSettings
from tests.ung.occasions import FEED, LIST, NOW, TICK, Make, at, evening, events
from tests.web.reading import parsed, said, with_class
from ung.models import ActivityIndexPage, ActivityOccasion, ActivityPage

pytestmark = pytest.mark.django_db


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


def written(**changes: Any) -> dict[str, Any]:
    """What the editor's form sends for an activity with one evening."""
    fields = {"title": "Bad", "slug": "bad", "introduction": "Om bad.", "place": "Badet", "district": "Norr", "is_free": "on"}
    times = [{"start": "2031-12-09 18:00", "end": changes.pop("end", "2031-12-09 20:00")}]
    return nested_form_data(
        {
            **fields,
            "occasions": inline_formset(times),
            "body": streamfield([]),
            "comments": inline_formset([]),
            "action-publish": "publish",
            **changes,
        }
    )


def test_an_editor_writes_an_activity(now: Any, admin_client: Any) -> None:
    SiteSettings.objects.update(districts="Norr")
    index = ActivityIndexPage.objects.get(locale__language_code="sv")
    admin_client.post(f"/admin/pages/add/ung/activitypage/{index.pk}/", written())
    page = ActivityPage.objects.get(slug="bad")
    assert (page.live, page.district, [(span.start, span.end) for span in page.spans]) == (True, "Norr", [evening(9)])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"end": "2031-12-09 17:00"}, "Tillfället slutar innan det börjar."),
        ({"price": "40 kronor"}, "Aktiviteten är markerad som gratis."),
        ({"district": "Atlantis"}, "Atlantis"),
    ],
)
def test_a_mistake_in_the_form_is_said_and_nothing_is_lost(
    now: Any, admin_client: Any, changes: dict[str, str], sentence: str
) -> None:
    SiteSettings.objects.update(districts="Norr")
    index = ActivityIndexPage.objects.get(locale__language_code="sv")
    shown = admin_client.post(f"/admin/pages/add/ung/activitypage/{index.pk}/", written(**changes)).content.decode()
    assert sentence in shown
    assert "Om bad." in shown
    assert not ActivityPage.objects.filter(slug="bad").exists()


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
