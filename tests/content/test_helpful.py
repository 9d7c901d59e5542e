"""“Did this page help you?”: counted, thanked for in the page's language, and forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction

from kampanj.content.helpful.models import HelpfulCount
from kampanj.content.helpful.views import AN_HOUR, PURPOSE, token_for
from kampanj.content.models import HomePage
from kampanj.content.public_forms import LIFETIME, new_token
from kampanj.content.readable import readable_now
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.web.reading import parsed, said, with_class
from ung.models import AdvicePage, YouthStartPage

pytestmark = pytest.mark.django_db

ADVICE = "/ung/kompisen-roker-pa/"
words = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture
def advice(db: None) -> AdvicePage:
    return AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv")


def form_of(response: Any) -> dict[str, str]:
    """What a browser would send with the form, but for the button."""
    form = with_class(parsed(response), "helpful")[0]
    return {field.get("name") or "": field.get("value") or "" for field in form.iter("input")}


def counts(page: Page) -> tuple[int, int]:
    row = HelpfulCount.objects.filter(page_id=page.pk).first()
    return (row.yes, row.no) if row else (0, 0)


def later(seconds: float = 60) -> Any:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def test_a_strict_browser_answers_without_a_cookie_and_is_led_back(page_client: Any, advice: AdvicePage) -> None:
    reader = page_client(enforce_csrf_checks=True)
    fields = form_of(reader.get(ADVICE))
    with later():
        answered = reader.post("/hjalpte/", {**fields, "answer": "ja"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answered.status_code == 303
    thanks = reader.get(answered.headers["Location"])
    assert ADVICE in [a.get("href") for a in parsed(thanks).iter("a")]
    assert counts(advice) == (1, 0)
    assert not reader.cookies


def test_the_form_of_a_kept_page_is_as_good(client: Any, advice: AdvicePage) -> None:
    first = form_of(client.get(ADVICE))
    with later(3000):
        assert form_of(client.get(ADVICE)) == first
    with later(8 * 3600):
        assert client.post("/hjalpte/", {**first, "answer": "nej"}).status_code == 303
    assert counts(advice) == (0, 1)


def test_answering_throws_no_kept_page_away(client: Any, django_assert_num_queries: Any) -> None:
    fields = form_of(client.get(ADVICE))
    with later():
        client.post("/hjalpte/", {**fields, "answer": "ja"})
    with django_assert_num_queries(0):
        client.get(ADVICE)


def test_a_no_says_whom_to_ask_and_who_listens(client: Any, advice: AdvicePage) -> None:
    AdvicePage.objects.filter(pk=advice.pk).update(responsible_unit="Ungdomsenheten")
    thanks = client.get(reverse("helpful_thanks", args=[advice.pk, "nej"]))
    assert "Ungdomsenheten" in said(with_class(parsed(thanks), "ask")[0])
    assert with_class(parsed(thanks), "strip")
    assert not with_class(parsed(client.get(reverse("helpful_thanks", args=[advice.pk, "ja"]))), "ask")


def test_the_thanks_speak_the_pages_language(client: Any) -> None:
    english = YouthStartPage.objects.get(locale__language_code="en")
    thanks = client.get(reverse("helpful_thanks", args=[english.pk, "nej"]))
    assert parsed(thanks).get("lang") == "en"
    assert "Thank you" in said(next(parsed(thanks).iter("h1")))
    assert english.get_url() in [a.get("href") for a in parsed(thanks).iter("a")]


def test_a_form_that_is_too_old_is_asked_again_and_then_taken(client: Any, advice: AdvicePage) -> None:
    fields = form_of(client.get(ADVICE))
    with later(LIFETIME + 60):
        again = client.post("/hjalpte/", {**fields, "answer": "ja"})
        assert again.status_code == 422
        assert counts(advice) == (0, 0)
        assert client.post("/hjalpte/", {**form_of(again), "answer": "ja"}).status_code == 303
    assert counts(advice) == (1, 0)


def test_a_robot_is_thanked_and_not_counted(client: Any, advice: AdvicePage) -> None:
    with later():
        thanked = client.post("/hjalpte/", {"form": token_for(advice), "website": "x", "answer": "ja"})
    assert thanked.status_code == 303
    assert counts(advice) == (0, 0)


def test_another_site_is_asked_again(client: Any, advice: AdvicePage) -> None:
    fields = {"form": token_for(advice), "answer": "ja"}
    assert client.post("/hjalpte/", fields, headers={"Origin": "https://example.org"}).status_code == 403
    assert counts(advice) == (0, 0)


def test_one_network_cannot_fill_the_count(client: Any, advice: AdvicePage) -> None:
    fields = {"form": token_for(advice), "answer": "nej"}
    with time_machine.travel(timezone.now().replace(minute=5), tick=False):
        fields["form"] = token_for(advice)
        statuses = [client.post("/hjalpte/", fields).status_code for _number in range(AN_HOUR + 1)]
    assert statuses == [*[303] * AN_HOUR, 429]
    assert counts(advice) == (0, AN_HOUR)


def test_the_question_is_put_on_every_kind_of_page_and_not_on_notices(client: Any) -> None:
    for page in readable_now(Page.objects.filter(depth__gt=1)):
        assert with_class(parsed(client.get(page.get_url())), "helpful"), page
    for path in ("/finns-inte/", "/sok/"):
        assert not with_class(parsed(client.get(path)), "helpful")


def test_a_page_that_is_gone_neither_asks_nor_counts(client: Any, advice: AdvicePage) -> None:
    token = token_for(advice)
    AdvicePage.objects.filter(pk=advice.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    gone = client.get(ADVICE)
    assert gone.status_code == 410
    assert not with_class(parsed(gone), "helpful")
    assert client.post("/hjalpte/", {"form": token, "answer": "ja"}).status_code == 400
    assert client.get(reverse("helpful_thanks", args=[advice.pk, "ja"])).status_code == 404
    assert counts(advice) == (0, 0)


def test_a_page_that_not_everybody_may_read_is_not_named(client: Any, advice: AdvicePage) -> None:
    PageViewRestriction.objects.create(page=advice, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(reverse("helpful_thanks", args=[advice.pk, "ja"])).status_code == 404


def test_a_preview_does_not_ask(admin_client: Any, advice: AdvicePage) -> None:
    preview = advice.make_preview_request()
    assert b"helpful" not in preview.render().content


def test_the_count_is_two_numbers_and_a_page() -> None:
    assert {field.name for field in HelpfulCount._meta.get_fields()} == {"page", "yes", "no"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from(["form", "answer", "website"]) | words, words, max_size=4), path_end=words)
def test_nothing_that_is_sent_without_a_token_counts_or_breaks(db: None, data: dict[str, str], path_end: str) -> None:
    client = Client(raise_request_exception=True)
    assert client.post("/hjalpte/", data).status_code == 400
    assert client.get("/hjalpte/", data).status_code == 302
    assert client.get(f"/hjalpte/1/{path_end}/").status_code in (301, 302, 404)
    assert not HelpfulCount.objects.exists()


@pytest.mark.parametrize("subject", [0, -1, 10**30])
def test_a_page_that_does_not_exist_is_no_fault_of_ours(client: Any, subject: int) -> None:
    token = new_token(PURPOSE, subject)
    assert client.post("/hjalpte/", {"form": token, "answer": "ja"}).status_code == 400


# --- The report ------------------------------------------------------------------------------------------------------


def logged_in(role: str) -> Client:
    user = User.objects.create_user("somebody", "somebody@example.org")
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def test_the_report_begins_with_the_page_that_helped_least(advice: AdvicePage) -> None:
    home = HomePage.objects.get(locale__language_code="sv")
    HelpfulCount.objects.create(page=home, yes=9, no=1)
    HelpfulCount.objects.create(page=advice, yes=1, no=3)
    desk = logged_in(COMMUNICATOR)
    html = desk.get(reverse("helpful_report")).content.decode()
    first, second = (html.index(reverse("wagtailadmin_pages:edit", args=[page.pk])) for page in (advice, home))
    assert first < second
    assert ">25<" in "".join(html.split())
    assert desk.get(reverse("helpful_report_results") + "?ordering=yes").status_code == 200
    exported = desk.get(reverse("helpful_report") + "?export=csv")
    assert f"{advice.title},sv,1,3,25" in b"".join(exported.streaming_content).decode()
    assert reverse("helpful_report") in desk.get("/admin/").content.decode()


def test_the_report_is_for_those_who_write_the_pages() -> None:
    assert logged_in(APPROVER).get(reverse("helpful_report")).status_code in (302, 403)


def test_a_title_is_no_formula_in_the_file(advice: AdvicePage) -> None:
    Page.objects.filter(pk=advice.pk).update(title="=1+1")
    HelpfulCount.objects.create(page=advice, yes=1, no=3)
    exported = logged_in(COMMUNICATOR).get(reverse("helpful_report") + "?export=csv")
    assert "'=1+1,sv,1,3,25" in b"".join(exported.streaming_content).decode()
