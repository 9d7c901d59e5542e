"""Every block has a face in every channel, and every face can be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from lxml import etree
from wagtail.models import Locale, Page

from kampanj.channels.lms.pictures import Shelf
from kampanj.content.blocks import CallToActionBlock, PictureBlock
from kampanj.content.faces import FACES, FacedBlock
from kampanj.content.models import Edition
from kampanj.municipality.models import CampaignImage

pytestmark = [pytest.mark.bare, pytest.mark.django_db]


def faced_blocks(base: type[FacedBlock] = FacedBlock) -> Iterator[type[FacedBlock]]:
    for block in base.__subclasses__():
        yield block
        yield from faced_blocks(block)


BLOCKS = sorted(faced_blocks(), key=lambda block: block.__name__)
CONTEXT = {"language": "sv", "direction": "ltr", "start": "left", "voice": "serif"}


def context_of(edition: Edition, channel: str) -> dict[str, Any]:
    frame = {"channel": channel, "edition": edition, "page": edition.campaign, "municipality": edition.municipality}
    return {**CONTEXT, **frame, "shelf": Shelf()}


def missing_faces() -> Iterator[str]:
    for block in BLOCKS:
        for file in FACES.values():
            try:
                get_template(f"kampanj/blocks/{block.folder}/{file}")
            except TemplateDoesNotExist:
                yield f"{block.__name__}: templates/kampanj/blocks/{block.folder}/{file}"


def test_there_are_blocks_to_walk() -> None:
    assert {block.folder for block in BLOCKS} >= {"heading", "fact", "panel", "quiz_question"}


def test_every_block_names_a_folder_of_its_own() -> None:
    folders = [block.folder for block in BLOCKS]
    assert all(folders)
    assert len(set(folders)) == len(folders)


def test_no_face_is_missing() -> None:
    assert list(missing_faces()) == []


@pytest.mark.parametrize("channel", FACES)
@pytest.mark.parametrize("block_class", BLOCKS, ids=lambda block: block.__name__)
def test_the_face_can_be_drawn(block_class: type[FacedBlock], channel: str, edition: Edition) -> None:
    block = block_class()
    block.set_name(block_class.folder)
    drawn = block.render(block.normalize(block.get_preview_value()), context=context_of(edition, channel))
    assert drawn.strip()
    if channel == "email":
        etree.fromstring(f"<drawn>{drawn}</drawn>")
    if channel == "text":
        assert "<" not in drawn
        assert "&" not in drawn


@pytest.mark.parametrize("channel", FACES)
def test_a_picture_taken_out_of_the_library_leaves_nothing(channel: str, edition: Edition, picture: CampaignImage) -> None:
    block = PictureBlock()
    value = block.to_python({"image": {"image": picture.pk + 1, "alt_text": "Köksbordet", "decorative": False}, "caption": ""})
    assert "<" not in block.render(value, context=context_of(edition, channel))


@pytest.mark.parametrize("channel", FACES)
def test_a_button_leads_to_the_page_in_the_readers_language(channel: str, edition: Edition) -> None:
    english = edition.page.copy_for_translation(Locale.objects.get_or_create(language_code="en")[0], copy_parents=True)
    english.save_revision().publish()
    value = CallToActionBlock().to_python({"label": "Läs mer", "page": edition.page_id, "url": ""})
    with translation.override("en"):
        assert "/en/" in CallToActionBlock().render(value, context=context_of(edition, channel))


@pytest.mark.parametrize("channel", FACES)
def test_a_button_to_a_page_that_nobody_can_open_is_left_out(channel: str, edition: Edition) -> None:
    edition.page.unpublish()
    for page in (edition.page_id, Page.objects.get(depth=1).pk):
        value = CallToActionBlock().to_python({"label": "Läs mer", "page": page, "url": ""})
        assert not CallToActionBlock().render(value, context=context_of(edition, channel)).strip()
