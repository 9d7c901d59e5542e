"""The round's papers as PDFs: what they say, how large they are, and where their codes lead, read with an independent decoder."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from django.test import Client
from PIL import Image
from pytest_django import Settings

from kampanj.channels.artifact import artifacts, key_of
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import CampaignPage, Edition
from kampanj.distribution.exceptions import HandoutRefused
from kampanj.distribution.handout import counting, order, paper, states
from kampanj.distribution.handout.counting import Said
from kampanj.distribution.handout.links import area_mark, phone_address, revoke
from kampanj.distribution.handout.models import HandoutArea, HandoutRound
from kampanj.municipality.models import SiteSettings, User
from kampanj.municipality.storage import private_storage
from tests.distribution.handout.conftest import AREAS, make_round

pytestmark = pytest.mark.django_db
Areas = dict[str, HandoutArea]
PAGE = "http://127.0.0.1:8000/ung/jag-trodde-aldrig/"


def text_of(pdf: bytes) -> str:
    """What stands in it, in reading order, with single spaces."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def codes_in(pdf: bytes, folder: Path, *, density: int = 110) -> list[str]:
    """Where the QR codes on its pages lead, page by page, as they are read from the drawn pages."""
    (folder / "made.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(density), "-gray", folder / "made.pdf", folder / "page"], check=True)
    found = []
    for drawn in sorted(folder.glob("page-*.pgm")):
        with Image.open(drawn) as picture:
            found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found


def demand_accessible(pdf: bytes, *, title: str, language: str = "sv") -> pikepdf.Pdf:
    """Tagged, titled, in its language, every figure with words, every header cell with its scope, A4."""
    document = pikepdf.open(io.BytesIO(pdf))
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == language
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == title
        assert metadata["pdfuaid:part"] == "1"
    elements = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one]
    assert all(str(one.get("/Alt", "")) for one in elements if one.S == "/Figure")
    for cell in (one for one in elements if one.S == "/TH"):
        attributes = cell.get("/A")
        listed = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
        assert any(one is not None and "/Scope" in one for one in listed)
    assert {tuple(round(float(side)) for side in page.mediabox) for page in document.pages} == {(0, 0, 595, 842)}
    return document


def test_the_round_sheet_has_the_areas_room_to_write_and_the_way_to_the_phone_page(
    handout: HandoutRound, tmp_path: Path, client: Client
) -> None:
    made = paper.round_sheet(handout)
    document = demand_accessible(made, title="Rundblad: Före sportlovet")
    assert len(document.pages) == 1
    said = text_of(made)
    for name, quantity in AREAS:
        assert re.search(rf"{name} {quantity}\b", said)
    assert "Alla 710" in said
    assert "Fältgruppen" in said
    (address,) = codes_in(made, tmp_path)
    assert address == phone_address(handout)
    assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_round_sheet_without_a_link_has_no_code(handout: HandoutRound, author: User, tmp_path: Path) -> None:
    revoke(handout, by=author)
    made = paper.round_sheet(HandoutRound.objects.get(pk=handout.pk))
    assert codes_in(made, tmp_path) == []
    assert "telefonen" not in text_of(made)


def test_many_areas_and_long_words_stay_within_the_paper(author: User) -> None:
    handout = make_round(name="Utdelning " + "å" * 80, note="\n".join(f"Rad {number}" for number in range(12)))
    handout.areas.add(*(HandoutArea(name=f"Område {number} {'x' * 60}", quantity=number + 1) for number in range(40)))
    handout.save()
    made = paper.round_sheet(handout)
    document = demand_accessible(made, title=f"Rundblad: {handout.name}")
    assert len(document.pages) >= 3
    # The headings of the columns stand on every page.
    assert text_of(made).count("Lag och anteckningar") >= 3
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
    for left, right in re.findall(r'xMin="([\d.]+)".*?xMax="([\d.]+)"', boxes):
        assert 0 < float(left) < float(right) < 595


