"""The folder for the printer: PDF/X-4, boxes, marks and folds where they belong, and nothing but the printer's four inks."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import ImageCms

from kampanj.channels.print.formats import FLAP, FORMATS, WHOLE
from kampanj.channels.print.profile import FALLBACK, ProfileMissing, profile_for
from kampanj.channels.registry import CHANNELS
from kampanj.content.edition import settings_of
from kampanj.content.models import Edition
from kampanj.municipality.profiles import require_cmyk_profile
from tests.channels.print.inks import only_inks

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

POINTS = 72 / 25.4
SHEETS = {"a5": [(297, 210)] * 2, "a65": [(297, 210)] * 2, "a4": [(210, 297)] * 2, "a3": [(297, 420)]}


@pytest.fixture
def for_printer(edition: Edition) -> Any:
    if not FALLBACK.is_file():
        pytest.skip("libgs-common is not installed")
    return lambda name: CHANNELS[f"folder-{name}-print"].render(edition)[0].content


@pytest.mark.parametrize("name", FORMATS)
def test_boxes_inks_and_intent(for_printer: Any, name: str, tmp_path: Path) -> None:
    (tmp_path / "made.pdf").write_bytes(for_printer(name))
    with pikepdf.open(tmp_path / "made.pdf") as document:
        assert len(document.pages) == len(SHEETS[name])
        for page, (width, height) in zip(document.pages, SHEETS[name], strict=True):
            left, bottom, right, top = (float(side) / POINTS for side in page.trimbox)
            assert (right - left, top - bottom) == pytest.approx((width, height), abs=0.1)
            bleed = [float(side) / POINTS for side in page["/BleedBox"]]
            assert bleed == pytest.approx([left - 3, bottom - 3, right + 3, top + 3], abs=0.1)
            assert "/Annots" not in page
        only_inks(document)
        [intent] = document.Root.OutputIntents
        assert (intent.S, intent.DestOutputProfile.N) == ("/GTS_PDFX", 4)
        assert ImageCms.ImageCmsProfile(io.BytesIO(intent.DestOutputProfile.read_bytes())).profile.xcolor_space == "CMYK"
        with document.open_metadata() as metadata:
            assert metadata["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"
    fonts = subprocess.run(["pdffonts", tmp_path / "made.pdf"], capture_output=True, text=True, check=True).stdout
    assert all(" yes yes yes " in line for line in fonts.splitlines()[2:])


def words(pdf: bytes, tmp_path: Path) -> list[tuple[int, float, str]]:
    """(sheet, left edge in millimetres from the trim, word) of every word."""
    (tmp_path / "made.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-bbox", tmp_path / "made.pdf", "-"], capture_output=True, text=True, check=True).stdout
    found, sheet = [], -1
    for line in told.splitlines():
        sheet += "<page " in line
        if match := re.search(r'<word xMin="([\d.]+)".*>(.*)</word>', line):
            found.append((sheet, float(match[1]) / POINTS - 11, match[2]))
    return found


def where(found: list[tuple[int, float, str]], word: str) -> tuple[int, float]:
    return next((sheet, left) for sheet, left, said in found if said.strip(".…") == word)


def test_the_rolled_fold_has_its_pages_where_they_are_folded(for_printer: Any, tmp_path: Path) -> None:
    found = words(for_printer("a65"), tmp_path)
    sheet, cover = where(found, "trodde")
    assert sheet == 0
    assert FLAP + WHOLE < cover < 297
    sheet, back = where(found, "svarar")
    assert sheet == 0
    assert FLAP < back < FLAP + WHOLE
    sheet, flap = where(found, "nära")
    assert sheet == 0
    assert 0 < flap < FLAP
    sheet, inside = where(found, "syntes")
    assert sheet == 1
    assert 0 < inside < WHOLE


def test_right_to_left_it_folds_the_other_way(make_campaign: Any, panels: Any, tmp_path: Path) -> None:
    if not FALLBACK.is_file():
        pytest.skip("libgs-common is not installed")
    edition = Edition.freeze(make_campaign(language="ar", panels=panels, title="Jag trodde aldrig…"))
    found = words(CHANNELS["folder-a65-print"].render(edition)[0].content, tmp_path)
    assert 0 < where(found, "trodde")[1] < WHOLE
    assert where(found, "nära")[0] == 0
    assert where(found, "nära")[1] > 200


def test_marks_stand_outside_the_bleed(for_printer: Any) -> None:
    with pikepdf.open(io.BytesIO(for_printer("a65"))) as document:
        page = document.pages[0]
        left, bottom, right, top = (float(side) for side in page["/BleedBox"])
        on_all_plates = [one for one in rectangles(page) if one[0] == (1, 1, 1, 1)]
    # Eight at the corners; three pieces above and below each of two folds.
    assert len(on_all_plates) == 8 + 2 * 2 * 3
    for _ink, (x, y, width, height) in on_all_plates:
        assert x + width <= left or x >= right or y + height <= bottom or y >= top


@pytest.mark.parametrize(("sheet", "folds"), [(0, [FLAP, FLAP + WHOLE]), (1, [WHOLE, 2 * WHOLE])])
def test_the_rolled_fold_is_marked_where_it_is_folded(for_printer: Any, sheet: int, folds: list[float]) -> None:
    assert 1 <= WHOLE - FLAP <= 2
    assert FLAP + 2 * WHOLE == 297
    with pikepdf.open(io.BytesIO(for_printer("a65"))) as document:
        left, _bottom, right, _top = (float(side) for side in document.pages[sheet].trimbox)
        upright = [box for ink, box in rectangles(document.pages[sheet]) if ink == (1, 1, 1, 1) and box[2] < box[3]]
    marked = {round((x + width / 2 - left) / POINTS, 1) for x, _y, width, _height in upright if left < x + width / 2 < right}
    assert sorted(marked - {0.0, 297.0}) == pytest.approx(folds, abs=0.1)


def rectangles(page: Any) -> list[tuple[tuple[float, ...], tuple[float, float, float, float]]]:
    """(ink, box in points) of every filled rectangle of a page."""
    found, ink, matrix, kept, waiting = [], (0.0,), pikepdf.Matrix(), [], []
    for one in pikepdf.parse_content_stream(page):
        name, operands = str(one.operator), list(one.operands)
        if name == "q":
            kept.append((ink, matrix))
        elif name == "Q":
            ink, matrix = kept.pop()
        elif name == "cm":
            matrix = pikepdf.Matrix(*(float(part) for part in operands)) @ matrix
        elif name == "k":
            ink = tuple(float(part) for part in operands)
        elif name == "re":
            x, y, width, height = (float(part) for part in operands)
            corners = [matrix.transform(corner) for corner in ((x, y), (x + width, y + height))]
            low = [min(pair) for pair in zip(*corners, strict=True)]
            high = [max(pair) for pair in zip(*corners, strict=True)]
            waiting.append((low[0], low[1], high[0] - low[0], high[1] - low[1]))
        elif name in ("f", "f*", "n"):
            found += [(ink, box) for box in waiting if name != "n"]
            waiting = []
    return found


def test_a_profile_of_the_printers_own_is_used_and_another_file_is_refused(edition: Edition) -> None:
    if not FALLBACK.is_file():
        pytest.skip("libgs-common is not installed")
    settings = settings_of(edition.page)
    settings.printer_profile.save("tryckeriet.icc", ContentFile(FALLBACK.read_bytes()))
    settings.full_clean()
    assert profile_for(edition).content == FALLBACK.read_bytes()
    settings.printer_profile.storage.delete(settings.printer_profile.name)
    with pytest.raises(ProfileMissing):
        profile_for(edition)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()])
def test_what_is_no_cmyk_profile_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        require_cmyk_profile(io.BytesIO(content))
