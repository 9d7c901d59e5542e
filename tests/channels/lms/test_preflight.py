"""What an editor is told before the packages are made, and what is made all the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import translation
from wagtail.documents import get_document_model

from kampanj.channels.artifact import ChannelError
from kampanj.channels.lms.preflight import faults, refused
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition
from kampanj.municipality.models import CampaignImage

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="%d"><path d="M0 0h40v20z"/></svg>'
BLOCK = "6c1b2a34-0000-4000-8000-0000000000%02d"
MADE_FROM_LESSON = ("cc11", "cc13", "thincc", "qti21", "offline", "pdf", "guide")


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def panel(*body: dict, title: str = "En panel") -> dict:
    blocks = [{"id": BLOCK % number, **block} for number, block in enumerate(body, start=1)]
    return {"type": "panel", "value": {"title": title, "in_letter": False, "body": blocks}, "id": BLOCK % 99}


def question(*rights: bool, text: str = "Vad hjälper?") -> dict:
    alternatives = [{"text": f"Svar {number}", "correct": right} for number, right in enumerate(rights)]
    value = {"question": text, "alternatives": alternatives, "explanation": ""}
    return {"type": "quiz_question", "value": value, "id": BLOCK % 50}


def picture(name: str, height: int) -> dict:
    image = CampaignImage.objects.create(title="Ny bild", file=ImageFile(ContentFile(SVG % height), name="ny.svg"))
    if name:
        path = image.file.storage.save(f"original_images/{name}", ContentFile(SVG % height))
        CampaignImage.objects.filter(pk=image.pk).update(file=path)
    else:
        Path(image.file.path).unlink()
    value = {"image": {"image": image.pk, "alt_text": "x", "decorative": False}, "caption": ""}
    return {"type": "image", "value": value}


def test_a_sound_campaign_has_no_fault(edition):
    assert faults(edition) == []


def test_a_missing_picture_is_named_and_the_quiz_is_made_all_the_same(make_campaign):
    edition = Edition.draft(make_campaign(panels=[panel(picture("", 21))]))
    [fault] = faults(edition)
    assert "“Ny bild” is gone" in fault.message
    assert (fault.field, fault.block, fault.anchor) == ("panels", BLOCK % 1, f"#block-{BLOCK % 1}-section")
    assert set(fault.refuses) >= {"cc11", "cc13", "offline", "pdf"}
    assert_told_the_truth(edition)


def test_a_quiz_without_right_answer_stops_only_what_needs_one(make_campaign):
    edition = Edition.draft(make_campaign(quiz=[question(False, False)]))
    [fault] = faults(edition)
    assert "“Vad hjälper?” has no right answer" in fault.message
    assert (fault.field, fault.block) == ("quiz", BLOCK % 50)
    assert_told_the_truth(edition)


def test_an_empty_lesson_says_what_is_left(make_campaign):
    edition = Edition.draft(make_campaign(teacher_guide=[], discussion=[], quiz=[]))
    [fault] = faults(edition)
    assert "The lesson is empty" in fault.message
    assert fault.field == "teacher_guide"
    assert_told_the_truth(edition)


def assert_told_the_truth(edition: Edition) -> None:
    """Exactly the forms that are said to be impossible are."""
    reasons = refused(edition)
    for name in MADE_FROM_LESSON:
        if name in reasons:
            with pytest.raises(ChannelError):
                CHANNELS[name].render(edition)
        else:
            assert CHANNELS[name].render(edition)[0].size, name


@pytest.mark.parametrize(
    ("title", "said"),
    [("m" * 300, "has 300 characters"), ("En <b>fet</b> rubrik", "has tags")],
)
def test_a_title_that_is_changed_in_packages_is_named(make_campaign, title, said):
    edition = Edition.draft(make_campaign(panels=[panel({"type": "heading", "value": {"text": "x"}}, title=title)]))
    [fault] = faults(edition)
    assert said in fault.message
    assert (fault.field, fault.block, fault.refuses) == ("panels", BLOCK % 99, ())
    assert_told_the_truth(edition)


def test_a_file_name_with_swedish_letters_is_named(make_campaign):
    edition = Edition.draft(make_campaign(panels=[panel(picture("blå-båt.svg", 23))]))
    [fault] = faults(edition)
    assert "blå-båt" in fault.message
    assert fault.refuses == ()
    with zipfile.ZipFile(CHANNELS["cc11"].render(edition)[0].open()) as archive:
        assert all(name.isascii() for name in archive.namelist())


@pytest.mark.parametrize(
    "block",
    [
        {"type": "call_to_action", "value": {"label": "Se", "page": None, "url": "https://www.youtube.com/watch?v=1"}},
        {"type": "rich_text", "value": {"text": '<p><a href="https://media.example.org/film.mp4">Filmen</a></p>'}},
    ],
)
def test_a_film_elsewhere_is_named(make_campaign, block):
    edition = Edition.draft(make_campaign(panels=[panel(block)]))
    [fault] = faults(edition)
    assert "packages link to it" in fault.message
    assert fault.refuses == ()


def test_a_film_of_our_own_is_linked_not_copied(make_campaign):
    film = get_document_model().objects.create(title="Filmen", file=ContentFile(b"x" * 1000, name="film.mp4"))
    text = f'<p><a linktype="document" id="{film.pk}">Se filmen</a></p>'
    edition = Edition.draft(make_campaign(panels=[panel({"type": "rich_text", "value": {"text": text}})]))
    [fault] = faults(edition)
    assert "“Filmen” is not copied" in fault.message
    assert CHANNELS["offline"].render(edition)[0].size < 1_000_000


def test_a_link_that_leads_nowhere_stops_the_cartridges(make_campaign):
    block = {"type": "call_to_action", "value": {"label": "Se", "page": None, "url": "ftp://example.org/x"}}
    edition = Edition.draft(make_campaign(panels=[panel(block)]))
    [fault] = faults(edition)
    assert "ftp://example.org/x" in fault.message
    assert_told_the_truth(edition)


def test_an_empty_panel_is_named(make_campaign):
    edition = Edition.draft(make_campaign(panels=[panel()]))
    [fault] = faults(edition)
    assert "“En panel” is empty" in fault.message
