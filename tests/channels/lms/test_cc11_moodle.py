"""A cartridge as Moodle 4.5 takes it in: nothing is lost that it can hold."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.channels.lms import common_cartridge, wording
from kampanj.channels.lms.common_cartridge import write
from kampanj.channels.lms.package import Alternative, Discussion, Package, Question, Quiz, Section, WebLink
from kampanj.content.models import Edition
from tests.channels.lms.moodle import INVALID, TAKEN, Course

SAID = Question(
    "Vad gör du?",
    (Alternative("Ringer", True, "Bra tänkt."), Alternative("Väntar", False, "Då går tid."), Alternative("Går", False)),
    "Ring alltid.",
)
SAID_OF_SEVERAL = Question(
    "Vilka?",
    (Alternative("Bris", True, "Ja, de svarar."), Alternative("Ingen", False, "Jo!"), Alternative("112", True)),
    "Alla två.",
)


def with_items(package: Package, *items, language: str = "") -> Course:
    return Course(write(dataclasses.replace(package, sections=(Section("Avsnitt & mer", items, language=language),))))


@pytest.mark.django_db
@pytest.mark.bare
def test_a_whole_campaign_is_known_and_laid_out(edition):
    [artifact] = common_cartridge.render(edition)
    course = Course(artifact.content)
    assert course.is_known
    assert len(course.summaries()) == 4
    for module in course.modules("page"):
        shown = course.page(module)
        assert len(course.files_of(module)) == len({image.get("src") for image in shown.iter("img")})
        assert shown.text_content().strip()
    assert INVALID not in [course.address(module) for module in course.modules("url")]
    papers = course.modules("resource")
    assert [course.archive.read(paper.path)[:5] for paper in papers] == [b"%PDF-"] * 2
    assert [paper.visible for paper in papers] == [True, False]


@pytest.mark.django_db
@pytest.mark.bare
def test_an_arabic_page_still_runs_from_right_to_left_when_its_head_is_gone(make_campaign):
    [artifact] = common_cartridge.render(Edition.freeze(make_campaign(language="ar")))
    course = Course(artifact.content)
    for module in course.modules("page"):
        [outermost] = course.page(module)
        assert (outermost.get("lang"), outermost.get("dir")) == ("ar", "rtl"), module.title
    for module in course.modules("forum"):
        assert {(words.get("lang"), words.get("dir")) for words in course.topic(module)} == {("ar", "rtl")}


@pytest.mark.django_db
@pytest.mark.bare
def test_a_picture_is_kept_within_its_column_without_our_styles(edition):
    [artifact] = common_cartridge.render(edition)
    course = Course(artifact.content)
    images = [image for module in course.modules("page") for image in course.page(module).iter("img")]
    assert images
    assert {image.get("class") for image in images} == {"img-responsive"}


def test_what_is_said_of_an_answer_is_not_said_to_everybody(package):
    course = with_items(package, Quiz("Quiz", (SAID, SAID_OF_SEVERAL)))
    [quiz] = course.modules("quiz")
    assert course.feedback(quiz) == [
        ("Ring alltid.", {"Ringer": "Bra tänkt.", "Väntar": "Då går tid.", "Går": ""}),
        ("Alla två.", {"Bris": "Ja, de svarar.", "Ingen": "Jo!", "112": ""}),
    ]
    assert [answers for _text, answers, _feedback in course.questions(quiz)] == [
        {"Ringer": 1, "Väntar": 0, "Går": 0},
        {"Bris": 0.5, "Ingen": 0, "112": 0.5},
    ]


def test_feedback_is_valid_and_without_fault(package, assert_valid):
    made = with_items(package, Quiz("Quiz", (SAID, SAID_OF_SEVERAL)), language="ar")
    assert_valid(made.archive.fp.getvalue())


def test_a_discussion_keeps_its_paragraphs(package):
    course = with_items(package, Discussion("Fråga", "Vad gör\nen bra vän?\n\nOch sedan?"))
    [forum] = course.modules("forum")
    assert [words.text_content() for words in course.topic(forum)] == ["Vad gören bra vän?", "Och sedan?"]
    assert len(list(course.topic(forum).iter("br"))) == 1
    assert course.summaries() == ["Avsnitt + mer"]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "https://example.org/sida?a[]=1&b=2#del[1]",
        "https://exempel.example.org/å|ä/{x}?q=ö ö",
        "https://räkna.example.org:8443/~x/@y/(z),*",
        "http://127.0.0.1:8000/ung/",
    ],
)
def test_a_link_leads_where_it_led(package, address):
    course = with_items(package, WebLink("Länk", address))
    [link] = course.modules("url")
    assert course.address(link) != INVALID


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_path_holds_the_address_is_taken(path, query, fragment):
    made = wording.address(f"https://example.org/{path.lstrip('/')}?{query}#{fragment}")
    assert TAKEN.fullmatch(made) or "//" in made.removeprefix("https://"), made
