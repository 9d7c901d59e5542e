"""Every block has a face in every channel, and every face can be drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from lxml import etree

from kampanj.channels.lms.pictures import Shelf
from kampanj.content.blocks import FACES, FacedBlock
from kampanj.content.models import Edition

pytestmark = [pytest.mark.bare, pytest.mark.django_db]


def faced_blocks(base: type[FacedBlock] = FacedBlock) -> Iterator[type[FacedBlock]]:
    for block in base.__subclasses__():
        yield block
        yield from faced_blocks(block)


BLOCKS = sorted(faced_blocks(), key=lambda block: block.__name__)
CONTEXT = {"language": "sv", "direction": "ltr", "start": "left", "voice": "serif"}


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
    frame = {"channel": channel, "edition": edition, "page": edition.campaign, "municipality": edition.municipality}
    context = {**CONTEXT, **frame, "shelf": Shelf()}
    drawn = block.render(block.normalize(block.get_preview_value()), context=context)
    assert drawn.strip()
    if channel == "email":
        etree.fromstring(f"<drawn>{drawn}</drawn>")
    if channel == "text":
        assert "<" not in drawn
        assert "&" not in drawn
