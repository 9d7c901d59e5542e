"""The search page as readers meet it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import PageViewRestriction

from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage, HomePage
from kampanj.content.search.models import SearchText, SynonymGroup
from tests.content.search.on_both import advice, titles
from tests.web.reading import loaded_from_elsewhere, parsed, said, with_class

pytestmark = pytest.mark.django_db

FRIEND = "Kompisen röker på – vad gör jag?"


def results(response: Any) -> list[str]:
    """The titles of the cards, in order."""
    return [said(title) for title in with_class(parsed(response), "card__title")]


def test_an_empty_page_has_a_labelled_field_and_may_be_kept(client: Any) -> None:
    response = client.get("/sok/")
    root = parsed(response)
    assert said(next(root.iter("h1"))) == "Sök"
    assert [label.get("for") for label in root.iter("label")] == ["sokord"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "sparar" in said(with_class(root, "finding__note")[0])
    with CaptureQueriesContext(connection) as queries:
        client.get("/sok/")
    assert len(queries) == 0


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "\u202e"])
def test_a_question_that_says_nothing_is_an_empty_one(client: Any, typed: str) -> None:
    assert said(next(parsed(client.get("/sok/", {"q": typed})).iter("h1"))) == "Sök"


def test_what_was_typed_stays_and_the_hits_are_cards(client: Any) -> None:
    response = client.get("/sok/", {"q": "  Hasch "})
    root = parsed(response)
    assert said(next(root.iter("h1"))) == "Sökresultat för ”Hasch”"
    assert next(field.get("value") for field in root.iter("input")) == "Hasch"
    assert FRIEND in results(response)
    assert "Råd" in [said(kind) for kind in with_class(root, "card__kind")]
    assert {said(mark).lower() for mark in root.iter("mark")} & {"cannabis", "hasch", "gräs"}
    assert "Vi hittade" in said(root)
    assert list(loaded_from_elsewhere(root)) == []
    assert response.headers["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_a_question_leaves_no_trace(client: Any) -> None:
    before = Query.objects.count(), QueryDailyHits.objects.count()
    with CaptureQueriesContext(connection) as queries:
        client.get("/sok/", {"q": "droger"})
        client.get("/sok/", {"q": "nagontinghelt annat"})
    assert (Query.objects.count(), QueryDailyHits.objects.count()) == before
    assert [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []


@pytest.mark.parametrize(("typed", "most"), [("droger", 12), ("cannabis kommunen", 12), ("hittepåord", 14), ("självmord", 13)])
def test_few_questions_to_the_database(client: Any, typed: str, most: int) -> None:
    client.get("/sok/", {"q": typed})
    with CaptureQueriesContext(connection) as queries:
        client.get("/sok/", {"q": typed})
    assert len(queries) <= most, "\n".join(query["sql"][:160] for query in queries)


def test_a_slip_is_answered_with_a_suggestion_that_leads_somewhere(client: Any) -> None:
    response = client.get("/sok/", {"q": "kompissen"})
    assert results(response) == []
    link = next(a for a in parsed(response).iter("a") if (a.get("href") or "").startswith("/sok/?q="))
    assert said(link) == "kompisen"
    assert FRIEND in results(client.get(link.get("href")))


def test_nothing_found_shows_help_and_what_to_try(client: Any) -> None:
    root = parsed(client.get("/sok/", {"q": "hittepåord"}))
    assert "112" in said(with_class(root, "help")[0])
    assert with_class(root, "finding__tips")


def test_words_of_an_emergency_bring_help_before_everything_else(client: Any) -> None:
    response = client.get("/sok/", {"q": "jag vill inte leva"})
    text = said(parsed(response))
    assert text.index("Du kan prata med någon nu") < text.index("112") < text.index("90101") < text.index("Börja här")
    assert "stavningen" not in text
    assert results(response) == ["Jag mår dåligt och vill prata med någon"]


def test_the_editors_choose_which_lines_stand_first(client: Any) -> None:
    line = HelpLine.objects.get(name="Kvinnofridslinjen")
    group = SynonymGroup.objects.create(words="hemlighet", help_first=True)
    group.help_lines.add(line)
    root = parsed(client.get("/sok/", {"q": "hemligheter"}))
    assert [said(name) for name in with_class(root, "help__name")] == ["Kvinnofridslinjen"]


@pytest.mark.parametrize("hidden", ["draft", "expired", "not public", "alias"])
def test_what_nobody_may_open_is_not_found(hidden: str) -> None:
    page = advice("Zebran", "Zebran zebran.")
    assert titles("zebran") == ["Zebran"]
    if hidden == "draft":
        page.unpublish()
    elif hidden == "expired":
        type(page).objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(seconds=1))
    elif hidden == "not public":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    else:
        original = advice("Ursprunget", "Något annat.")
        type(page).objects.filter(pk=page.pk).update(alias_of=original)
    assert titles("zebran") == []


def test_the_index_follows_the_page() -> None:
    page = advice("Zebran", "Giraffen står bredvid.")
    page.title, page.introduction = "Lejonet", "Om lejon."
    draft = page.save_revision()
    assert titles("lejon") == []
    draft.publish()
    assert titles("lejon") == ["Lejonet"]
    assert titles("zebran") == []
    page.refresh_from_db()
    page.unpublish()
    assert not SearchText.objects.filter(page=page).exists()
    page.get_latest_revision().publish()
    assert titles("giraff") == ["Lejonet"]
    page.delete()
    assert titles("giraff") == []


def test_a_page_in_another_site_is_not_found() -> None:
    other = HomePage.objects.get(locale__language_code="sv").copy(
        update_attrs={"slug": "grannen", "title": "Zebrakommunen"}, recursive=False, keep_live=True
    )
    other.save_revision().publish()
    assert titles("zebrakommunen") == []


def test_hints_for_the_teacher_are_not_shown(client: Any) -> None:
    campaign = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    hint = campaign.discussion[0].value["guidance"]
    text = SearchText.objects.get(page=campaign).text
    assert hint not in text
    assert campaign.discussion[0].value["question"] in text


def test_readers_of_another_language_are_offered_swedish_pages_too(client: Any) -> None:
    response = client.get("/en/sok/", {"q": "röker"})
    root = parsed(response)
    assert root.get("lang") == "en"
    swedish = [element for element in root.iter("div") if element.get("lang") == "sv"]
    assert FRIEND in said(swedish[0])
    assert all(a.get("hreflang") == "sv" for a in swedish[0].iter("a"))


@pytest.mark.parametrize("language", ["uk", "fa"])
def test_a_language_without_pages_has_no_search(client: Any, language: str) -> None:
    response = client.get(f"/{language}/sok/", {"q": "x"})
    assert response.status_code == 404
    assert parsed(response).get("lang") == "sv"


def test_results_come_in_pages_with_the_way_on(client: Any) -> None:
    for number in range(45):
        advice(f"Zebra nummer {number}", "Zebra.", slug=f"zebra-{number}")
    first = client.get("/sok/", {"q": "zebra & ötnöt"})
    ways = {a.get("rel"): a.get("href") for a in parsed(first).iter("a") if a.get("rel")}
    assert (len(results(first)), set(ways)) == (20, {"next"})
    second = client.get(ways["next"])
    root = parsed(second)
    assert said(root.find("head/title")).startswith("Sökresultat för ”zebra & ötnöt” – sida 2")
    assert next(field.get("value") for field in root.iter("input")) == "zebra & ötnöt"
    third = client.get(next(a.get("href") for a in root.iter("a") if a.get("rel") == "next"))
    assert len(results(third)) == 5
    assert len({*results(first), *results(second), *results(third)}) == 45
    assert client.get("/sok/", {"q": "zebra", "sida": "4"}).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999999999999999", "1.5", "²", "\x00"])
def test_a_page_that_cannot_be_is_not_found(client: Any, number: str) -> None:
    assert client.get("/sok/", {"q": "hasch", "sida": number}).status_code == 404


def test_a_long_question_is_cut_and_says_so(client: Any) -> None:
    root = parsed(client.get("/sok/", {"q": "kompisen " * 2000}))
    assert "200 tecken" in said(root)
    assert len(next(field.get("value") for field in root.iter("input"))) <= 200


def test_direction_marks_do_not_reach_the_page(client: Any) -> None:
    response = client.get("/sok/", {"q": "\u202ehasch\u2066"})
    assert "\u202e" not in response.content.decode()
    assert said(next(parsed(response).iter("h1"))) == "Sökresultat för ”hasch”"


def test_a_tag_in_the_question_or_in_a_text_is_only_text(client: Any) -> None:
    advice("Om <b>zebror", "En zebra & <script>alert(1)</script> till.")
    root = parsed(client.get("/sok/", {"q": "<script>zebra</script>"}))
    assert list(root.iter("script")) == []
    assert "<script>alert(1)</script>" in said(root)


def test_the_editors_picks_come_first_also_for_a_synonym(client: Any) -> None:
    home = HomePage.objects.get(locale__language_code="sv")
    SearchPromotion.objects.create(query=Query.get("cannabis"), page=home, description="Börja med det här.", sort_order=0)
    SearchPromotion.objects.create(
        query=Query.get("cannabis"), external_link_url="https://example.org/x", external_link_text="Läs mer", sort_order=1
    )
    for typed in ("Cannabis", "hasch"):
        response = client.get("/sok/", {"q": typed})
        assert results(response)[:2] == [home.title, "Läs mer"]
        assert "Börja med det här." in response.content.decode()


def test_a_pick_that_nobody_may_open_is_not_shown(client: Any) -> None:
    page = advice("Hemligt", "Ingenting.")
    SearchPromotion.objects.create(query=Query.get("cannabis"), page=page, sort_order=0)
    page.unpublish()
    assert "Hemligt" not in results(client.get("/sok/", {"q": "cannabis"}))


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_sent_to_it(client: Any, method: str) -> None:
    assert getattr(client, method)("/sok/").status_code == 405


@pytest.mark.parametrize("path", ["/ung/", "/finns-inte/"])
def test_the_field_stands_where_people_look_for_something(client: Any, path: str) -> None:
    root = parsed(client.get(path))
    forms = [form for form in root.iter("form") if form.get("role") == "search"]
    assert [form.get("action") for form in forms] == ["/sok/"]
