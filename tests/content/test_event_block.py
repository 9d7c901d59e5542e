"""The event block: what it says before and after, in each channel, and the calendar file that it leads to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import PageViewRestriction

from kampanj.channels import email
from kampanj.channels.lms.package import package_of
from kampanj.channels.web import render as as_file
from kampanj.content.blocks import BodyBlock
from kampanj.content.calendar.blocks import EventBlock, events_on
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug
from kampanj.management.demo.writing import event, raw
from kampanj.municipality.models import SiteSettings
from tests.web.reading import parsed, said, with_class
from ung.models import AdvicePage

pytestmark = pytest.mark.django_db

STARTS = dt.datetime(2027, 1, 20, 18, tzinfo=ZoneInfo("Europe/Stockholm"))
ENDS = STARTS + dt.timedelta(hours=2)
LAST_DAY = dt.date(2027, 1, 17)
CLOSES = dt.datetime(2027, 1, 18, tzinfo=STARTS.tzinfo)
BEFORE = dt.datetime(2027, 1, 10, 12, tzinfo=STARTS.tzinfo)
# What is kept on disk is good through the very instant when it ends.
TICK = dt.timedelta(milliseconds=1)
ADVICE = "/ung/kompisen-roker-pa/"
BLOCK = "6f1c1f43-5d0a-4a39-9a0c-000000000001"
SIGN_UP = "https://anmal.example.org/?a=1&b=2"


def evening(**changes: Any) -> dict[str, Any]:
    words = {"start": STARTS, "end": ENDS, "place": "Aulan", "address": "Skolgatan 1", "registration_url": SIGN_UP}
    written = event("Föreläsning", **{**words, "last_day": LAST_DAY, "words": "Kom & lyssna.", **changes})
    [block] = raw([written], path="test", resolve=lambda _ref: 0)
    return {**block, "id": BLOCK}


def publish(page: Any, field: str, value: list[dict[str, Any]]) -> Any:
    setattr(page, field, page._meta.get_field(field).to_python(value))
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def advice(db: None) -> AdvicePage:
    """A youth page with an event."""
    return publish(AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv"), "body", [evening()])


@pytest.fixture
def campaign(db: None) -> CampaignPage:
    """A campaign whose first panel is in the letter and holds an event."""
    SiteSettings.objects.update(base_url="https://ung.example.org")
    panel = {"title": "…att vi skulle ses.", "in_letter": True, "body": [evening()]}
    return publish(campaign_by_slug("jag-trodde-aldrig"), "panels", [{"type": "panel", "value": panel, "id": str(uuid.uuid4())}])


def path_of(page: Any, block: str = BLOCK) -> str:
    return reverse("event_calendar", args=(page.pk, block))


def shown(client: Any, moment: dt.datetime) -> Any:
    with time_machine.travel(moment, tick=False):
        [block] = with_class(parsed(client.get(ADVICE)), "event")
    return block


def links(block: Any) -> list[str]:
    return [a.get("href") for a in block.iter("a")]


# --- The page ---------------------------------------------------------------------------------------------------------


def test_before_it_there_is_a_way_to_sign_up_and_one_to_the_calendar(client: Any, advice: AdvicePage) -> None:
    block = shown(client, BEFORE)
    assert links(block) == [SIGN_UP, path_of(advice)]
    assert "Onsdag 20 januari 2027 kl. 18.00–20.00" in said(block).replace("\xa0", " ")
    assert "Aulan, Skolgatan 1" in said(block)
    assert "Anmäl dig senast 17 januari 2027." in said(block)


def test_at_the_second_when_it_is_too_late_the_kept_page_says_so(client: Any, advice: AdvicePage) -> None:
    assert SIGN_UP in links(shown(client, CLOSES - dt.timedelta(seconds=1)))
    late = shown(client, CLOSES + TICK)
    assert links(late) == [path_of(advice)]
    assert "Det går inte längre att anmäla sig." in said(late)


def test_at_the_second_when_it_is_over_the_kept_page_says_so(client: Any, advice: AdvicePage) -> None:
    assert "Det här har varit." not in said(shown(client, ENDS - dt.timedelta(seconds=1)))
    over = shown(client, ENDS + TICK)
    assert "Det här har varit." in said(over)
    assert links(over) == []


def test_without_a_last_day_one_can_sign_up_until_it_is_over(client: Any, advice: AdvicePage) -> None:
    publish(advice, "body", [evening(last_day=None, registration_url="", registration_email="kom@example.org")])
    assert "mailto:kom@example.org" in links(shown(client, ENDS - dt.timedelta(seconds=1)))


def test_nobody_has_to_sign_up_where_no_way_is_written(client: Any, advice: AdvicePage) -> None:
    publish(advice, "body", [evening(last_day=None, registration_url="")])
    block = shown(client, BEFORE)
    assert links(block) == [path_of(advice)]
    assert "nmäl" not in said(block)


# --- What leaves ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [BEFORE, ENDS + dt.timedelta(days=30)], ids=["before", "after"])
def test_what_leaves_says_the_date_and_is_the_same_before_and_after(campaign: CampaignPage, moment: dt.datetime) -> None:
    edition, address = Edition.freeze(campaign), f"https://ung.example.org{path_of(campaign)}"
    with time_machine.travel(moment, tick=False):
        letter = email.letter(edition)
        file = as_file(edition)[0].content.decode()
        package = "".join(getattr(item, "html", "") for section in package_of(edition).sections for item in section.items)
    for drawn in (letter.html, letter.text, file, package):
        assert address in drawn
        assert SIGN_UP.split("?")[0] in drawn
        assert "20 januari 2027" in drawn
        assert "har varit" not in drawn
    assert "Anmäl dig" in letter.html
    assert "Lägg till i kalendern" in letter.html
    assert SIGN_UP in letter.text


def test_the_letter_is_in_the_pages_language() -> None:
    english = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="en")
    panel = {"title": "…that we would meet.", "in_letter": True, "body": [evening()]}
    page = publish(english, "panels", [{"type": "panel", "value": panel, "id": str(uuid.uuid4())}])
    assert "Wednesday 20 January 2027, 18:00–20:00" in email.letter(Edition.freeze(page)).text


# --- The calendar file ------------------------------------------------------------------------------------------------


def test_the_file_holds_the_event(client: Any, campaign: CampaignPage) -> None:
    answer = client.get(path_of(campaign))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    [found] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(found["SUMMARY"]), found["DTSTART"].dt, found["DTEND"].dt) == ("Föreläsning", STARTS, ENDS)
    assert str(found["LOCATION"]) == "Aulan, Skolgatan 1"
    assert str(found["URL"]) == "https://ung.example.org/ung/jag-trodde-aldrig/"
    assert "Anmäl dig senast 17 januari 2027: " + SIGN_UP in str(found["DESCRIPTION"])
    assert client.get(path_of(campaign)).content == answer.content


def test_a_reader_in_a_panel_finds_the_way_to_the_file(client: Any, campaign: CampaignPage) -> None:
    with time_machine.travel(BEFORE, tick=False):
        assert path_of(campaign) in client.get("/ung/jag-trodde-aldrig/").content.decode()


def test_the_file_of_a_page_that_is_gone_is_gone(client: Any, advice: AdvicePage) -> None:
    with time_machine.travel(BEFORE, tick=False):
        AdvicePage.objects.filter(pk=advice.pk).update(expire_at=STARTS)
        assert client.get(path_of(advice)).status_code == 200
    with time_machine.travel(STARTS, tick=False):
        assert client.get(path_of(advice)).status_code == 410


def test_only_what_everybody_could_read_is_said_to_be_gone(client: Any, advice: AdvicePage) -> None:
    AdvicePage.objects.filter(pk=advice.pk).update(expire_at=BEFORE)
    with time_machine.travel(STARTS, tick=False):
        restriction = PageViewRestriction.objects.create(page=advice, restriction_type="login")
        assert client.get(path_of(advice)).status_code == 404
        restriction.delete()
        gone = client.get(path_of(advice) + "?a")
        assert (gone.status_code, gone.headers["Content-Language"]) == (410, "sv")
        AdvicePage.objects.filter(pk=advice.pk).update(live=False, first_published_at=None)
        assert client.get(path_of(advice) + "?b").status_code == 404


def test_a_draft_and_a_closed_page_show_no_file(client: Any, advice: AdvicePage, django_capture_on_commit_callbacks: Any) -> None:
    restriction = PageViewRestriction.objects.create(page=advice, restriction_type="login")
    assert client.get(path_of(advice)).status_code == 404
    restriction.delete()
    assert client.get(path_of(advice)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        advice.unpublish()
    assert client.get(path_of(advice)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/kalender/1/{BLOCK}.ics",
        f"/kalender/99999999999999999999999999/{BLOCK}.ics",
        "/kalender/1/x.ics",
        f"/kalender/-1/{BLOCK}.ics",
        f"/kalender/1/{BLOCK}.ics/",
    ],
)
def test_an_address_that_leads_nowhere_is_not_found(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_another_block_is_not_found(client: Any, advice: AdvicePage) -> None:
    assert client.get(path_of(advice, str(uuid.uuid4()))).status_code == 404


def test_posting_is_refused(client: Any, advice: AdvicePage) -> None:
    assert client.post(path_of(advice)).status_code == 405


def test_events_are_found_however_deep(campaign: CampaignPage) -> None:
    assert [(key, value["title"]) for key, value in events_on(campaign)] == [(BLOCK, "Föreläsning")]


# --- The editor -------------------------------------------------------------------------------------------------------


def faults(**changes: Any) -> set[str]:
    block = EventBlock()
    try:
        block.clean(block.to_python(evening(**changes)["value"]))
    except StructBlockValidationError as fault:
        return set(fault.block_errors)
    return set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end": STARTS}, "end"),
        ({"start": STARTS.replace(year=9999, month=12, day=31), "end": None}, "start"),
        ({"start": STARTS.replace(year=1), "end": None}, "start"),
        ({"end": STARTS.replace(year=2101)}, "end"),
        ({"last_day": dt.date(9999, 12, 31)}, "registration_last_day"),
        ({"end": STARTS - dt.timedelta(minutes=1)}, "end"),
        ({"place": ""}, "place"),
        ({"registration_email": "kom@example.org"}, "registration_email"),
        ({"registration_url": ""}, "registration_last_day"),
        ({"last_day": dt.date(2027, 1, 21)}, "registration_last_day"),
    ],
)
def test_what_does_not_fit_together_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    assert faults(**changes) == {field}


@pytest.mark.parametrize(
    "changes", [{}, {"end": None}, {"place": "", "online_url": "https://se.example.org/"}, {"last_day": STARTS.date()}]
)
def test_what_fits_is_taken(changes: dict[str, Any]) -> None:
    assert faults(**changes) == set()


def test_a_draft_may_say_nothing_yet_but_not_what_cannot_be() -> None:
    block = EventBlock()
    empty = block.clean_deferred(block.to_python({"registration_last_day": "2027-01-17"}))
    assert (empty["title"], empty["place"], empty["start"]) == ("", "", None)
    with pytest.raises(StructBlockValidationError):
        block.clean_deferred(block.to_python(evening(end=STARTS)["value"]))
    assert faults(place="") == {"place"}


@pytest.mark.parametrize("channel", ["web", "lms", "email", "text"])
@pytest.mark.parametrize("moment", ["9999-12-31T23:30:00+00:00", "0001-01-01T00:00:00+01:00", "9999-12-31T10:00"])
def test_a_time_that_no_clock_knows_is_drawn_as_none(channel: str, moment: str) -> None:
    block = BodyBlock()
    words = {"title": "Snart", "start": moment, "registration_url": SIGN_UP, "registration_last_day": "9999-12-31"}
    value = block.to_python([{"type": "event", "value": words, "id": BLOCK}])
    assert "Snart" in value[0].render({"channel": channel, "municipality": SiteSettings()})


def test_a_draft_without_a_time_can_be_looked_at() -> None:
    block = BodyBlock()
    value = block.to_python([{"type": "event", "value": {"title": "Snart"}, "id": BLOCK}])
    for channel in ("web", "lms", "email", "text"):
        drawn = value[0].render({"channel": channel, "municipality": SiteSettings()})
        assert "Snart" in drawn


def test_the_editor_sees_what_is_to_come(make_preview: Callable[[], str]) -> None:
    assert "Det här har varit." not in make_preview()


@pytest.fixture
def make_preview() -> Callable[[], str]:
    block = EventBlock()
    return lambda: block.render(block.get_preview_value())