def test_every_area_has_a_sheet_whose_code_leads_to_the_page_with_its_mark(
    handout: HandoutRound, areas: Areas, tmp_path: Path
) -> None:
    made = paper.area_sheets(handout)
    document = demand_accessible(made, title="Jag trodde aldrig…")
    assert len(document.pages) == 3
    assert codes_in(made, tmp_path) == [f"{PAGE}?via={area_mark(areas[name])}" for name, _quantity in AREAS]
    said = text_of(made)
    assert "127.0.0.1:8000/ung/jag-trodde-aldrig" in said
    assert "via=" not in said
    assert "Öarna · Före sportlovet" in said


def test_a_sheet_is_in_the_campaigns_language(handout: HandoutRound, tmp_path: Path) -> None:
    arabic = handout.campaign.get_translations().get(locale__language_code="ar")
    HandoutRound.objects.filter(pk=handout.pk).update(campaign=arabic)
    made = paper.area_sheets(HandoutRound.objects.get(pk=handout.pk))
    demand_accessible(made, title=arabic.title, language="ar")
    assert all(address.startswith("http://127.0.0.1:8000/ar/") for address in codes_in(made, tmp_path))


def test_the_order_says_all_that_the_printer_must_know(handout: HandoutRound, author: User) -> None:
    with pytest.raises(HandoutRefused, match="Frys utgåvan först"):
        paper.order_sheet(handout)
    edition = order.freeze(handout, by=author)
    handout = HandoutRound.objects.get(pk=handout.pk)
    made = paper.order_sheet(handout)
    demand_accessible(made, title="Beställning till tryckeriet: Före sportlovet")
    said = text_of(made)
    (file,) = artifacts(CHANNELS["folder-a65-print"], edition)
    assert file.sha256 in said.replace(" ", "")
    for words in (
        *("99,5 × 210 mm", "297 × 210 mm", "Sidor 6", "Rullfals", "98; 197,5 mm", "4+4 (CMYK)", "130 g/m², matt bestruket"),
        *("3 mm", "PDF/X-4", "746", "710 och 5 % i reserv", "Biblioteket, Torget 1", "Informationsdisken", file.name),
        edition.fingerprint[:8],
    ):
        assert words in said, words
    with pikepdf.open(file.open()) as document:
        profile = document.Root.OutputIntents[0].OutputCondition
    assert str(profile) in said


def test_own_codes_are_in_the_folders_and_each_file_is_in_the_order(
    handout: HandoutRound, areas: Areas, author: User, tmp_path: Path
) -> None:
    HandoutRound.objects.filter(pk=handout.pk).update(own_codes=True, paper="150 g/m² ofärgat", reserve=0)
    order.freeze(handout, by=author)
    handout = HandoutRound.objects.get(pk=handout.pk)
    files = order.wanted(handout)
    assert [(str(one.area), one.folders) for one in files] == list(AREAS)
    with pytest.raises(HandoutRefused, match="Norr, Söder, Öarna"):
        paper.order_sheet(handout)
    made = [order.file_of(handout, one) for one in files]
    assert len({file.name for file in made}) == 3
    assert codes_in(made[2].content, tmp_path, density=150) == [f"{PAGE}?via={area_mark(areas['Öarna'])}"]
    assert all(order.is_made(handout, one) for one in files)
    said = text_of(paper.order_sheet(handout)).replace(" ", "")
    for file in made:
        assert file.sha256 in said
        assert file.name in said.replace("-", "-")
    assert "150g/m²ofärgat" in said
    assert "4+4" in said


