"""Promise periods: each promise opens to its result, leads to what belongs to it, and is counted in words."""

from __future__ import annotations

import datetime
import re
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Locale, Page, PageViewRestriction

from kampanj.content.models import CampaignPage, HomePage
from kampanj.followup.promises.models import PromisePeriodPage, readable_periods
from kampanj.followup.promises.outcome import Outcome, counted
from tests.web.reading import parsed, said, with_class

PATH = "/en/medborgarlofte-2021/"


@pytest.fixture
def home(db: None) -> HomePage:
    return HomePage.objects.get(locale__language_code="en")


@pytest.fixture
def period(home: HomePage) -> PromisePeriodPage:
    return PromisePeriodPage.objects.child_of(home).get(first_year=2021)


@pytest.fixture
def campaign(db: None) -> CampaignPage:
    return CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="en")


def promise(words: str, outcome: str = "done", pages: tuple[Page, ...] = ()) -> dict[str, Any]:
    result = [{"type": "rich_text", "value": {"text": f"<p>Result of {words}</p>"}}]
    return {"promise": words, "outcome": outcome, "result": result, "pages": [page.pk for page in pages]}


def group(*promises: dict[str, Any]) -> dict[str, Any]:
    return {"type": "group", "value": {"heading": "Group", "promises": list(promises)}}


def publish(page: PromisePeriodPage, *groups: dict[str, Any]) -> None:
    page.groups = page.groups.stream_block.to_python(list(groups))
    page.save_revision().publish()


def fresh(client: Any, path: str) -> Any:
    """The page as it is drawn now: emptying the page cache waits for a commit, which no test here makes."""
    caches["pages"].clear()
    return client.get(path)


