"""The strip of help lines: on every youth page, open or closed by the clock, and never older than that is true."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from kampanj.content.help_lines.models import HelpLine, HelpLineWords, OpeningHours
from tests.web.reading import parsed, said, with_class
from ung.models import YouthStartPage
from ung.pages import YouthPage

pytestmark = pytest.mark.django_db

SENSITIVE = "/ung/jag-mar-daligt/"
SECOND = dt.timedelta(seconds=1)


def at(hour: int, minute: int = 0) -> dt.datetime:
    """A time on Thursday 26 November 2026 in Stockholm."""
    return dt.datetime(2026, 11, 26, hour, minute, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def bris(db: None) -> HelpLine:
    """Bris with invented hours, alone in the strip: every day 14–21."""
    line = HelpLine.objects.get(phone="116 111")
    line.always_open = False
    line.save()
    OpeningHours.objects.create(line=line, days=list(range(7)), opens=dt.time(14), closes=dt.time(21))
    return line


def told(client: Any, path: str) -> list[str]:
    root = parsed(client.get(path))
    where = with_class(root, "strip") or with_class(root, "lines")
    return [said(now) for now in with_class(where[0], "now")]


def test_every_youth_page_has_one_strip(client: Any) -> None:
    pages = [page for page in Page.objects.live().specific() if isinstance(page, YouthPage)]
    assert len(pages) > 3
    for page in pages:
        root = parsed(client.get(page.get_url()))
        assert len(with_class(root, "strip") + with_class(root, "lines")) == 1, page.get_url()


def test_open_and_closed_follow_the_municipalitys_clock(client: Any, bris: HelpLine) -> None:
    with time_machine.travel(at(13, 59), tick=False):
        assert told(client, SENSITIVE)[0] == "Öppnar kl. 14"
    with time_machine.travel(at(14) + SECOND, tick=False):
        assert told(client, SENSITIVE)[0] == "Öppet nu till kl. 21"
    with time_machine.travel(at(21) + SECOND, tick=False):
        assert told(client, SENSITIVE)[0] == "Öppnar i morgon kl. 14"
    with time_machine.travel(at(23, 59) + 61 * SECOND, tick=False):
        assert told(client, SENSITIVE)[0] == "Öppnar kl. 14"


def test_a_page_is_kept_until_it_turns(client: Any, bris: HelpLine, django_assert_num_queries: Any) -> None:
    with time_machine.travel(at(13, 30), tick=False):
        told(client, "/ung/")
    with time_machine.travel(at(13, 59), tick=False), django_assert_num_queries(0):
        told(client, "/ung/")


@pytest.mark.parametrize("change", ["line", "hours", "words"])
def test_a_change_is_seen_at_once(client: Any, bris: HelpLine, change: str, django_capture_on_commit_callbacks: Any) -> None:
    before = client.get("/en/ung/").content
    with django_capture_on_commit_callbacks(execute=True):
        if change == "line":
            bris.phone = "116 112"
            bris.save()
        elif change == "hours":
            row = bris.opening_hours.get()
            row.opens, row.closes = dt.time(0), dt.time(0)
            row.save()
        else:
            HelpLineWords.objects.filter(line=bris, language="en").update(name="Bris for children")
            HelpLineWords.objects.get(line=bris, language="en").save()
    assert client.get("/en/ung/").content != before


def test_the_strip_costs_at_most_three_questions(client: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/en/ung/")
    names = ("stripline", "openinghours", "helplinewords")
    about = [one["sql"] for one in asked.captured_queries if any(name in one["sql"] for name in names)]
    assert len(about) == 3


def test_the_bar_has_one_number_and_one_chat(client: Any, bris: HelpLine) -> None:
    bris.chat = "https://chat.example.org/"
    bris.save()
    links = [link.get("href") for link in with_class(parsed(client.get(SENSITIVE)), "strip__link")]
    assert links == ["tel:116111", bris.chat]


def test_a_preview_of_the_start_page_shows_its_unsaved_strip(admin_client: Any) -> None:
    start = YouthStartPage.objects.get(locale__language_code="sv")
    start.strip_lines = [row for row in start.strip_lines.all() if row.line.phone == "112"]
    response = start.make_preview_request()
    assert len(with_class(parsed(response), "lines__link")) == 1
