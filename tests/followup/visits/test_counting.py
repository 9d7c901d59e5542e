"""Visits through a letter's link: one for each person who opens the page, and nothing of anybody."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from wagtail.contrib.redirects.models import Redirect

from kampanj.content.entrances import LONGEST, is_mark, marked
from kampanj.content.models import CampaignPage
from kampanj.distribution.links import letter_mark
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.followup.visits import doors, letters
from kampanj.followup.visits.models import VisitCount
from tests.followup.visits.conftest import PAGE, opened


def number() -> int:
    return sum(VisitCount.objects.values_list("visits", flat=True))


def link(mailing: Mailing, page: str = PAGE) -> str:
    return f"{page}{marked(letter_mark(mailing.pk))}"


def test_each_reader_who_opens_the_link_is_one_visit(client: Client, mailing: Mailing) -> None:
    for _reader in range(3):
        assert opened(client, link(mailing)).status_code == 200
    (row,) = VisitCount.objects.all()
    assert (row.door, row.day, row.visits) == (f"brev-{mailing.pk}", timezone.localdate(), 3)


def test_a_row_of_the_table_is_an_entrance_a_day_and_numbers(mailing: Mailing) -> None:
    assert [field.name for field in VisitCount._meta.fields] == ["id", "door", "day", "visits", "most"]


def test_the_page_is_the_very_same_with_and_without_the_mark(client: Client, mailing: Mailing) -> None:
    plain, through = client.get(PAGE), opened(client, link(mailing))
    again = opened(client, link(mailing))
    for name in ("Set-Cookie", "Location"):
        assert name not in through.headers
    assert through.cookies == {}
    assert through.content == plain.content == again.content
    assert through.headers["ETag"] == plain.headers["ETag"]
    assert b"via=" not in through.content
    assert f'rel="canonical" href="{settings.BASE_URL}{PAGE}"' in through.content.decode()


def test_the_kept_page_serves_every_mark_and_costs_one_row(
    client: Client, mailing: Mailing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    opened(client, link(mailing))
    with django_assert_max_num_queries(6) as asked:
        opened(client, link(mailing))
    own = ("PRAGMA", "SAVEPOINT", "RELEASE")
    about_rows = [query["sql"] for query in asked.captured_queries if not query["sql"].startswith(own)]
    assert len(about_rows) == 1
    assert about_rows[0].startswith("UPDATE")
    assert number() == 2
    with django_assert_max_num_queries(0):
        assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"Sec_Fetch_Mode": None, "Sec_Fetch_Dest": None, "Sec_Fetch_Site": None},
        {"Sec_Fetch_Mode": "no-cors"},
        {"Sec_Fetch_Dest": "iframe"},
        {"Sec_Fetch_Dest": "empty"},
        {"Sec_Purpose": "prefetch"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X_Moz": "prefetch"},
        {"Cache_Control": "max-age=0"},
        {"Cache_Control": "no-cache"},
        {"If_None_Match": 'W/"an older page"'},
        {"Sec_Fetch_Site": "same-origin"},
    ],
    ids=lambda told: " ".join(f"{name}={value}" for name, value in told.items()),
)
def test_what_is_no_reader_s_first_look_is_no_visit(client: Client, mailing: Mailing, told: dict[str, str | None]) -> None:
    assert opened(client, link(mailing), **told).status_code == 200
    assert number() == 0


def test_a_scanner_s_head_and_somebody_who_posts_are_no_visit(client: Client, mailing: Mailing) -> None:
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
    assert client.head(link(mailing), headers=headers).status_code == 200
    client.post(link(mailing), headers=headers)
    assert number() == 0


def test_a_browser_that_has_the_page_still_is_no_further_visit(client: Client, mailing: Mailing) -> None:
    first = opened(client, link(mailing))
    assert opened(client, link(mailing), If_None_Match=first.headers["ETag"]).status_code == 304
    assert number() == 1


def test_whoever_is_logged_in_to_the_desk_is_no_reader(admin_client: Client, mailing: Mailing) -> None:
    opened(admin_client, link(mailing))
    assert number() == 0


def test_a_page_that_is_not_there_or_gone_is_not_visited(client: Client, mailing: Mailing) -> None:
    assert opened(client, link(mailing, "/ung/finns-inte/")).status_code == 404
    CampaignPage.objects.filter(slug="jag-trodde-aldrig").update(expire_at=timezone.now() - dt.timedelta(hours=1))
    for cache in caches.all():
        cache.clear()
    assert opened(client, link(mailing)).status_code == 410
    assert number() == 0


def test_a_page_that_has_moved_takes_the_mark_along(client: Client, mailing: Mailing) -> None:
    page = CampaignPage.objects.get(locale__language_code="sv", slug="jag-trodde-aldrig")
    page.slug = "flyttad"
    page.save_revision().publish()
    # Wagtail makes it itself when the change is committed.
    Redirect.add_redirect(PAGE.rstrip("/"), redirect_to=page)
    moved = opened(client, link(mailing))
    assert moved.status_code == 301
    assert moved.headers["Location"] == f"/ung/flyttad/{marked(letter_mark(mailing.pk))}"
    assert number() == 0
    assert opened(client, moved.headers["Location"]).status_code == 200
    assert number() == 1


def test_the_mark_goes_along_beside_other_questions(client: Client, mailing: Mailing) -> None:
    mark = marked(letter_mark(mailing.pk)).removeprefix("?")
    moved = opened(client, f"{PAGE.rstrip('/')}?visa=allt&{mark}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{PAGE}?visa=allt&{mark}")
    assert opened(client, moved.headers["Location"]).status_code == 200
    assert number() == 1


@pytest.mark.parametrize("path", ["/robots.txt", "/sok/", "/admin/login/"])
def test_what_is_no_page_of_the_municipality_s_is_not_visited(client: Client, mailing: Mailing, path: str) -> None:
    assert opened(client, link(mailing, path)).status_code == 200
    assert number() == 0


@pytest.mark.parametrize(
    "mark", ["brev-999999", "brev-0", "brev-01", "brev-1-2", "brev-abc", "okand-1", "brev-" + "9" * 30, "brev", "BREV-1", "å-1"]
)
def test_a_mark_that_nobody_has_given_out_leaves_no_trace(client: Client, mailing: Mailing, mark: str) -> None:
    assert opened(client, f"{PAGE}?via={mark}").status_code == 200
    assert VisitCount.objects.count() == 0


def test_a_mailing_counts_from_its_first_letter_and_not_for_ever(client: Client, mailing: Mailing) -> None:
    run = MailingRun.objects.filter(mailing=mailing)
    run.update(started_at=None)
    opened(client, link(mailing))
    run.update(started_at=timezone.now() - letters.OPEN_FOR - dt.timedelta(days=1))
    opened(client, link(mailing))
    assert VisitCount.objects.count() == 0
    run.update(started_at=timezone.now())
    opened(client, link(mailing))
    assert number() == 1


def test_nobody_can_drive_the_number_beyond_what_so_many_letters_can_give(client: Client, mailing: Mailing) -> None:
    opened(client, link(mailing))
    most = VisitCount.objects.get().most
    assert most == max(letters.AT_LEAST, letters.PER_LETTER * mailing.deliveries.count())
    VisitCount.objects.update(visits=most - 1)
    for _time in range(3):
        assert opened(client, link(mailing)).status_code == 200
    assert VisitCount.objects.get().visits == most


def test_two_marks_are_none_and_other_questions_stay(client: Client, mailing: Mailing) -> None:
    opened(client, f"{link(mailing)}&via=brev-{mailing.pk}")
    assert number() == 0
    searched = opened(client, f"/sok/?q=stöd&via=brev-{mailing.pk}")
    assert searched.status_code == 200
    assert "stöd" in searched.content.decode()
    opened(client, f"{PAGE}?visa=allt&via=brev-{mailing.pk}")
    assert number() == 1


@given(st.text(max_size=60))
def test_only_short_words_of_small_letters_and_digits_are_marks(written: str) -> None:
    if is_mark(written):
        assert len(written) <= LONGEST
        assert written.isascii()
        assert written == written.lower()
        assert not set(written) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert marked(written) == f"?via={written}"
    else:
        with pytest.raises(ValueError, match="mark"):
            marked(written)


def test_another_room_s_links_are_counted_when_it_has_said_which_there_are(
    client: Client, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "_kinds", dict(doors._kinds))
    doors.make_known("utd", {"3-norr": 500}.get)
    opened(client, f"{PAGE}?via=utd-3-norr")
    opened(client, f"{PAGE}?via=utd-3-soder")
    assert list(VisitCount.objects.values_list("door", "visits", "most")) == [("utd-3-norr", 1, 500)]


def test_the_page_is_served_and_the_fault_told_when_the_database_takes_no_numbers(
    client: Client, mailing: Mailing, caplog: pytest.LogCaptureFixture
) -> None:
    opened(client, link(mailing))

    def read_only(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("UPDATE", "INSERT")):
            raise OperationalError("attempt to write a readonly database")
        return execute(sql, *rest)

    with caplog.at_level(logging.ERROR), connection.execute_wrapper(read_only):
        assert opened(client, link(mailing)).status_code == 200
    (told,) = [record for record in caplog.records if record.name == "kampanj.followup.visits"]
    assert f"brev-{mailing.pk}" in told.getMessage()
    assert number() == 1


@pytest.mark.django_db(transaction=True)
def test_a_locked_database_keeps_no_reader_waiting(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    VisitCount.objects.create(door="brev-1", day=timezone.localdate(), visits=1, most=100)
    opened(client, PAGE)
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        own = connections["default"]
        with own.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            locked.set()
            done.wait(20)
            cursor.execute("ROLLBACK")
        own.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert locked.wait(10)
        began = timezone.now()
        assert opened(client, f"{PAGE}?via=brev-1").status_code == 200
        assert (timezone.now() - began).total_seconds() < 5
    finally:
        done.set()
        holder.join()
    assert "could not be counted" in caplog.text
    opened(client, f"{PAGE}?via=brev-1")
    assert VisitCount.objects.get().visits == 2
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] > 1000


@pytest.mark.django_db(transaction=True)
def test_readers_at_once_are_all_counted(client: Client, page_client: type[Client]) -> None:
    MailingRun.objects.all().delete()
    made = MailingRun.objects.create(
        mailing=Mailing.objects.create(
            name="Samtidigt", campaign=CampaignPage.objects.first(), segment_id=_any_segment(), live=False
        ),
        wall_time="2026-01-01T07:00:00",
        time_zone="Europe/Stockholm",
        due_at=timezone.now(),
        started_at=timezone.now(),
    )
    opened(client, PAGE)

    def visit() -> None:
        for _time in range(5):
            opened(page_client(), f"{PAGE}?via=brev-{made.mailing_id}")
        connections.close_all()

    readers = [threading.Thread(target=visit) for _number in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert VisitCount.objects.get().visits == 20


def _any_segment() -> int:
    from kampanj.audience.models import Segment

    segment = Segment.objects.first()
    assert segment is not None
    return segment.pk
