"""The accessibility statement: what the law asks for, and the way to it from every page."""

from __future__ import annotations

import datetime
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from kampanj.content.accessibility.models import AccessibilityStatementPage
from kampanj.content.models import HomePage
from kampanj.municipality.models import SiteSettings
from tests.web.reading import parsed, said

pytestmark = pytest.mark.django_db

PATH = "/en/tillganglighet/"
HEADINGS = [
    "How accessible is the website?",
    "What can you do if you cannot use parts of the website?",
    "Report faults in the website’s accessibility",
    "Supervision",
    "Technical information about the website’s accessibility",
    "Content that is not accessible",
    "How we have tested the website",
]


@pytest.fixture
def swedish() -> AccessibilityStatementPage:
    return AccessibilityStatementPage.objects.get(locale__language_code="sv")


@pytest.fixture
def english() -> AccessibilityStatementPage:
    return AccessibilityStatementPage.objects.get(locale__language_code="en")


def good(**changes: Any) -> AccessibilityStatementPage:
    """A statement that agrees with itself, unsaved, but for the changes."""
    day = timezone.localdate()
    fields: dict[str, Any] = {"responsible": "The town", "website": "town.example.org", "compliance": "full"}
    contact = {"contact_email": "hello@example.org", "contact_phone": "0152-291 00"}
    days = {"tested_on": day, "site_published_on": day, "reviewed_on": day}
    return AccessibilityStatementPage(**{"title": "Accessibility", **fields, **contact, **days, **changes})


def footer_links(client: Any, path: str) -> list[Element]:
    caches["pages"].clear()  # It is emptied at a commit, which no test here makes.
    footer = next(parsed(client.get(path)).iter("footer"))
    return [a for a in footer.iter("a") if "tillganglighet" in (a.get("href") or "")]


# --- What it says ------------------------------------------------------------------------------------------------------


def test_it_has_the_headings_of_the_model_text_in_their_order(client: Any) -> None:
    assert [said(h2) for h2 in parsed(client.get(PATH)).iter("h2")] == HEADINGS


def test_it_says_what_the_law_asks_for(client: Any, english: AccessibilityStatementPage) -> None:
    english.burden, english.burden_reason = "<p>Old films.</p>", "<p>Nobody asks for them.</p>"
    english.mended_by = datetime.date(2027, 6, 1)
    english.report_url = "https://example.org/form"
    english.save_revision().publish()
    root = parsed(client.get(PATH))
    text = said(root.find(".//main"))
    assert "partly compliant with the law" in text
    for part in (
        english.responsible,
        english.website,
        "2018:1937",
        "section 12",
        "Old films.",
        "Nobody asks",
        "Section 9",
        "Maps",
    ):
        assert part in text
    assert "2 working days" in text
    assert "1 June 2027" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert text.count("2 November 2026") == 3
    addresses = {a.get("href") for a in root.find(".//main").iter("a")}
    assert addresses >= {
        "https://www.digg.se/tdosanmalan",
        "https://example.org/form",
        f"mailto:{english.contact_email}",
        "tel:015229100",
    }


def test_shortcomings_stand_under_those_whom_they_hinder_in_the_standards_order(
    client: Any, english: AccessibilityStatementPage
) -> None:
    described = [("cognition", "third"), ("no_vision", "first"), ("cognition", "fourth"), ("no_hearing", "second")]
    english.shortcomings = english.shortcomings.stream_block.to_python(
        [{"type": "shortcoming", "value": {"situation": s, "text": f"<p>{text}</p>"}} for s, text in described]
    )
    english.save_revision().publish()
    text = said(parsed(client.get(PATH)).find(".//main"))
    assert [text.index(word) for word in ("first", "second", "third", "fourth")] == sorted(
        text.index(word) for word in ("first", "second", "third", "fourth")
    )
    assert text.count("Problems when used with a cognitive impairment") == 1


