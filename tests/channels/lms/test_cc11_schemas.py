"""Cartridges against the public schemas, and against what an importer makes of them."""

from __future__ import annotations

import dataclasses
import zipfile
from io import BytesIO

from kampanj.channels.lms.common_cartridge import file_name, write
from kampanj.channels.lms.linter import faults
from kampanj.channels.lms.package import Page, Section
from tests.channels.lms.conftest import PAGE, PICTURE, PIXEL
from tests.channels.lms.course import Cartridge


def test_every_file_is_valid_against_its_schema(package, assert_valid):
    assert_valid(write(package))


def test_the_rules_inside_the_schemas_are_kept_too(package, broken_rules):
    cartridge = Cartridge(write(package))
    assert broken_rules("ccv1p1_imscp_v1p2_v1p0.xsd", cartridge.manifest) == []
    assert broken_rules("ccv1p1_qtiasiv1p2p1_v1p0.xsd", cartridge.xml(cartridge.modules("quiz")[0].path)) == []


def test_a_package_with_one_of_everything_has_no_fault(package):
    assert faults(write(package)) == []


def test_a_course_gets_the_sections_in_order_and_hides_the_teachers_part(package):
    sections = Cartridge(write(package)).sections()
    assert [(title, [(module.kind, module.title, module.visible) for module in modules]) for title, modules in sections] == [
        ("Foldern", [("page", "Så nära", True), ("page", "Mer", True)]),
        ("Lektionen", [("forum", "Fråga 1", True), ("quiz", "Quiz", True)]),
        ("Länkar", [("url", "På webben", True)]),
        ("För läraren", [("page", "Handledning", False)]),
    ]


def test_right_answers_are_found_and_explained(package):
    cartridge = Cartridge(write(package))
    assert cartridge.questions(cartridge.modules("quiz")[0]) == [
        ("Vilket nummer?", {"112": 1, "114 14": 0, "1177": 0}, "112 är nödnumret."),
        ("Vad hjälper?", {"Fråga": 0.5, "Skälla": 0, "Lyssna": 0.5}, ""),
    ]


def test_a_picture_is_one_file_with_its_words_wherever_it_is_shown(package):
    again = Page("Igen", PAGE.format('<p><img src="../media/0123456789abcdef.png" alt="Samma bord"></p>'), (PICTURE,))
    package = dataclasses.replace(package, sections=(*package.sections, Section("Fler", (again,))))
    cartridge = Cartridge(write(package))
    first, last = cartridge.modules("page")[0], cartridge.modules("page")[-1]
    assert cartridge.pictures(first) == {"media/0123456789abcdef.png": "Ett köksbord"}
    assert cartridge.pictures(last) == {"media/0123456789abcdef.png": "Samma bord"}
    assert cartridge.archive.read("media/0123456789abcdef.png") == PIXEL
    assert cartridge.names.count("media/0123456789abcdef.png") == 1


def test_web_addresses_are_ascii(package):
    cartridge = Cartridge(write(package))
    [link] = cartridge.modules("url")
    assert cartridge.xpath("string(wl:url/@href)", cartridge.xml(link.path)) == "https://example.org/%C3%A5%C3%A4%C3%B6/?a=1&b=2"


def test_the_same_package_gives_the_same_bytes(package):
    content = write(package)
    assert write(dataclasses.replace(package)) == content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "imsmanifest.xml"


def test_the_metadata_says_what_it_is_in_which_language_and_whose(package):
    cartridge = Cartridge(write(package))
    general = "string(cp:metadata/lomm:lom/lomm:general/lomm:{}/lomm:string[@language='sv'])"
    assert cartridge.xpath(general.format("title")) == "Jag trodde aldrig…"
    assert cartridge.xpath(general.format("description")) == "En kampanj om det som är nära."
    assert cartridge.xpath(general.format("keyword")) == "trygghet"
    assert cartridge.xpath("string(//lomm:general/lomm:language)") == "sv"
    assert cartridge.xpath("string(//lomm:rights/lomm:description/lomm:string)") == "Text: Exempelstads kommun."


def test_the_file_is_called_by_slug_and_language_in_ascii(package):
    assert file_name(package) == "jag-trodde-aldrig-sv.imscc"
    assert file_name(dataclasses.replace(package, slug="حملة", language="ar")) == "kampanj-ar.imscc"