def test_the_rounds_screen_reads_no_print_file_and_the_order_reads_all(desk: Client, handout: HandoutRound, author: User) -> None:
    HandoutRound.objects.filter(pk=handout.pk).update(own_codes=True)
    page = CampaignPage.objects.get(pk=handout.campaign_id)
    # Files are kept by what is in them: of these words there are none.
    page.summary = "Med ord som inget annat blad har."
    page.save_revision().publish()
    order.freeze(HandoutRound.objects.get(pk=handout.pk), by=author)
    handout = HandoutRound.objects.select_related("edition").get(pk=handout.pk)
    assert handout.edition
    first = order.wanted(handout)[0]
    made = order.file_of(handout, first)
    key = key_of(first.channel, handout.edition)
    private_storage().delete(f"artifacts/{key[:2]}/{key}/{made.sha256}")
    shown = desk.get(f"/admin/utdelning/{handout.pk}/").context["wanted"]
    assert [is_made for _one, is_made in shown] == [True, False, False]
    with pytest.raises(HandoutRefused, match="Norr, Söder, Öarna"):
        order.order_of(handout)


def test_what_was_frozen_stays_as_it_was(handout: HandoutRound, author: User) -> None:
    first = order.freeze(handout, by=author)
    page = CampaignPage.objects.get(pk=handout.campaign_id)
    page.summary = "Nu med andra ord."
    page.save_revision().publish()
    assert HandoutRound.objects.get(pk=handout.pk).edition == first
    assert order.freeze(handout, by=author) != first
    counting.add(handout, Said({area.pk: 1 for area in HandoutArea.objects.filter(round=handout)}))
    states.move(handout, "done", by=author)
    with pytest.raises(HandoutRefused, match="avslutad"):
        order.freeze(handout, by=author)


@pytest.mark.parametrize("missing", ["delivery_address", "delivery_contact"])
def test_an_order_without_a_place_or_a_function_is_refused_unless_the_municipality_has_one(
    handout: HandoutRound, author: User, missing: str
) -> None:
    order.freeze(handout, by=author)
    HandoutRound.objects.filter(pk=handout.pk).update(**{missing: ""})
    SiteSettings.objects.update(postal_address="", contact_name="")
    with pytest.raises(HandoutRefused, match="vart foldrarna ska levereras"):
        order.order_of(HandoutRound.objects.select_related("edition").get(pk=handout.pk))
    SiteSettings.objects.update(postal_address="Rådhuset", contact_name="Växeln")
    found = order.order_of(HandoutRound.objects.get(pk=handout.pk))
    assert "Rådhuset" in found.delivery_address or "Växeln" in found.delivery_contact


@pytest.mark.parametrize(("folders", "percent", "ordered"), [(710, 5, 746), (1, 0, 1), (1, 5, 2), (100_000, 100, 200_000)])
def test_the_reserve_is_rounded_up(folders: int, percent: int, ordered: int) -> None:
    assert order.with_reserve(folders, percent) == ordered


def test_the_desk_gives_the_files_and_says_what_is_in_the_way(
    desk: Client, handout: HandoutRound, author: User, settings: Settings
) -> None:
    base = f"/admin/utdelning/{handout.pk}/"
    for name in ("rundblad", "omradesblad"):
        answer = desk.get(f"{base}{name}.pdf")
        assert answer.content.startswith(b"%PDF")
        assert f'filename="{name}-fore-sportlovet.pdf"' in answer.headers["Content-Disposition"]
    assert "Frys utgåvan först" in desk.get(f"{base}bestallning.pdf", follow=True).content.decode()
    assert "Frys utgåvan först" in desk.get(f"{base}tryckfil/0/", follow=True).content.decode()
    desk.post(f"{base}frys/")
    assert desk.get(f"{base}bestallning.pdf").content.startswith(b"%PDF")
    answer: Any = desk.get(f"{base}tryckfil/0/")
    assert answer.getvalue().startswith(b"%PDF")
    CampaignPage.objects.filter(pk=handout.campaign_id).update(live=False)
    assert "inte publicerad" in desk.post(f"{base}frys/", follow=True).content.decode()
    assert Edition.objects.filter(pk=HandoutRound.objects.get(pk=handout.pk).edition_id).exists()
