"""The folder for screens: PDF/UA-1 with everything that a screen reader needs, and small enough for a phone."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from kampanj.channels.artifact import artifacts
from kampanj.channels.print.formats import FORMATS
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition
from tests.channels.print.tagged import elements, embedded_fonts, marks_in_order, marks_of

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

PAGES = {"a5": 4, "a65": 6, "a4": 2, "a3": 1}
SIZES = {"a5": (148.5, 210), "a65": (99.5, 210), "a4": (210, 297), "a3": (297, 420)}
POINTS = 72 / 25.4


def made(edition: Edition, name: str) -> bytes:
    return CHANNELS[name].render(edition)[0].content


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_tagged_titled_and_in_its_language(edition: Edition, name: str, tmp_path: Path) -> None:
    content = made(edition, f"folder-{name}")
    (tmp_path / "made.pdf").write_bytes(content)
    assert len(content) < 1_000_000
    with pikepdf.open(tmp_path / "made.pdf") as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "sv"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == "Jag trodde aldrig…"
            assert metadata["pdfuaid:part"] == "1"
        assert len(document.pages) == PAGES[name]
        first = document.pages[0].mediabox
        assert [float(side) / POINTS for side in first[2:]] == pytest.approx(SIZES[name], abs=0.1)
        found = list(elements(document))
        kinds = [str(one.S) for one in found]
        assert kinds.count("/H1") == 1
        assert all(str(one.get("/Alt", "")) for one in found if one.S == "/Figure")
        scopes = [str(one.A.Scope) for one in found if one.S == "/TH"]
        assert scopes == (["/Column"] * 3 + ["/Row"] * 2 if name != "a3" else [])
        for page in document.pages:
            for note in page.get("/Annots", []):
                assert "/StructParent" in note
    fonts = subprocess.run(["pdffonts", tmp_path / "made.pdf"], capture_output=True, text=True, check=True).stdout
    assert all(" yes yes yes " in line for line in fonts.splitlines()[2:])
    told = subprocess.run(["pdfinfo", tmp_path / "made.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)


def test_a_bold_word_in_a_link_is_the_same_link(edition: Edition) -> None:
    with pikepdf.open(io.BytesIO(made(edition, "folder-a5"))) as document:
        notes = [note for page in document.pages for note in page.get("/Annots", [])]
        to_facts = [note for note in notes if "fakta.example.org" in str(note.A.URI)]
        named = [
            part.Obj.objgen
            for one in elements(document)
            if one.S == "/Link"
            for part in list(one.K)
            if isinstance(part, pikepdf.Dictionary) and "/Obj" in part
        ]
        lines = [round(float(note.Rect[1])) for note in to_facts]
    # A link that is broken has one annotation on each of its lines, never two on the same.
    assert lines
    assert len(set(lines)) == len(lines)
    assert sorted(note.objgen for note in notes) == sorted(named)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["sv", "ar"])
def test_everything_drawn_is_in_the_structure_once_and_page_by_page(
    make_campaign: Any, panels: Any, name: str, language: str
) -> None:
    edition = Edition.freeze(make_campaign(language=language, panels=panels))
    with pikepdf.open(io.BytesIO(made(edition, f"folder-{name}"))) as document:
        assert str(document.Root.Lang) == language
        drawn = [(number, mark) for number, page in enumerate(document.pages) for mark in marks_of(page)]
        told = list(marks_in_order(document))
        assert sorted(told) == sorted(drawn)
        # Within a page the words are painted before the pictures; they are read as they were written (see the headings' test).
        assert [page for page, _mark in told] == sorted(page for page, _mark in told)
        assert embedded_fonts(document)


def test_the_headings_are_read_in_the_folders_order(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "made.pdf").write_bytes(made(edition, "folder-a65"))
    told = subprocess.run(["pdfinfo", "-struct-text", tmp_path / "made.pdf"], capture_output=True, text=True, check=True).stdout
    places = [told.index(words) for words in ("Jag trodde", "så nära", "syntes", "skulle fråga", "så många")]
    assert places == sorted(places)
    with pikepdf.open(tmp_path / "made.pdf") as document, document.open_outline() as outline:
        titles = [re.sub(r"\s+", " ", item.title) for item in outline.root[0].children]
    assert [title.strip("… ") for title in titles] == [
        "att det var så nära.",
        "att det syntes.",
        "att jag skulle fråga.",
        "att så många svarar.",
    ]


def test_the_same_edition_gives_the_same_bytes_and_is_kept(edition: Edition) -> None:
    channel = CHANNELS["folder-a5"]
    [first] = artifacts(channel, edition)
    [kept] = artifacts(channel, edition)
    [anew] = artifacts(channel, edition, fresh=True)
    assert first.content == kept.content == anew.content
    assert first.name == "jag-trodde-aldrig-sv-sv-a5.pdf"


def test_the_code_can_be_read_and_leads_to_the_campaign(edition: Edition, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(made(edition, "folder-a5"))) as document:
        alts = [str(one.get("/Alt", "")) for one in elements(document) if one.S == "/Figure"]
        links = {str(note.A.URI) for page in document.pages for note in page.get("/Annots", []) if "/A" in note}
    assert any("kampanj.example.org/" in alt for alt in alts)
    assert f"{edition.web_url}?via=folder-a5-{edition.page_id}" in links
