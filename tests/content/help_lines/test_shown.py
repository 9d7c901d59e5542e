"""A help line in the reader's language, on pages and in editions; and one that has closed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kampanj.channels import email
from kampanj.channels.lms.package import Page as PackedPage
from kampanj.channels.lms.package import package_of
from kampanj.content.help_lines.hours import Way
from kampanj.content.help_lines.models import HelpLine, HelpLineWords, OpeningHours
from kampanj.content.help_lines.shown import ShownLine, first_contacts, shown
from kampanj.content.help_lines.wording import Openness
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug
from tests.web.reading import parsed, with_class

pytestmark = pytest.mark.django_db

CAMPAIGN = "/ung/jag-trodde-aldrig/"
OPEN, SHUT = Openness(True, "Öppet nu", None), Openness(False, "Öppnar kl. 9", None)


@pytest.fixture
def drugs_line(db: None) -> HelpLine:
    """Droghjälpen with invented hours: working days 10–15."""
    line = HelpLine.objects.get(phone="020-91 91 91")
    OpeningHours.objects.create(line=line, days=[0, 1, 2, 3, 4], opens=dt.time(10), closes=dt.time(15))
    return line


def test_words_follow_the_language_and_what_is_missing_says_which_language_it_has(drugs_line: HelpLine) -> None:
    HelpLine.objects.filter(pk=drugs_line.pk).update(languages=["sv", "en"])
    line = HelpLine.objects.get(pk=drugs_line.pk)
    arabic, somali = (shown([line], language=code)[0] for code in ("ar", "so"))
    assert arabic.audience == line.words.get(language="ar").audience
    assert (arabic.audience_language, somali.audience_language) == ("ar", "sv")
    assert somali.audience == line.audience
    assert arabic.phone == somali.phone == line.phone
    assert "الاثنين" in arabic.hours
    assert arabic.answers_in == "السويدية والإنجليزية"


def test_swedish_words_on_an_english_page_are_marked_as_swedish(client: Any) -> None:
    HelpLineWords.objects.filter(language="en").delete()
    about = with_class(parsed(client.get("/en/ung/jag-trodde-aldrig/")), "help__about")
    marked = [span for one in about for span in one.iter("span") if span.get("lang") == "sv"]
    assert marked
    assert {span.get("dir") for span in marked} == {"ltr"}


def test_an_edition_keeps_hours_and_words_in_its_language(drugs_line: HelpLine) -> None:
    campaign = campaign_by_slug("jag-trodde-aldrig")
    before = Edition.freeze(campaign)
    assert Edition.freeze(campaign) == before
    assert json.loads(json.dumps(before.snapshot)) == before.snapshot
    OpeningHours.objects.update(closes=dt.time(16))
    after = Edition.freeze(campaign)
    assert after != before
    for edition, closes, other in ((before, "15", "16"), (after, "16", "15")):
        kept = Edition.objects.get(pk=edition.pk)
        pages = [item.html for section in package_of(kept).sections for item in section.items if isinstance(item, PackedPage)]
        for text in (email.letter(kept).text, "".join(pages)):
            assert f"Måndag–fredag kl. 10–{closes}" in text
            assert f"10–{other}" not in text
            assert "ppet nu" not in text


def test_an_english_edition_has_english_words(drugs_line: HelpLine) -> None:
    english = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="en")
    before = Edition.freeze(english)
    assert "Monday–Friday 10:00–15:00" in email.letter(before).text
    drugs_line.words.filter(language="en").update(audience="Ask about drugs")
    drugs_line.words.filter(language="ar").update(audience="—")
    after = Edition.freeze(english)
    assert "Ask about drugs" in email.letter(after).text
    drugs_line.words.filter(language="ar").delete()
    assert Edition.freeze(english) == after


def test_an_edition_of_an_earlier_release_can_still_be_shown() -> None:
    campaign = campaign_by_slug("jag-trodde-aldrig")
    edition = Edition.freeze(campaign)
    line = HelpLine.objects.get(phone="020-91 91 91")
    old = {"id": line.pk, "name": "Droglinjen", "phone": "020-1", "url": "", "hours": "vardagar", "audience": "alla"}
    edition.snapshot["help_lines"] = {str(line.pk): {**old, "is_emergency": False, "checked_on": "2021-12-01"}}
    kept = edition.help_lines([line])
    assert [(one.name, one.tel, one.hours, one.checked_on) for one in kept] == [
        ("Droglinjen", "tel:0201", "vardagar", dt.date(2021, 12, 1))
    ]


def test_what_is_frozen_thaws_as_it_was(drugs_line: HelpLine) -> None:
    line = shown([drugs_line], language="sv")[0]
    thawed = ShownLine.thawed(json.loads(json.dumps(line.frozen())))
    assert thawed.now == ()
    assert {**thawed.frozen()} == line.frozen()


# --- The quiet bar ---------------------------------------------------------------------------------------------------


def test_whoever_answers_now_is_offered_first() -> None:
    shut = ShownLine(pk=1, name="A", phone="1", by_phone=SHUT)
    answers = ShownLine(pk=2, name="B", phone="2", by_phone=OPEN)
    unknown = ShownLine(pk=3, name="C", phone="3")
    assert first_contacts([shut, answers])["call"] == answers
    assert first_contacts([shut, unknown])["call"] == unknown
    assert first_contacts([unknown, answers])["call"] == unknown
    urgent = ShownLine(pk=4, name="112", phone="112", is_emergency=True, by_phone=OPEN)
    assert first_contacts([urgent, shut])["call"] == shut


def test_a_chat_comes_before_a_site() -> None:
    site = ShownLine(pk=1, name="A", url="https://a.example.org/")
    chat = ShownLine(pk=2, name="B", phone="2", chat="https://b.example.org/", by_chat=SHUT)
    open_chat = ShownLine(pk=3, name="C", chat="https://c.example.org/", by_chat=OPEN)
    assert first_contacts([site, chat])["visit"] == chat
    assert first_contacts([site, chat, open_chat])["visit"] == open_chat


def test_each_way_is_told_apart_where_there_are_two(drugs_line: HelpLine) -> None:
    drugs_line.chat = "https://chat.example.org/"
    OpeningHours.objects.create(line=drugs_line, way=Way.CHAT, days=list(range(7)), opens=dt.time(0), closes=dt.time(0))
    line = shown([drugs_line], language="sv")[0]
    assert [now.label for now in line.now] == ["Telefon", "Chatt"]
    assert line.by_chat is not None
    assert line.by_chat.words == "Öppet nu"


# --- A line that closes ----------------------------------------------------------------------------------------------


def test_a_line_that_has_closed_down_is_on_no_page_and_in_nothing_new(client: Any) -> None:
    campaign = campaign_by_slug("jag-trodde-aldrig")
    before = Edition.freeze(campaign)
    HelpLine.objects.filter(phone__in=["020-91 91 91", "116 111"]).update(is_closed=True)
    for path in (CAMPAIGN, "/ung/", "/ung/jag-mar-daligt/", "/finns-inte/"):
        html = client.get(path).content.decode()
        assert "020-91 91 91" not in html, path
    assert "020-91 91 91" not in email.letter(Edition.freeze(campaign)).text
    assert "020-91 91 91" in email.letter(Edition.objects.get(pk=before.pk)).text


def test_deleting_every_line_leaves_no_page_broken(client: Any) -> None:
    HelpLine.objects.all().delete()
    for path in ("/", CAMPAIGN, "/ung/", "/en/ung/", "/ung/jag-mar-daligt/", "/ung/kompisen-roker-pa/"):
        response = client.get(path)
        assert response.status_code == 200, path
        root = parsed(response)
        assert with_class(root, "strip") == with_class(root, "lines") == with_class(root, "help") == []
    assert client.get("/finns-inte/").status_code == 404
    assert email.letter(Edition.freeze(campaign_by_slug("jag-trodde-aldrig"))).text


def test_a_draft_of_the_start_page_outlives_its_lines(admin_client: Any) -> None:
    from ung.models import YouthStartPage

    start = YouthStartPage.objects.get(locale__language_code="sv")
    revision = start.save_revision()
    HelpLine.objects.filter(phone="116 111").delete()
    assert revision.as_object().strip_lines.count() == 2
    assert admin_client.get(f"/admin/pages/{start.pk}/edit/").status_code == 200
    revision.publish()
    assert YouthStartPage.objects.get(pk=start.pk).strip_lines.count() == 2


def test_one_question_for_hours_however_many_blocks(client: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert len(with_class(parsed(client.get("/ung/")), "help")) == 1
    about = [one["sql"] for one in asked.captured_queries if "openinghours" in one["sql"] or "helplinewords" in one["sql"]]
    assert len(about) == 1  # In the register's own language its words are in the lines.
