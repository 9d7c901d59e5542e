"""A small package without a database, and the public schemas of Common Cartridge 1.1 as validators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree, isoschematron

from kampanj.channels.contents import File
from kampanj.channels.lms.package import Alternative, Discussion, Package, Page, Question, Quiz, Section, WebLink

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PICTURE = File(path="media/0123456789abcdef.png", media_type="image/png", content=PIXEL)
PAGE = '<!DOCTYPE html><html lang="sv"><head><title>Så nära</title></head><body><h1>Så nära</h1>{}</body></html>'
SHOWN = '<p><img src="../media/0123456789abcdef.png" alt="Ett köksbord"></p>'
SINGLE = Question(
    "Vilket nummer?", (Alternative("112", True), Alternative("114 14", False), Alternative("1177", False)), "112 är nödnumret."
)
SEVERAL = Question("Vad hjälper?", (Alternative("Fråga", True), Alternative("Skälla", False), Alternative("Lyssna", True)))


@pytest.fixture
def package() -> Package:
    """One of everything, and a part for the teacher."""
    return Package(
        slug="jag-trodde-aldrig",
        language="sv",
        title="Jag trodde aldrig…",
        description="En kampanj om det som är nära.",
        keywords=("trygghet",),
        rights="Text: Exempelstads kommun.",
        source="https://example.org/jag-trodde-aldrig/",
        sections=(
            Section("Foldern", (Page("Så nära", PAGE.format(SHOWN), (PICTURE,)), Page("Mer", PAGE.format("<p>Mer text.</p>")))),
            Section("Lektionen", (Discussion("Fråga 1", "Vad gör en bra vän?\n\nOch sedan?"), Quiz("Quiz", (SINGLE, SEVERAL)))),
            Section("Länkar", (WebLink("På webben", "https://example.org/åäö/?a=1&b=2"),)),
            Section("För läraren", (Page("Handledning", PAGE.format("<p>Så gör du.</p>")),), teacher_only=True),
        ),
    )


@pytest.fixture(scope="session")
def schema(schemas: Path) -> Callable[[str], etree.XMLSchema]:
    """Gives the compiled schema of a file name in `ccv1p1`; imports are read beside it, never from the network."""
    compiled: dict[str, etree.XMLSchema] = {}

    def load(name: str) -> etree.XMLSchema:
        if name not in compiled:
            compiled[name] = etree.XMLSchema(etree.parse(schemas / "ccv1p1" / name, etree.XMLParser(no_network=True)))
        return compiled[name]

    return load


@pytest.fixture(scope="session")
def assert_valid(schema: Callable[[str], etree.XMLSchema]) -> Callable[[bytes], None]:
    """Fails when a file of the cartridge is not valid against the schema of its resource's type."""
    from tests.channels.lms.course import Cartridge

    schema_of = {
        "imsdt_xmlv1p1": "ccv1p1_imsdt_v1p1.xsd",
        "imswl_xmlv1p1": "ccv1p1_imswl_v1p1.xsd",
        "imsqti_xmlv1p2/imscc_xmlv1p1/assessment": "ccv1p1_qtiasiv1p2p1_v1p0.xsd",
    }

    def check(content: bytes) -> None:
        cartridge = Cartridge(content)
        schema("ccv1p1_imscp_v1p2_v1p0.xsd").assertValid(cartridge.manifest)
        for kind, path in cartridge.files_by_kind():
            if kind in schema_of:
                schema(schema_of[kind]).assertValid(cartridge.xml(path))

    return check


@pytest.fixture(scope="session")
def broken_rules(schemas: Path) -> Callable[[str, etree._Element], list[str]]:
    """Gives the Schematron rules that are written inside a schema and that a document breaks.

    The rules of version 1.1 still name the resource types of 1.0, so that they would test nothing: renamed here.
    """

    def check(name: str, document: etree._Element) -> list[str]:
        source = (schemas / "ccv1p1" / name).read_bytes()
        for old, new in (
            (b"imscc_xmlv1p0", b"imscc_xmlv1p1"),
            (b"imsdt_xmlv1p0", b"imsdt_xmlv1p1"),
            (b"imswl_xmlv1p0", b"imswl_xmlv1p1"),
        ):
            source = source.replace(old, new)
        rules = etree.ElementTree(etree.fromstring(source, base_url=str(schemas / "ccv1p1" / name)))
        # Written for an older Schematron than lxml's own check of rules accepts.
        schematron = isoschematron.Schematron(rules, store_report=True, validate_schema=False)
        schematron.validate(document)
        svrl = "{http://purl.oclc.org/dsdl/svrl}"
        assert schematron.validation_report.getroot().find(f"{svrl}fired-rule") is not None, "no rule looked at the document"
        return [
            " ".join("".join(fault.itertext()).split()) for fault in schematron.validation_report.iter(f"{svrl}failed-assert")
        ]

    return check
