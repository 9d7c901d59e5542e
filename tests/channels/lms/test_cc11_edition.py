"""From a campaign in the database to the package that a school imports."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import translation
from lxml import html
from PIL import Image

from kampanj.channels.artifact import ChannelError
from kampanj.channels.lms import common_cartridge, linter
from kampanj.channels.lms.lint_fault import Fault, Trap
from kampanj.channels.lms.package import Page, package_of
from kampanj.content.models import Edition
from kampanj.municipality.models import CampaignImage
from tests.channels.lms.course import Cartridge

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20"><path d="M0 0h40v20z"/></svg>'


def course(edition: Edition) -> Cartridge:
    [artifact] = common_cartridge.render(edition)
    return Cartridge(artifact.content)


def words(cartridge: Cartridge, title: str) -> str:
    """Text of the page called `title`."""
    [module] = [module for module in cartridge.modules("page") if module.title == title]
    return " ".join(cartridge.html(module.path).body.text_content().split())


def with_picture(make_campaign, file: ImageFile, **value) -> Edition:
    """An edition whose only panel shows a new picture."""
    image = CampaignImage.objects.create(title="Ny bild", file=file)
    block = {
        "type": "image",
        "value": {"image": {"image": image.pk, "alt_text": "Ritat", "decorative": False, **value}, "caption": ""},
    }
    panels = [{"type": "panel", "value": {"title": "Bild", "in_letter": False, "body": [block]}}]
    return Edition.freeze(make_campaign(panels=panels))


def test_one_file_named_by_campaign_and_language(edition):
    [artifact] = common_cartridge.render(edition)
    assert (artifact.name, artifact.media_type) == ("jag-trodde-aldrig-sv-sv.imscc", "application/vnd.ims.imsccv1p1")


def test_the_cartridge_is_valid_against_the_schemas(edition, assert_valid):
    [artifact] = common_cartridge.render(edition)
    assert_valid(artifact.content)


def test_everything_comes_in_order_and_the_teachers_part_is_hidden(edition):
    sections = course(edition).sections()
    assert [[module.kind for module in modules] for _title, modules in sections] == [
        ["page", "page", "page", "resource"],
        ["forum", "quiz"],
        ["page", "url", "url"],
        ["page", "page", "page", "resource"],
    ]
    assert [module.title for module in sections[0][1]][:3] == ["Jag trodde aldrig…", "…att det var så nära.", "…att det syntes."]
    assert [module.visible for _title, modules in sections for module in modules] == [True] * 9 + [False] * 4


def test_a_panel_keeps_its_words_and_links_out(edition):
    cartridge = course(edition)
    text = words(cartridge, "…att det var så nära.")
    for said in (
        "Vad är det du ser?",
        "det du sett",
        "59 av 73",
        "Enkäten 2020",
        "Jag ville att någon skulle fråga.",
        "112",
        "Nej, det behöver du inte.",
    ):
        assert said in text
    page = next(module for module in cartridge.modules("page") if module.title == "…att det var så nära.")
    links = {link.get("href") for link in cartridge.html(page.path).iter("a")}
    assert {"https://kampanj.example.org/rad/", "https://anmal.example.org/", "https://jour.example.org/", "tel:112"} <= links
    assert cartridge.html(page.path).findtext(".//h1") == "…att det var så nära."


def test_a_picture_travels_small_with_the_words_of_this_place(edition):
    cartridge = course(edition)
    page = next(module for module in cartridge.modules("page") if module.title == "…att det var så nära.")
    [(path, alt)] = cartridge.pictures(page).items()
    assert alt == "Ett köksbord i kvällsljus"
    with Image.open(io.BytesIO(cartridge.archive.read(path))) as shown:
        assert shown.size == (1200, 600)


def test_a_drawn_picture_stays_drawn(make_campaign):
    edition = with_picture(make_campaign, ImageFile(ContentFile(SVG), name="ritat.svg"))
    [file] = package_of(edition).files
    assert file.path.endswith(".svg")
    assert b"<path" in file.content or b":path" in file.content


def test_a_modern_picture_becomes_one_that_every_platform_shows(make_campaign):
    stream = io.BytesIO()
    Image.new("RGBA", (30, 20), (10, 20, 30, 0)).save(stream, "WEBP")
    [file] = package_of(with_picture(make_campaign, ImageFile(ContentFile(stream.getvalue()), name="ny.webp"))).files
    assert (file.media_type, file.path[-4:]) == ("image/jpeg", ".jpg")
    with Image.open(io.BytesIO(file.content)) as shown:
        assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_a_decoration_has_an_empty_alternative_text(make_campaign):
    edition = with_picture(make_campaign, ImageFile(ContentFile(SVG), name="ritat.svg"), decorative=True)
    cartridge = course(edition)
    [page] = [module for module in cartridge.modules("page") if module.title == "Bild"]
    assert list(cartridge.pictures(page).values()) == [""]


def test_a_picture_whose_file_is_gone_is_named(make_campaign):
    gone = SVG.replace(b"v20", b"v17")
    edition = with_picture(make_campaign, ImageFile(ContentFile(gone), name="borta.svg"))
    Path(CampaignImage.objects.get(title="Ny bild").file.path).unlink()
    with translation.override("en"), pytest.raises(ChannelError, match="“Ny bild” cannot be read"):
        common_cartridge.render(edition)


def test_hints_and_answers_are_only_in_the_teachers_part(edition):
    for section in package_of(edition).sections:
        pages = " ".join(html.fromstring(item.html).text_content() for item in section.items if isinstance(item, Page))
        for secret in ("Ge tid.", "Bara för läraren."):
            assert (secret in pages) is section.teacher_only, (section.title, secret)


def test_the_quiz_asks_what_the_editor_wrote(edition):
    cartridge = course(edition)
    [quiz] = cartridge.modules("quiz")
    assert cartridge.questions(quiz) == [
        ("Vilket nummer ringer du i nödläge?", {"112": 1, "114 14": 0}, "114 14 går till polisen.")
    ]


def test_help_lines_are_linked_once_and_emergencies_come_first(edition):
    cartridge = course(edition)
    text = words(cartridge, cartridge.sections()[2][1][0].title)
    assert text.index("Nödnummer") < text.index("Jourlinjen")
    assert [module.title for module in cartridge.modules("url")][1:] == ["Jourlinjen"]


def test_a_campaign_without_lesson_has_no_empty_sections(make_campaign):
    edition = Edition.freeze(make_campaign(teacher_guide=[], discussion=[], quiz=[]))
    assert all(modules for _title, modules in course(edition).sections())
    assert len(course(edition).sections()) == 2


def test_the_package_speaks_the_editions_language_not_the_readers(make_campaign):
    edition = Edition.freeze(make_campaign(language="ar"))
    with translation.override("en"):
        [artifact] = common_cartridge.render(edition)
    with translation.override("sv"):
        [again] = common_cartridge.render(edition)
    assert artifact.content == again.content
    cartridge = Cartridge(artifact.content)
    page = cartridge.html(cartridge.modules("page")[0].path)
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    assert artifact.name.endswith("-ar.imscc")


def test_the_same_edition_gives_the_same_bytes(campaign):
    first, second = Edition.freeze(campaign), Edition.freeze(campaign)
    assert common_cartridge.render(first)[0].sha256 == common_cartridge.render(second)[0].sha256


def test_no_package_is_offered_when_a_link_leads_nowhere(make_campaign):
    body = [{"type": "call_to_action", "value": {"label": "Tryck", "page": None, "url": "ftp://example.org/fil"}}]
    edition = Edition.freeze(
        make_campaign(panels=[{"type": "panel", "value": {"title": "Trasig", "in_letter": False, "body": body}}])
    )
    with translation.override("en"), pytest.raises(ChannelError) as refusal:
        common_cartridge.render(edition)
    assert "Trasig" in str(refusal.value)
    assert "ftp://example.org/fil" in str(refusal.value)


def test_no_package_is_offered_without_a_right_answer(make_campaign):
    value = {
        "question": "Vad?",
        "alternatives": [{"text": "Ja", "correct": False}, {"text": "Nej", "correct": False}],
        "explanation": "",
    }
    edition = Edition.freeze(make_campaign(quiz=[{"type": "quiz_question", "value": value}]))
    with translation.override("en"), pytest.raises(ChannelError, match="no right answer"):
        common_cartridge.render(edition)


def test_a_fault_says_which_and_what():
    [fault] = linter.faults(b"")
    assert isinstance(fault, Fault)
    assert fault.trap is Trap.ARCHIVE


def test_a_long_address_breaks_on_a_phone(edition, chromium, tmp_path):
    file = tmp_path / "page.html"
    for page in (item for section in package_of(edition).sections for item in section.items if isinstance(item, Page)):
        file.write_text(page.html.replace("jour.example.org", "jour.example.org/" + "o" * 100), encoding="utf-8")
        with chromium.new_context(viewport={"width": 320, "height": 800}) as context:
            shown = context.new_page()
            shown.goto(file.as_uri())
            assert shown.evaluate("document.documentElement.scrollWidth") <= 320, page.title
