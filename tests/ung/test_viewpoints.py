"""“Tyck till”: written without a name, read by somebody, shown with an answer, and forgotten in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from kampanj.content.public_forms import LIFETIME
from tests.web.reading import parsed, said, with_class
from ung.models import Viewpoint, ViewpointsPage
from ung.viewpoints.form import token_for
from ung.viewpoints.showing import AT_MOST, FEW
from ung.viewpoints.tidying import tidy
from ung.viewpoints.views import AN_HOUR

pytestmark = pytest.mark.django_db

PATH = "/ung/tyck-till/"
TEXT = "Det är mörkt bakom gympasalen. Sätt upp en lampa där."
words = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture
def page(db: None) -> ViewpointsPage:
    return ViewpointsPage.objects.get(locale__language_code="sv")


def address(page: ViewpointsPage) -> str:
    return reverse("ung_send_viewpoint", args=[page.pk])


def filled(page: ViewpointsPage, **changes: str) -> dict[str, str]:
    """What a pupil who has chosen and written sends."""
    theme = next(iter(page.theme_names))
    return {"form": token_for(page), "website": "", "theme": theme, "school": "", "text": TEXT, **changes}


def new_ones() -> list[Viewpoint]:
    return list(Viewpoint.objects.filter(text=TEXT))


def shown(page: ViewpointsPage, number: int, *, school: str = "", theme: int = 2, **fields: Any) -> None:
    key, name = list(page.theme_names.items())[theme]
    for one in range(number):
        Viewpoint.objects.create(
            page=page, theme=key, theme_name=name, school=school, text=f"Synpunkt {one}", state="shown", **fields
        )


# --- Writing ---------------------------------------------------------------------------------------------------------


def test_a_strict_browser_writes_without_a_cookie(page_client: Any, page: ViewpointsPage) -> None:
    pupil = page_client(enforce_csrf_checks=True)
    form = with_class(parsed(pupil.get(PATH)), "voice__form")[0]
    fields = {field.get("name") or "": field.get("value") or "" for field in form.iter("input") if field.get("type") != "radio"}
    theme = next(field.get("value") or "" for field in form.iter("input") if field.get("type") == "radio")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sent = pupil.post(form.get("action"), {**fields, "theme": theme, "text": TEXT}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{PATH}tack/")
    assert pupil.get(sent.headers["Location"]).status_code == 200
    (viewpoint,) = new_ones()
    assert (viewpoint.theme, viewpoint.theme_name, viewpoint.state) == (theme, page.theme_names[theme], "new")
    assert not pupil.cookies


def test_nothing_of_the_sender_is_kept() -> None:
    names = {field.name for field in Viewpoint._meta.get_fields()}
    decided = {"state", "moderated_by", "moderated_at", "reminded_on"}
    assert names - decided == {"id", "page", "theme", "theme_name", "school", "text", "received_on", "fingerprint"}
    assert type(Viewpoint._meta.get_field("received_on")).__name__ == "DateField"


def test_the_form_asks_for_nothing_personal(client: Any) -> None:
    form = with_class(parsed(client.get(PATH)), "voice__form")[0]
    names = {field.get("name") for tag in ("input", "select", "textarea") for field in form.iter(tag)}
    assert names == {"form", "website", "theme", "school", "text"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"theme": ""}, "Välj vad det handlar om."),
        ({"theme": "ett annat"}, "Välj vad det handlar om."),
        ({"school": "Hogwarts"}, "Den skolan finns inte i listan."),
        ({"text": ""}, "Skriv vad du tycker."),
        ({"text": "Dåligt"}, "Skriv lite mer"),
        ({"text": "x" * 1001}, "1001 tecken"),
        ({"text": f"{TEXT}\0"}, "ett tecken"),
    ],
)
def test_a_slip_is_told_in_one_sentence_and_nothing_is_lost(
    client: Any, page: ViewpointsPage, changes: dict[str, str], fault: str
) -> None:
    before = Viewpoint.objects.count()
    fields = filled(page, school="Vasaskolan")
    again = client.post(address(page), {**fields, **changes})
    assert again.status_code == 422
    root = parsed(again)
    assert fault in said(with_class(root, "faults")[0])
    kept = {**fields, **changes}
    assert said(next(root.iter("textarea"))).startswith(kept["text"].rstrip("\0"))
    chosen = [option.get("value") for option in root.iter("option") if option.get("selected") is not None]
    assert chosen == ([kept["school"]] if kept["school"] == "Vasaskolan" else [])
    assert Viewpoint.objects.count() == before


def test_a_line_break_counts_as_one_character(client: Any, page: ViewpointsPage) -> None:
    lines = "\r\n".join(["x" * 9] * 100)
    assert client.post(address(page), filled(page, text=lines)).status_code == 303
    assert Viewpoint.objects.filter(text=lines.replace("\r\n", "\n")).count() == 1


def test_a_button_pressed_twice_is_one_viewpoint(client: Any, page: ViewpointsPage) -> None:
    assert [client.post(address(page), filled(page)).status_code for _time in range(2)] == [303, 303]
    assert len(new_ones()) == 1


def test_two_that_come_in_the_same_moment_are_one_also_after_names_are_taken_out(client: Any, page: ViewpointsPage) -> None:
    client.post(address(page), filled(page))
    (first,) = new_ones()
    assert first.fingerprint is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Viewpoint.objects.create(page=page, theme="x", theme_name="x", text=TEXT, fingerprint=first.fingerprint)
    Viewpoint.objects.filter(pk=first.pk).update(text="Utan namn.")
    assert client.post(address(page), filled(page)).status_code == 303
    assert new_ones() == []


def test_the_same_words_kept_twice_from_before_do_not_stop_a_third(client: Any, page: ViewpointsPage) -> None:
    key, name = next(iter(page.theme_names.items()))
    for _time in range(2):
        Viewpoint.objects.create(page=page, theme=key, theme_name=name, text=TEXT)
    assert client.post(address(page), filled(page)).status_code == 303


def test_the_fingerprint_is_forgotten_with_the_day(client: Any, page: ViewpointsPage) -> None:
    client.post(address(page), filled(page))
    tidy()
    assert new_ones()[0].fingerprint is not None
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tidy()
    assert new_ones()[0].fingerprint is None


@pytest.mark.parametrize("number", ["99999999999999999999999", "0", "999999999"])
def test_a_number_that_is_no_page_is_not_found(client: Any, db: None, number: str) -> None:
    assert client.get(f"/tyck-till/{number}/").status_code == 404


def test_whoever_may_not_read_the_page_cannot_write_on_it(client: Any, page: ViewpointsPage) -> None:
    fields = filled(page)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.post(address(page), fields).status_code == 404
    assert new_ones() == []


def test_a_school_whose_name_has_no_room_is_told_to_the_editor(page: ViewpointsPage) -> None:
    page.schools = "A" * 120
    page.clean()
    page.schools = "Kort\n" + "B" * 121
    with pytest.raises(ValidationError) as refusal:
        page.clean()
    assert set(refusal.value.message_dict) == {"schools"}
    assert "BBB" in refusal.value.message_dict["schools"][0]


def test_a_page_that_stood_open_too_long_keeps_the_text_and_goes_through_the_second_time(
    client: Any, page: ViewpointsPage
) -> None:
    fields = filled(page, school="Paulinska skolan")
    with time_machine.travel(timezone.now() + timedelta(seconds=LIFETIME + 5)):
        again = client.post(address(page), fields)
        root = parsed(again)
        assert "Sidan hade stått öppen länge. Tryck en gång till." in said(with_class(root, "faults")[0])
        assert new_ones() == []
        token = next(field.get("value") for field in with_class(root, "voice__form")[0].iter("input"))
        assert [field.get("value") for field in root.iter("input") if field.get("checked") is not None] == [fields["theme"]]
        assert client.post(address(page), {**fields, "form": token}).status_code == 303
    assert [viewpoint.school for viewpoint in new_ones()] == ["Paulinska skolan"]


def test_a_robot_believes_that_it_succeeded(client: Any, page: ViewpointsPage) -> None:
    sent = client.post(address(page), filled(page, website="https://example.org"))
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{PATH}tack/")
    assert new_ones() == []


def test_a_token_of_another_page_is_no_token_here(client: Any, page: ViewpointsPage) -> None:
    other = ViewpointsPage.objects.exclude(pk=page.pk).first()
    assert other is not None
    assert client.post(address(page), filled(page, form=token_for(other))).status_code == 403
    assert new_ones() == []


def test_a_whole_class_may_write_and_no_more_than_two(client: Any, page: ViewpointsPage) -> None:
    with time_machine.travel(timezone.now().replace(minute=5), tick=False):
        sent = [client.post(address(page), filled(page, text=f"{TEXT} {one}")) for one in range(AN_HOUR + 1)]
    assert [response.status_code for response in sent] == [*[303] * AN_HOUR, 429]
    assert f"{TEXT} {AN_HOUR}" in sent[-1].content.decode()


def test_a_reload_of_a_refused_form_leads_to_the_page(client: Any, page: ViewpointsPage) -> None:
    assert client.get(address(page)).headers["Location"] == PATH


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from(["form", "theme", "school", "text", "website"]) | words, words, max_size=6))
def test_nothing_without_a_token_is_saved_or_breaks(db: None, data: dict[str, str]) -> None:
    page = ViewpointsPage.objects.get(locale__language_code="sv")
    before = Viewpoint.objects.count()
    client = Client(raise_request_exception=True)
    assert client.post(address(page), data).status_code in (303, 403)
    assert Viewpoint.objects.count() == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(theme=words, school=words, text=words)
def test_with_a_token_only_a_whole_viewpoint_is_saved(db: None, theme: str, school: str, text: str) -> None:
    page = ViewpointsPage.objects.get(locale__language_code="sv")
    before = Viewpoint.objects.count()
    sent = Client().post(address(page), filled(page, theme=theme, school=school, text=text))
    assert sent.status_code in (422, 429)
    assert Viewpoint.objects.count() == before


# --- When one can write ----------------------------------------------------------------------------------------------


def test_the_form_opens_and_closes_at_its_midnights_also_in_a_kept_page(client: Any, page: ViewpointsPage) -> None:
    ViewpointsPage.objects.update(open_from=date(2027, 1, 11), open_until=date(2027, 1, 12))
    moments = [
        ("2027-01-10 23:59:58+01:00", False),
        ("2027-01-11 00:00:01+01:00", True),
        ("2027-01-12 23:59:58+01:00", True),
        ("2027-01-13 00:00:01+01:00", False),
    ]
    for moment, is_open in moments:
        with time_machine.travel(moment, tick=False):
            assert bool(with_class(parsed(client.get(PATH)), "voice__form")) is is_open, moment


@pytest.mark.parametrize("days", [{"open_until": date.max}, {"open_from": date.min}, {"open_from": date.max}])
def test_the_first_and_the_last_day_of_the_calendar_are_days(client: Any, page: ViewpointsPage, days: dict[str, date]) -> None:
    ViewpointsPage.objects.update(**days)
    is_open = date.max != days.get("open_from")
    assert bool(with_class(parsed(client.get(PATH)), "voice__form")) is is_open


def test_what_came_too_late_is_shown_to_its_writer_and_not_saved(client: Any, page: ViewpointsPage) -> None:
    fields = filled(page)
    ViewpointsPage.objects.update(open_until=timezone.localdate() - timedelta(days=1))
    late = client.post(address(page), fields)
    assert late.status_code == 422
    assert TEXT in said(next(parsed(late).iter("textarea")))
    assert new_ones() == []


# --- What is shown ---------------------------------------------------------------------------------------------------


def said_on(client: Any, path: str = PATH) -> str:
    return said(with_class(parsed(client.get(path)), "said")[0])


def test_nothing_is_shown_before_somebody_has_read_it(
    client: Any, page: ViewpointsPage, django_capture_on_commit_callbacks: Any
) -> None:
    client.post(address(page), filled(page))
    assert TEXT not in client.get(PATH).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        new_ones()[0].decide(Viewpoint.State.SHOWN, None)
    assert TEXT in said_on(client)
    with django_capture_on_commit_callbacks(execute=True):
        new_ones()[0].decide(Viewpoint.State.SET_ASIDE, None)
    assert TEXT not in client.get(PATH).content.decode()


def test_few_are_not_counted_and_their_school_is_not_named(
    client: Any, page: ViewpointsPage, django_capture_on_commit_callbacks: Any
) -> None:
    Viewpoint.objects.all().delete()
    shown(page, FEW - 1, school="Skola A")
    told = said_on(client)
    assert "4 synpunkter" not in told
    assert "Skola A" not in told
    with django_capture_on_commit_callbacks(execute=True):
        shown(page, 1, school="Skola A")
    told = said_on(client)
    assert "5 synpunkter" in told
    assert "Skola A" in told


def test_a_day_is_never_told(client: Any, page: ViewpointsPage) -> None:
    Viewpoint.objects.all().delete()
    shown(page, 1, received_on=date(2026, 3, 17))
    quote = said(with_class(parsed(client.get(PATH)), "said__quotes")[0])
    assert "mars 2026" in quote
    assert "17" not in quote


def test_both_languages_show_all_that_was_written_and_mark_its_language(client: Any, page: ViewpointsPage) -> None:
    root = parsed(client.get("/en/ung/tyck-till/"))
    quotes = list(root.iter("blockquote"))
    assert quotes
    assert {quote.get("lang") for quote in quotes} == {"sv"}
    assert all(quote.get("lang") is None for quote in parsed(client.get(PATH)).iter("blockquote"))


def test_a_page_with_many_stays_short_and_costs_no_more(client: Any, page: ViewpointsPage) -> None:
    costs = []
    for number in (1, 1, 200):
        shown(page, number)
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as queries:
            html = client.get(PATH).content
        costs.append(len(queries))
    assert costs[2] == costs[1] > 0
    assert html.count(b"<blockquote") <= AT_MOST * 3
    assert "207 synpunkter" not in html.decode()
    assert "203 synpunkter" in html.decode()
    assert len(html) < 60_000


def test_a_theme_taken_away_takes_its_viewpoints_from_the_page_only(client: Any, page: ViewpointsPage) -> None:
    before = Viewpoint.objects.count()
    del page.themes[0]
    page.save_revision().publish()
    assert "Skolgården" not in said_on(client)
    assert Viewpoint.objects.count() == before