def add_period(home: HomePage, first: int, last: int) -> PromisePeriodPage:
    page = PromisePeriodPage(
        title=f"Promise {first}", slug=f"p-{first}", first_year=first, last_year=last, parties="We", introduction="Hello."
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    return page


def pointers(client: Any) -> list[tuple[str, str | None]]:
    """What stands in the lists of pages: (text, address or None)."""
    found = []
    for item in (li for ul in with_class(parsed(fresh(client, PATH)), "pointers") for li in ul.iter("li")):
        link = item.find("a")
        found.append((said(item), link.get("href") if link is not None else None))
    return found


def parents(root: Element) -> dict[Element, Element]:
    return {child: parent for parent in root.iter() for child in parent}


# --- The page --------------------------------------------------------------------------------------------------------


def test_every_promise_opens_to_its_result_and_says_in_words_how_it_went(client: Any, period: PromisePeriodPage) -> None:
    publish(period, group(promise("first"), promise("second", "partly")), group(promise("third", "not_done")))
    drawn = with_class(parsed(fresh(client, PATH)), "promise")
    assert [one.tag for one in drawn] == ["details"] * 3
    summaries = [said(one.find("summary")) for one in drawn]
    assert summaries == ["first How it went: Done", "second How it went: Partly done", "third How it went: Not done"]
    assert [f"Result of {words}" in said(one) for one, words in zip(drawn, ("first", "second", "third"), strict=True)] == [
        True
    ] * 3


def test_a_promise_is_shared_by_an_address_inside_what_opens(client: Any, period: PromisePeriodPage) -> None:
    publish(period, group(promise("first")), group(promise("second"), promise("third")))
    root = parsed(fresh(client, PATH))
    above = parents(root)
    targets = [element for element in root.iter() if (element.get("id") or "").startswith("lofte-")]
    assert [target.get("id") for target in targets] == ["lofte-1", "lofte-2", "lofte-3"]
    assert [above[target].tag for target in targets] == ["details"] * 3
    assert [f"#{target.get('id')}" in [a.get("href") for a in target.iter("a")] for target in targets] == [True] * 3


def test_the_parts_stand_in_their_order_and_empty_ones_are_left_out(client: Any, period: PromisePeriodPage) -> None:
    headings = [said(h2) for h2 in parsed(fresh(client, PATH)).iter("h2")]
    assert headings[0] == "How it went"
    assert headings[-4:] == ["Other efforts", "What we base it on", "What happens now?", "Other years"]
    period.other_efforts = period.basis = []
    publish(period)
    headings = [said(h2) for h2 in parsed(fresh(client, PATH)).iter("h2")]
    assert headings == ["What happens now?", "Other years"]


def test_the_facts_and_the_count_are_shown(client: Any, period: PromisePeriodPage) -> None:
    root = parsed(fresh(client, PATH))
    facts = {said(row.find("dt")): said(row.find("dd")) for row in with_class(root, "promises__facts")[0]}
    assert facts["Years"] == "2021"
    assert "2021" in facts["Signed"]
    assert "2022" in facts["Results published"]
    assert said(with_class(root, "tally__words")[0]) == "9 promises: 4 were done, 3 partly, and 2 were not done"
    assert len(with_class(with_class(root, "tally__marks")[0], "mark")) == 9
    assert period.updated_on == datetime.date(2022, 1, 12)
    assert "12 January 2022" in said(with_class(root, "page-foot")[0]).replace("\N{NO-BREAK SPACE}", " ")


def test_until_there_are_results_the_day_of_publication_is_the_last_update(client: Any, home: HomePage) -> None:
    page = add_period(home, 2024, 2025)
    page.refresh_from_db()
    assert page.updated_on == timezone.localdate()
    assert "Not yet" in said(parsed(fresh(client, "/en/p-2024/")))


def test_printing_needs_no_script_and_the_button_waits_for_one(client: Any, period: PromisePeriodPage) -> None:
    root = parsed(fresh(client, PATH))
    assert [(script.get("src"), "defer" in script.attrib) for script in root.iter("script")] == [
        ("/static/kampanj/print.js", True)
    ]
    buttons = [button for button in root.iter("button") if "data-print" in button.attrib]
    assert ["hidden" in button.attrib for button in buttons] == [True]
    assert "/static/kampanj/print.js" not in client.get("/en/").content.decode()


# --- The pages that a promise points at --------------------------------------------------------------------------------


def test_a_page_is_linked_by_its_title(client: Any, period: PromisePeriodPage, campaign: CampaignPage) -> None:
    publish(period, group(promise("one", pages=(campaign,))))
    assert pointers(client) == [(campaign.title, campaign.get_url())]


@pytest.mark.parametrize("how", ["unpublished", "expired", "past its time, the clock is late"])
def test_a_page_that_has_ended_is_named_without_a_link(
    client: Any, period: PromisePeriodPage, campaign: CampaignPage, how: str
) -> None:
    publish(period, group(promise("one", pages=(campaign,))))
    if how == "past its time, the clock is late":
        CampaignPage.objects.filter(pk=campaign.pk).update(expire_at=timezone.now() - datetime.timedelta(seconds=1))
    else:
        campaign.unpublish(set_expired=how == "expired")
    assert pointers(client) == [(f"{campaign.title} (has ended)", None)]


def test_a_page_that_nobody_has_seen_or_may_see_is_not_named(
    client: Any, period: PromisePeriodPage, campaign: CampaignPage, home: HomePage
) -> None:
    draft = CampaignPage(title="Secret plan", slug="secret", summary="x", live=False)
    home.add_child(instance=draft)
    draft.save_revision()
    publish(period, group(promise("one", pages=(campaign, draft))))
    PageViewRestriction.objects.create(page=campaign.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    assert pointers(client) == []


def test_a_page_that_was_deleted_leaves_nothing(client: Any, period: PromisePeriodPage, home: HomePage) -> None:
    gone = CampaignPage(title="Gone", slug="gone", summary="x")
    home.add_child(instance=gone)
    publish(period, group(promise("one", pages=(gone,))))
    CampaignPage.objects.get(pk=gone.pk).delete()
    assert pointers(client) == []


def test_a_page_is_shown_in_the_readers_language_where_there_is_one(
    client: Any, period: PromisePeriodPage, campaign: CampaignPage
) -> None:
    swedish = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    publish(period, group(promise("one", pages=(swedish,))))
    assert pointers(client) == [(campaign.title, campaign.get_url())]
    campaign.unpublish()
    assert pointers(client) == [(swedish.title, swedish.get_url())]
    links = [a for ul in with_class(parsed(fresh(client, PATH)), "pointers") for a in ul.iter("a")]
    assert [(a.get("lang"), a.get("hreflang")) for a in links] == [("sv", "sv")]


def test_a_period_that_awaits_its_translation_is_not_listed(home: HomePage) -> None:
    swedish = PromisePeriodPage.objects.filter(locale__language_code="sv").first()
    assert swedish is not None
    before = list(readable_periods(home))
    new = PromisePeriodPage(title="Ny", slug="ny", first_year=1995, last_year=1995, parties="x", introduction="x")
    Page.objects.get(pk=swedish.get_parent().pk).add_child(instance=new)
    assert new.copy_for_translation(home.locale, alias=True).live
    assert list(readable_periods(home)) == before


def test_more_promises_and_pages_cost_no_more_questions(client: Any, period: PromisePeriodPage, campaign: CampaignPage) -> None:
    others = list(Page.objects.live().filter(depth__gt=2, locale__language_code="en"))
    assert len(others) > 4
    publish(period, group(promise("one", pages=(campaign,))))
    few = questions(client, PATH)
    publish(period, *[group(*[promise(str(number), pages=tuple(others)) for number in range(5)])] * 3)
    assert questions(client, PATH) == few
    publish(period)
    assert few - questions(client, PATH) == 1


def questions(client: Any, path: str) -> int:
    fresh(client, path)
    with CaptureQueriesContext(connection) as asked:
        fresh(client, path)
    return len(asked)


# --- Periods -----------------------------------------------------------------------------------------------------------


def test_other_periods_are_linked_with_their_years(client: Any, period: PromisePeriodPage, home: HomePage) -> None:
    add_period(home, 2018, 2019)
    draft = add_period(home, 2016, 2017)
    draft.unpublish()
    over = add_period(home, 2014, 2015)
    PromisePeriodPage.objects.filter(pk=over.pk).update(expire_at=timezone.now())
    cards = with_class(parsed(fresh(client, PATH)), "card")
    assert [said(card) for card in cards] == [
        "Citizens’ promise 2022–2023 Later promise: 2022–2023",
        "Citizens’ promise 2020 Earlier promise: 2020",
        "Promise 2018 Earlier promise: 2018–2019",
    ]


def test_the_front_page_leads_to_the_latest_period_and_those_before(client: Any, home: HomePage) -> None:
    section = shelf(client)
    assert section is not None
    assert [said(title) for title in with_class(section, "card__title")] == ["Citizens’ promise 2022–2023"]
    assert said(with_class(section, "card__text")[0]) == "8 promises: 8 are under way"
    earlier = [a.get("href") for a in with_class(section, "earlier")[0].iter("a")]
    assert earlier == ["/en/medborgarlofte-2021/", "/en/medborgarlofte-2020/"]
    for page in PromisePeriodPage.objects.child_of(home):
        page.unpublish()
    assert shelf(client) is None


def shelf(client: Any) -> Element | None:
    sections = [one for one in parsed(fresh(client, "/en/")).iter("section") if one.get("aria-labelledby") == "loften"]
    return sections[0] if sections else None


def test_a_period_is_one_or_two_years(home: HomePage) -> None:
    for first, last, good in ((2021, 2021, True), (2022, 2023, True), (2022, 2024, False), (2022, 2021, False)):
        page = PromisePeriodPage(title="P", first_year=first, last_year=last, parties="We", introduction="Hello.")
        if good:
            page.clean()
            assert page.years == (str(first) if first == last else f"{first}–{last}")
        else:
            with pytest.raises(ValidationError) as caught:
                page.clean()
            assert set(caught.value.message_dict) == {"last_year"}
    page = add_period(home, 2030, 2031)
    with pytest.raises(IntegrityError), transaction.atomic():
        PromisePeriodPage.objects.filter(pk=page.pk).update(last_year=2032)


@pytest.mark.django_db
@pytest.mark.parametrize(("signed", "results"), [((2021, 3, 11), (2021, 3, 10)), (None, (2999, 1, 1))])
def test_results_come_after_the_signing_and_not_tomorrow(signed: Any, results: Any) -> None:
    page = PromisePeriodPage(
        first_year=2021,
        last_year=2021,
        signed_on=datetime.date(*signed) if signed else None,
        results_on=datetime.date(*results),
    )
    with pytest.raises(ValidationError) as caught:
        page.clean()
    assert set(caught.value.message_dict) == {"results_on"}


@pytest.mark.django_db
def test_an_editor_can_open_the_page_and_save_half_of_one(admin_client: Any, home: HomePage) -> None:
    period = PromisePeriodPage.objects.get(first_year=2021, locale__language_code="sv")
    assert admin_client.get(reverse("wagtailadmin_pages:edit", args=[period.pk])).status_code == 200
    form = {"title": "Half", "slug": "half", "first_year": "2030", "last_year": "2030", "parties": "", "introduction": ""}
    streams = {f"{name}-count": "0" for name in ("groups", "other_efforts", "basis", "next_steps")}
    comments = {f"comments-{part}": "0" for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")}
    address = reverse("wagtailadmin_pages:add", args=["kampanj", "promiseperiodpage", home.pk])
    admin_client.post(address, form | streams | comments)
    assert PromisePeriodPage.objects.get(slug="half").live is False


def test_search_finds_what_was_promised(db: None) -> None:
    found = PromisePeriodPage.objects.search("Linköpingsmodellen")
    assert [page.slug for page in found] == ["medborgarlofte-2021"]


# --- The count ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ([], ""),
        (["done"], "1 promise: 1 was done"),
        (["done"] * 7 + ["partly"] * 3 + ["not_done"] * 2, "12 promises: 7 were done, 3 partly, and 2 were not done"),
        (["under_way", "not_done"], "2 promises: 1 was not done and 1 is under way"),
    ],
)
def test_the_count_is_a_sentence(outcomes: list[str], sentence: str) -> None:
    with translation.override("en"):
        assert counted(outcomes).replace("\N{NO-BREAK SPACE}", " ") == sentence


# Arabic and Somali write one and two as words.
@given(st.lists(st.sampled_from(Outcome.values), min_size=1), st.sampled_from(["sv", "en", "ti", "uk"]))
def test_the_parts_add_up_in_every_language(outcomes: list[str], language: str) -> None:
    with translation.override(language):
        total, *parts = [int(number) for number in re.findall(r"\d+", counted(outcomes))]
    assert total == len(outcomes) == sum(parts)


def test_a_page_in_a_new_language_lists_only_its_own(client: Any, home: HomePage, period: PromisePeriodPage) -> None:
    finnish = Locale.objects.create(language_code="fi")
    for original in (home, period):
        page = original.copy_for_translation(finnish)
        page.save_revision().publish()
    assert with_class(parsed(fresh(client, page.get_url())), "card") == []
