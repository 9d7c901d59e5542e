"""The folder and the guide as PDFs: tagged, titled, in their language, the same bytes each time."""

from __future__ import annotations

import io
import logging

import pikepdf
import pytest
from django.utils import translation

from kampanj.channels.lms import bundle, common_cartridge, paper
from kampanj.channels.lms.preflight import faults
from kampanj.channels.pressroom import press
from kampanj.content.models import Edition
from tests.channels.lms.course import Cartridge

pytestmark = [pytest.mark.django_db, pytest.mark.bare]


@pytest.fixture
def folder(make_campaign, picture) -> tuple[pikepdf.Pdf, bytes, list[str]]:
    """The Swedish folder with a decoration as its cover, opened; its bytes; what the process that made it complained about."""
    picture.description = ""
    picture.save()
    edition = Edition.freeze(make_campaign(cover_image=picture))
    complaints: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: complaints.append(record.getMessage())
    logger = logging.getLogger("kampanj.channels.pressroom.press")
    logger.addHandler(handler)
    try:
        [artifact] = paper.render_folder(edition)
    finally:
        logger.removeHandler(handler)
    assert artifact.content == paper.render_folder(edition)[0].content
    return pikepdf.open(io.BytesIO(artifact.content)), artifact.content, complaints


def elements(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [found for found in document.objects if isinstance(found, pikepdf.Dictionary) and "/S" in found and "/P" in found]


def test_it_is_tagged_titled_and_says_its_language(folder):
    document, content, complaints = folder
    assert complaints == []
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "sv"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == "Jag trodde aldrig…"
        assert metadata["pdfuaid:part"] == "1"
    assert b"/CreationDate" not in content
    assert document.docinfo.get("/CreationDate") is None


def test_headings_are_in_order_and_pictures_have_words(folder):
    document, _content, _complaints = folder
    found = elements(document)
    levels = [int(str(element.S)[2]) for element in found if str(element.S) in ("/H1", "/H2", "/H3", "/H4")]
    assert levels.count(1) == 1
    figures = [str(element.get("/Alt", "")) for element in found if str(element.S) == "/Figure"]
    assert "Ett köksbord i kvällsljus" in figures
    assert all(figures)


def test_every_page_is_a4(folder):
    document, _content, _complaints = folder
    assert {tuple(round(float(side)) for side in page.mediabox) for page in document.pages} == {(0, 0, 595, 842)}


def test_the_guide_is_a_paper_of_its_own(edition):
    [artifact] = paper.render_guide(edition)
    assert artifact.name == "jag-trodde-aldrig-sv-sv-handledning.pdf"
    with pikepdf.open(artifact.open()) as document, document.open_metadata() as metadata:
        assert "Jag trodde aldrig…" in metadata["dc:title"]


def test_the_papers_are_attached_and_the_guide_is_hidden(edition):
    [artifact] = common_cartridge.render(edition)
    modules = Cartridge(artifact.content).sections()
    papers = [module for _title, found in modules for module in found if module.path.endswith(".pdf")]
    assert [(module.path, module.visible) for module in papers] == [
        ("files/folder-sv.pdf", True),
        ("files/larare-sv.pdf", False),
    ]


def test_without_pango_the_rest_works_and_says_what_is_missing(edition, monkeypatch):
    monkeypatch.setattr(press, "can_print", lambda: False)
    assert bundle.bundle_of(edition).attached == ()
    [fault] = faults(edition)
    assert set(fault.refuses) == {"pdf", "guide"}
    with translation.override("en"), pytest.raises(press.PaperMissing, match="apt-get install libpango"):
        paper.render_folder(edition)
    assert "no papers" in common_cartridge.CHANNEL.depends_on()
