"""The campaign's page: an unfinished sentence, its endings, help, and the lesson without the teacher's part."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone

from kampanj.content.blocks import HeadingBlock, HelpLinesBlock
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.help_lines.shown import ShownLine, first_contacts
from kampanj.content.models import CampaignPage
from kampanj.municipality.telephone import tel_address
from kampanj.templatetags.web import host, unfinished
from tests.web.reading import parsed, said, with_class

PATH = "/ung/jag-trodde-aldrig/"


@pytest.fixture
def campaign(db: None) -> CampaignPage:
    return CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")


def test_every_panel_is_a_section_headed_by_its_ending(client: Any, campaign: CampaignPage) -> None:
    panels = with_class(parsed(client.get(PATH)), "panel")
    assert [said(next(panel.iter("h2"))) for panel in panels] == [panel.value["title"] for panel in campaign.panels]
    assert len(panels) >= 8


def test_panels_are_numbered_by_dots(client: Any, campaign: CampaignPage) -> None:
    counts = with_class(parsed(client.get(PATH)), "count")
    assert [len(with_class(count, "is-on")) for count in counts] == list(range(1, len(campaign.panels) + 1))
    assert {count.get("aria-hidden") for count in counts} == {"true"}


def test_headings_inside_a_panel_are_a_level_below_its_title(client: Any, campaign: CampaignPage) -> None:
    root = parsed(client.get(PATH))
    for panel in with_class(root, "panel"):
        assert len(list(panel.iter("h2"))) == 1
    assert any(list(panel.iter("h3")) for panel in with_class(root, "panel"))


def test_the_class_sees_questions_and_quiz_but_not_what_the_teacher_sees(client: Any, campaign: CampaignPage) -> None:
    response = client.get(PATH)
    text, root = said(parsed(response)), parsed(response)
    for question in campaign.discussion:
        assert question.value["question"] in text
        assert question.value["guidance"][:40] not in text
    guide = [block.value["text"] for block in campaign.teacher_guide if block.block_type == "heading"]
    assert guide
    assert not [heading for heading in guide if heading in text]
    assert len(with_class(root, "quiz-question")) == len(campaign.quiz)


def test_a_quiz_answer_waits_in_details(client: Any, campaign: CampaignPage) -> None:
    for drawn, stored in zip(with_class(parsed(client.get(PATH)), "quiz-question"), campaign.quiz, strict=True):
        right = [alternative["text"] for alternative in stored.value["alternatives"] if alternative["correct"]]
        assert [said(answer) for answer in with_class(next(drawn.iter("details")), "answer")] == right


def test_a_campaign_without_a_lesson_has_no_school_section(client: Any, campaign: CampaignPage) -> None:
    campaign.discussion, campaign.quiz = [], []
    campaign.save_revision().publish()
    assert with_class(parsed(client.get(PATH)), "lesson") == []


def test_what_is_shared_carries_title_sentence_and_picture(client: Any, campaign: CampaignPage) -> None:
    shared = {meta.get("property"): meta.get("content") for meta in parsed(client.get(PATH)).iter("meta") if meta.get("property")}
    assert shared["og:title"] == campaign.title
    assert shared["og:description"] == campaign.summary
    assert shared["og:url"].endswith(PATH)
    assert shared["og:url"].startswith("http")
    assert shared["og:image"].endswith(".jpg")
    assert shared["og:image"].startswith("http")


def test_pictures_have_a_size_modern_formats_and_wait_until_they_are_near(client: Any, campaign: CampaignPage) -> None:
    root = parsed(client.get(PATH))
    pictures = [picture for figure in with_class(root, "picture") for picture in figure.iter("picture")]
    assert pictures
    for picture in pictures:
        assert [source.get("type") for source in picture.iter("source")] == ["image/avif", "image/webp"]
        image = next(picture.iter("img"))
        assert image.get("width")
        assert image.get("height")
        assert image.get("loading") == "lazy"
        assert image.get("alt")
    cover = with_class(root, "cover__picture")[0]
    assert next(cover.iter("img")).get("loading") is None


def test_emergency_stands_first_and_every_number_can_be_called(campaign: CampaignPage) -> None:
    block = HelpLinesBlock()
    lines = [*HelpLine.objects.filter(is_emergency=False, phone__gt="")[:2], HelpLine.objects.get(is_emergency=True)]
    drawn = block.render(
        block.to_python({"heading": "", "lines": [line.pk for line in lines]}), context={"channel": "web", "language": "sv"}
    )
    assert drawn.index("is-urgent") < drawn.index(lines[0].name)
    assert all(f'href="{tel_address(line.phone)}"' in drawn for line in lines)


@pytest.mark.parametrize(("in_panel", "tag"), [(True, "h3"), (False, "h2")])
def test_a_heading_knows_whether_it_stands_in_a_panel(in_panel: bool, tag: str) -> None:
    block = HeadingBlock()
    assert (
        block.render(block.to_python({"text": "Hej"}), context={"channel": "web", "in_panel": in_panel}).strip()
        == f"<{tag}>Hej</{tag}>"
    )


def test_a_campaign_is_gone_the_moment_it_expires(client: Any, campaign: CampaignPage) -> None:
    CampaignPage.objects.filter(pk=campaign.pk).update(expire_at=timezone.now() - datetime.timedelta(seconds=1))
    response = client.get(PATH)
    assert response.status_code == 410
    assert campaign.title in said(parsed(response))
    assert all(PATH not in client.get(where).content.decode() for where in ("/", "/ung/"))


def test_a_campaign_that_the_clock_has_unpublished_is_still_gone_and_not_unknown(client: Any, campaign: CampaignPage) -> None:
    campaign.unpublish(set_expired=True)
    assert client.get(PATH).status_code == 410


def test_a_campaign_that_was_never_published_is_unknown(client: Any, campaign: CampaignPage) -> None:
    campaign.unpublish()
    assert client.get(PATH).status_code == 404


# --- The mark --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["Jag trodde aldrig…", "Jag trodde aldrig...", "…att det var så nära.", "…", "Ring … nu", "Säker sommar", "<b>Å & ä…"],
)
def test_the_mark_changes_no_letter(title: str) -> None:
    drawn = Template("{% load web %}<p>{{ title|unfinished }}</p>").render(Context({"title": title}))
    assert said(parsed(type("Page", (), {"content": drawn.encode()}))) == title


def test_the_mark_is_drawn_at_the_ends_only() -> None:
    assert unfinished("Jag trodde aldrig…") == 'Jag trodde <span class="nobreak">aldrig<span class="dots">…</span></span>'
    assert unfinished("…att det") == '<span class="nobreak"><span class="dots is-opening">…</span>att</span> det'
    assert "dots" not in unfinished("Ring … nu")


def test_a_word_too_long_for_a_phone_may_break_before_the_mark() -> None:
    assert unfinished("Narkotikaförebyggandet…").startswith("Narkotikaföreb<span")


@pytest.mark.parametrize(
    ("address", "said_as"), [("https://www.umo.se/", "umo.se"), ("https://polisen.se/tipsa?x=1", "polisen.se")]
)
def test_an_address_is_said_by_its_host(address: str, said_as: str) -> None:
    assert host(address) == said_as


def test_the_quiet_bar_offers_one_to_call_and_another_to_visit() -> None:
    urgent = ShownLine(pk=1, name="112", phone="112", is_emergency=True)
    bris = ShownLine(pk=2, name="Bris", phone="116 111", url="https://www.bris.se/")
    umo = ShownLine(pk=3, name="UMO", url="https://www.umo.se/")
    assert first_contacts([urgent, bris, umo]) == {"call": bris, "visit": umo}
    assert first_contacts([urgent, bris]) == {"call": bris, "visit": bris}
    assert first_contacts([urgent]) == {"call": urgent, "visit": None}
    assert first_contacts([]) == {"call": None, "visit": None}


def test_a_cover_whose_file_is_gone_does_not_take_the_page_with_it(client: Any, campaign: CampaignPage) -> None:
    stray = campaign.cover_image
    stray.pk, stray.file.name, stray.file_hash = None, "original_images/borta.png", "0" * 40
    stray.save()
    campaign.cover_image = stray
    campaign.save_revision().publish()
    assert b"og:image" not in client.get(PATH).content
