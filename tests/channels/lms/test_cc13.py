"""Common Cartridge 1.3 and thin cartridges, against the public schemas."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from lxml import etree

from kampanj.channels.contents import Contents
from kampanj.channels.lms import common_cartridge
from kampanj.channels.lms.common_cartridge import file_name, written
from kampanj.channels.lms.linter import faults
from kampanj.channels.lms.package import Package
from kampanj.channels.lms.profiles import CC11, CC13, THIN
from kampanj.content.models import Edition

CP = "{http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1}"
SCHEMAS = {
    "imsdt_xmlv1p3": "ccv1p3_imsdt_v1p3.xsd",
    "imswl_xmlv1p3": "ccv1p3_imswl_v1p3.xsd",
    # The questions' format is the one of 1.1.
    "imsqti_xmlv1p2/imscc_xmlv1p3/assessment": "ccv1p1_qtiasiv1p2p1_v1p0.xsd",
}


@pytest.fixture(scope="module")
def schema(schemas: Path) -> Callable[[str], etree.XMLSchema]:
    """Compiled schemas of both versions; what they import from the web is read from beside them."""
    files = {file.name: file for file in schemas.rglob("*.xsd")}

    class Beside(etree.Resolver):
        def resolve(self, url, public_id, context):
            return self.resolve_filename(str(files[PurePosixPath(url).name]), context)

    def load(name: str) -> etree.XMLSchema:
        parser = etree.XMLParser(no_network=True)
        parser.resolvers.add(Beside())
        return etree.XMLSchema(etree.parse(files[name], parser))

    return load


def opened(made: Contents) -> dict[str, bytes]:
    with zipfile.ZipFile(made.open()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("profile", [CC13, THIN])
def test_every_file_is_valid_against_its_schema(package, schema, profile):
    files = opened(written(package, profile))
    manifest = etree.fromstring(files["imsmanifest.xml"])
    schema("ccv1p3_imscp_v1p2_v1p0.xsd").assertValid(manifest)
    for resource in manifest.iter(f"{CP}resource"):
        if resource.get("type") in SCHEMAS:
            schema(SCHEMAS[resource.get("type")]).assertValid(etree.fromstring(files[resource.find(f"{CP}file").get("href")]))
    assert faults(written(package, profile), profile) == []


def test_a_thin_cartridge_holds_links_and_nothing_else(package: Package):
    files = opened(written(package, THIN))
    assert {name.split("/")[0] for name in files} == {"imsmanifest.xml", "links"}
    assert b"<schema>IMS Thin Common Cartridge</schema>" in files["imsmanifest.xml"][:1024]


def test_the_pupils_ages_are_told_where_there_is_room(package: Package):
    import dataclasses

    aged = dataclasses.replace(package, ages="13-18")
    assert b"13-18" in opened(written(aged, CC13))["imsmanifest.xml"]
    assert b"13-18" not in opened(written(aged, CC11))["imsmanifest.xml"]


def test_a_cartridge_is_not_taken_for_another_version(package: Package):
    assert faults(written(package, CC13), CC11)
    assert faults(written(package, CC11), CC13)
    assert faults(written(package, CC13), THIN)


def test_files_of_different_forms_have_different_names(package: Package):
    assert len({file_name(package, profile) for profile in (CC11, CC13, THIN)}) == 3


@pytest.mark.django_db
@pytest.mark.bare
def test_the_campaigns_ages_are_in_the_metadata(make_campaign):
    campaign = make_campaign(typical_age_range="16-")
    [artifact] = common_cartridge.render(Edition.freeze(campaign), CC13)
    with zipfile.ZipFile(artifact.open()) as archive:
        manifest = etree.fromstring(archive.read("imsmanifest.xml"))
    assert [ages.xpath("string()").strip() for ages in manifest.iter("{*}typicalAgeRange")] == ["16-"]
