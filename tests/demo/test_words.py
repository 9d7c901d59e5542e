"""The demonstration's words: readable, sourced, complete in every language they are written in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from wagtail.models import Page
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from kampanj.content.blocks import BodyBlock
from kampanj.content.models import CampaignPage
from kampanj.management.demo.pages import HOME, PLAN
from kampanj.management.demo.writing import DemoPage
from tests.demo.reading import blocks, lix, plain, streams, words

EASY = 30  # LIX below 30 is very easy; below 40 was asked for, and the room between is for editing.
LETTER_WORDS = 400  # Two minutes at 200 words a minute.


def text_of(kind: str, value: Any) -> str:
    """What a block says, without the names and numbers of help lines."""
    if kind in ("heading", "rich_text"):
        return plain(str(getattr(value["text"], "source", value["text"])))
    if kind == "fact":
        return plain(f"{value['figure']} {value['statement']}")
    if kind == "quote":
        return plain(value["text"])
    if kind == "theme":
        return "\n".join(plain(part) for part in (value["hint"], value["answer"].source) if part)
    if kind == "promise":
        return plain(value["promise"])
    if kind == "shortcoming":
        return plain(value["text"].source)
    if kind == "accordion":
        return "\n".join(f"{plain(item['title'])}\n{plain(item['text'].source)}" for item in value["items"])
    return ""


def text_of_panel(panel: Any) -> str:
    """A panel's title and text."""
    parts = (text_of(kind, value) for kind, value in blocks(panel.value["body"]))
    return "\n".join(part for part in (plain(panel.value["title"]), *parts) if part)


def test_lix_counts_words_per_sentence_and_long_words() -> None:
    assert lix("Jag trodde aldrig. Nu vet jag.") == 3
    assert lix("Vårdnadshavare läser.") == 2 + 50
    assert lix("Vårdnadshavarnas huvudsakliga utgångspunkt gällande narkotikarelaterade problemställningar.") > 60
    assert plain("<p>Hej</p><ul><li>ett</li><li>två.</li></ul>") == "Hej.\nett.\ntvå."


def test_every_swedish_panel_is_easy_to_read(campaigns: dict[str, CampaignPage]) -> None:
    found = {panel.value["title"]: round(lix(text_of_panel(panel)), 1) for panel in campaigns["sv"].panels}
    assert {title: value for title, value in found.items() if value >= EASY} == {}


def text_of_page(page: Page) -> str:
    """What the blocks of a page say, panel by panel."""
    texts = [text_of(kind, value) for stream in streams(page) for kind, value in blocks(stream)]
    texts.append(plain(getattr(page, "transcript", "")))
    return "\n".join(text for text in texts if text)