def test_a_site_without_faults_says_so(client: Any, english: AccessibilityStatementPage) -> None:
    english.compliance, english.shortcomings, english.outside_law = "full", [], ""
    english.save_revision().publish()
    root = parsed(client.get(PATH))
    assert "fully compliant" in said(root.find(".//main"))
    assert list(root.iter("h3")) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"compliance": "partial"}, "shortcomings"),
        ({"compliance": "none"}, "shortcomings"),
        ({"compliance": "full", "burden": "<p>x</p>", "burden_reason": "<p>y</p>"}, "compliance"),
        ({"compliance": "partial", "burden": "<p>x</p>"}, "burden_reason"),
        ({"tested": "others"}, "tester"),
        ({"tested": "both"}, "tester"),
        ({"reviewed_on": datetime.date(2999, 1, 1)}, "reviewed_on"),
        ({"tested_on": datetime.date(2999, 1, 1)}, "tested_on"),
    ],
)
def test_what_does_not_agree_is_refused_with_a_sentence(changes: dict[str, Any], field: str) -> None:
    good().clean()
    with pytest.raises(ValidationError) as caught:
        good(**changes).clean()
    assert set(caught.value.message_dict) == {field}


# --- The way to it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/ung/", "/ung/kompisen-roker-pa/", "/finns-inte/", "/sok/", "/medborgarlofte-2021/"])
def test_every_footer_leads_to_it(client: Any, path: str) -> None:
    assert [a.get("href") for a in footer_links(client, path)] == ["/tillganglighet/"]


def test_it_is_offered_in_the_pages_language_or_else_in_swedish(client: Any, english: AccessibilityStatementPage) -> None:
    assert [(a.get("href"), a.get("lang")) for a in footer_links(client, "/en/")] == [("/en/tillganglighet/", None)]
    english.unpublish()
    assert [(a.get("href"), a.get("lang")) for a in footer_links(client, "/en/")] == [("/tillganglighet/", "sv")]


def test_where_none_is_published_nothing_is_shown(client: Any, swedish: AccessibilityStatementPage) -> None:
    swedish.unpublish()
    assert footer_links(client, "/") == []
    assert len(footer_links(client, "/en/")) == 1


def test_one_whose_time_is_over_is_not_offered(client: Any, swedish: AccessibilityStatementPage) -> None:
    AccessibilityStatementPage.objects.filter(pk=swedish.pk).update(expire_at=timezone.now())
    assert footer_links(client, "/") == []


def test_another_sites_statement_is_not_ours(client: Any) -> None:
    root_page = HomePage.objects.get(locale__language_code="sv").copy(update_attrs={"slug": "grannen"}, recursive=False)
    site = Site.objects.create(hostname="localhost", port=80, root_page=root_page)
    SiteSettings.objects.create(site=site, municipality_name="Grannkommunen")
    response = client.get("/", headers={"host": "localhost"})
    assert "tillganglighet" not in response.content.decode()


def test_the_footer_asks_one_question(client: Any) -> None:
    client.get("/ung/")
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as asked:
        client.get("/ung/")
    about_it = [query["sql"] for query in asked if "accessibilitystatementpage" in query["sql"]]
    assert len(about_it) == 1


def test_a_language_without_a_statement_falls_back(client: Any) -> None:
    page = HomePage.objects.get(locale__language_code="ar")
    assert [(a.get("href"), a.get("lang")) for a in footer_links(client, page.get_url())] == [("/tillganglighet/", "sv")]


# --- The editor --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "reminded"), [(0, False), (365, False), (366, True)])
def test_the_editor_is_reminded_after_a_year(
    admin_client: Any, swedish: AccessibilityStatementPage, days: int, reminded: bool
) -> None:
    swedish.reviewed_on = timezone.localdate() - datetime.timedelta(days=days)
    swedish.save_revision().publish()
    assert swedish.needs_review is reminded
    shown = admin_client.get(reverse("wagtailadmin_pages:edit", args=[swedish.pk])).content.decode()
    assert ("help-block help-warning" in shown) is reminded


def test_a_front_page_has_one_statement(admin_client: Any, swedish: AccessibilityStatementPage) -> None:
    assert not AccessibilityStatementPage.can_create_at(swedish.get_parent())
    address = reverse("wagtailadmin_pages:add_subpage", args=[swedish.get_parent().pk])
    assert "accessibilitystatementpage" not in admin_client.get(address).content.decode()