def test_every_swedish_page_is_easy_to_read(demo_pages: list[Page]) -> None:
    swedish = [page for page in demo_pages if page.locale.language_code == "sv"]
    texts = {page.title: text_of_page(page) for page in swedish}
    found = {title: round(lix(text), 1) for title, text in texts.items() if text}
    assert len(found) > 8
    assert {title: value for title, value in found.items() if value >= EASY} == {}


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_the_letter_is_short(campaigns: dict[str, CampaignPage], language: str) -> None:
    campaign = campaigns[language]
    assert len(campaign.letter_subject) <= 45
    assert len(campaign.school_subject) <= 45
    assert len(campaign.letter_preheader) <= 90
    assert not set(words(campaign.letter_preheader.lower())) >= set(words(campaign.letter_subject.lower()))
    assert len(campaign.panels_in_letter) == 4
    letter = "\n".join([plain(campaign.letter_greeting), *(text_of_panel(panel) for panel in campaign.panels_in_letter)])
    assert len(words(letter)) <= LETTER_WORDS


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_the_campaign_is_complete(campaigns: dict[str, CampaignPage], language: str) -> None:
    campaign = campaigns[language]
    assert len(campaign.panels) >= 8
    assert all(panel.value["title"].startswith("…") for panel in campaign.panels)
    assert len(campaign.discussion) == 4
    assert all(block.value["guidance"] for block in campaign.discussion)
    assert len(campaign.quiz) == 5
    assert all(block.value["explanation"] for block in campaign.quiz)
    assert len(campaign.share_texts) == 3
    assert campaign.cover_image is not None
    right = [sum(answer["correct"] for answer in block.value["alternatives"]) for block in campaign.quiz]
    assert max(right) > 1
    used = {kind for stream in streams(campaign) for kind, _value in blocks(stream)}
    # An event belongs to a campaign that invites to one.
    assert used >= {*BodyBlock().child_blocks, "panel", "discussion_question", "quiz_question"} - {"event"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_translation_has_the_same_shape(campaigns: dict[str, CampaignPage], language: str) -> None:
    def shape(page: CampaignPage) -> list[Any]:
        panels = [
            (panel.id, panel.value["in_letter"], [kind for kind, _value in blocks(panel.value["body"])]) for panel in page.panels
        ]
        right = [[answer["correct"] for answer in block.value["alternatives"]] for block in page.quiz]
        return [panels, right, [kind for kind, _value in blocks(page.teacher_guide)]]

    assert shape(campaigns["sv"]) == shape(campaigns[language])
    assert campaigns["sv"].translation_key == campaigns[language].translation_key


@pytest.mark.parametrize("entry", PLAN, ids=lambda entry: entry.name)
def test_a_translation_says_everything_that_the_swedish_says(entry: DemoPage) -> None:
    """What a translation leaves out would stand there in Swedish: it begins as a copy.

    Dates, numbers, choices and addresses are the same in every language and are carried over by the copy.
    """
    fields = get_translatable_fields(apps.get_model(entry.model))
    of_words = {field.field_name for field in fields if isinstance(field, TranslatableField)}
    said = {language: set(words) & of_words for language, words in entry.words.items()}
    assert {"title", "slug"} <= said["sv"]
    assert {language: said["sv"] - fields for language, fields in said.items() if said["sv"] - fields} == {}


def test_every_figure_has_a_source_with_a_year_or_a_law(demo_pages: list[Page]) -> None:
    facts = [value for page in demo_pages for stream in streams(page) for kind, value in blocks(stream) if kind == "fact"]
    assert facts
    assert [fact["figure"] for fact in facts if not re.search(r"\b20\d\d\b|§|section", fact["source"])] == []


def test_invented_people_are_marked_as_examples(demo_pages: list[Page]) -> None:
    quotes = [value for page in demo_pages for stream in streams(page) for kind, value in blocks(stream) if kind == "quote"]
    assert quotes
    assert all(re.search(r"\((exempel|example|مثال)\)$", quote["attribution"]) for quote in quotes)


def test_an_editor_could_save_every_page_as_it_is(demo_pages: list[Page]) -> None:
    for page in demo_pages:
        page.full_clean()
        for stream in streams(page):
            stream.stream_block.clean(stream)


def test_every_page_is_published_from_a_revision(demo_pages: list[Page]) -> None:
    assert len(demo_pages) == len(HOME) + sum(len(entry.words) for entry in PLAN)
    assert [page.title for page in demo_pages if page.live_revision is None or page.has_unpublished_changes] == []


def test_the_pages_have_their_addresses(demo_pages: list[Page]) -> None:
    """Letters, documents and other sites lead to these."""
    assert {page.url for page in demo_pages} >= {
        "/",
        "/en/",
        "/ar/",
        "/ung/",
        "/en/ung/",
        "/ar/ung/",
        "/ung/jag-trodde-aldrig/",
        "/en/ung/jag-trodde-aldrig/",
        "/ung/tyck-till/",
        "/en/ung/tyck-till/",
        "/ung/hur-vanligt-ar-det/",
        "/en/ung/hur-vanligt-ar-det/",
        "/ung/kompisen-roker-pa/",
        "/ung/jag-mar-daligt/",
        "/ung/nagon-sprider-bilder/",
        "/ung/trygghet/nagon-hemma-slar/",
        "/ar/ung/jag-trodde-aldrig/",
        "/ung/aktiviteter/",
        "/en/ung/aktiviteter/",
        "/ung/aktiviteter/skolvandring/",
        "/kvall-om-livet-pa-natet/",
        "/en/kvall-om-livet-pa-natet/",
        "/medborgarlofte-2020/",
        "/medborgarlofte-2021/",
        "/medborgarlofte-2022-2023/",
        "/en/medborgarlofte-2021/",
        "/tillganglighet/",
        "/en/tillganglighet/",
        "/ung/livet-pa-natet/",
        "/en/ung/life-online/",
        "/ung/maria-dufva-2021/",
    }


def of_kind(pages: list[Page], kind: str, language: str) -> list[Page]:
    """The demonstration's pages of one type and language."""
    return [page for page in pages if type(page).__name__ == kind and page.locale.language_code == language]


@pytest.mark.parametrize(
    ("language", "topics", "advice", "questions"), [("sv", 5, 9, 5), ("en", 5, 4, 0), ("ar", 5, 2, 0)], ids=["sv", "en", "ar"]
)
def test_there_is_something_to_read_for_the_young(
    demo_pages: list[Page], language: str, topics: int, advice: int, questions: int
) -> None:
    assert len(of_kind(demo_pages, "TopicPage", language)) == topics
    assert len(of_kind(demo_pages, "AdvicePage", language)) == advice
    assert len(of_kind(demo_pages, "QuestionPage", language)) == questions


def test_a_topic_is_a_sentence_and_holds_something_in_swedish(demo_pages: list[Page]) -> None:
    for topic in of_kind(demo_pages, "TopicPage", "sv"):
        assert len(words(topic.title)) >= 4
        assert topic.get_children().live().exists()


def test_three_pages_have_an_easy_version_with_one_thought_in_each_sentence(demo_pages: list[Page]) -> None:
    easy = [page for page in demo_pages if getattr(page, "has_easy_version", False)]
    assert {page.slug for page in easy} == {"kompisen-roker-pa", "jag-mar-daligt", "nagon-hemma-slar"}
    for page in easy:
        text = "\n".join([page.easy_introduction, *(text_of(kind, value) for kind, value in blocks(page.easy_body))])
        sentences = [words(part) for part in re.split(r"[.:!?\n]", text) if words(part)]
        assert max(map(len, sentences)) <= 10
        assert lix(text) < 20


def test_an_answer_comes_first_and_from_a_role(demo_pages: list[Page]) -> None:
    for question in of_kind(demo_pages, "QuestionPage", "sv"):
        assert question.title.endswith("?")
        assert len(words(question.short_answer)) <= 35
        assert question.answered_by.endswith("(exempel)")
        assert question.answered_on


def test_sensitive_advice_names_somebody_who_answers_day_and_night(demo_pages: list[Page]) -> None:
    sensitive = [page for page in demo_pages if getattr(page, "is_sensitive", False)]
    assert sensitive
    for page in sensitive:
        phones = {line.phone for kind, value in blocks(page.body) if kind == "help_lines" for line in value["lines"]}
        assert {"112", "116 111"} <= phones
