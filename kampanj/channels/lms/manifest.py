"""`imsmanifest.xml` of a Common Cartridge 1.1: metadata (IEEE LOM), the tree of items, the list of resources.

Moodle reads the first 1024 bytes to know what the file is, wants one root item without title, and hides a resource whose
LOM says that it is meant for an Instructor.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from kampanj.channels.lms import wording
from kampanj.channels.lms.package import Package
from kampanj.channels.rich_text import without_controls

CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
LOM_RESOURCE = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/resource"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA_HOME = "http://www.imsglobal.org/profile/cc/ccv1p1"
SCHEMA_LOCATIONS = {
    CP: f"{SCHEMA_HOME}/ccv1p1_imscp_v1p2_v1p0.xsd",
    LOM: f"{SCHEMA_HOME}/LOM/ccv1p1_lommanifest_v1p0.xsd",
    LOM_RESOURCE: f"{SCHEMA_HOME}/LOM/ccv1p1_lomresource_v1p0.xsd",
}
SCHEMA, SCHEMA_VERSION = "IMS Common Cartridge", "1.1.0"
ROLES = "IMSGLC_CC_Rolesv1p1"
WEB_CONTENT = "webcontent"


@dataclass(frozen=True)
class Resource:
    """One row of `resources`: its main file first, and the resources whose files it shows.

    `is_page` marks web content that has a start page of its own (`href`).
    """

    identifier: str
    kind: str
    path: str
    dependencies: tuple[str, ...] = ()
    is_page: bool = False
    teacher_only: bool = False


@dataclass(frozen=True)
class Branch:
    """A section of the tree: its title and (title, resource) of each item."""

    title: str
    leaves: tuple[tuple[str, Resource], ...]


def manifest(
    package: Package, branches: tuple[Branch, ...], resources: tuple[Resource, ...], *, identifier: str
) -> etree._Element:
    """The manifest of a package whose tree is `branches` and whose files are `resources`."""
    namespaces = {None: CP, "lomimscc": LOM, "lom": LOM_RESOURCE, "xsi": XSI}
    root = etree.Element(f"{{{CP}}}manifest", {"identifier": identifier}, nsmap=namespaces)
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{name} {place}" for name, place in SCHEMA_LOCATIONS.items()))
    _metadata(root, package)
    organization = _cp(_cp(root, "organizations"), "organization", identifier="organization", structure="rooted-hierarchy")
    trunk = _cp(organization, "item", identifier="root")
    for number, branch in enumerate(branches, start=1):
        section = _cp(trunk, "item", identifier=f"section_{number}")
        _cp(section, "title").text = wording.section_title(branch.title)
        for title, resource in branch.leaves:
            leaf = _cp(section, "item", identifier=f"item_{resource.identifier}", identifierref=resource.identifier)
            _cp(leaf, "title").text = wording.title(title)
    listed = _cp(root, "resources")
    for resource in resources:
        _resource(listed, resource)
    return root


def _metadata(root: etree._Element, package: Package) -> None:
    metadata = _cp(root, "metadata")
    _cp(metadata, "schema").text = SCHEMA
    _cp(metadata, "schemaversion").text = SCHEMA_VERSION
    lom = _add(metadata, LOM, "lom")
    general = _add(lom, LOM, "general")
    if package.source:
        source = _add(general, LOM, "identifier")
        _add(source, LOM, "catalog").text = "URI"
        _add(source, LOM, "entry").text = wording.address(package.source)
    _worded(general, "title", wording.title(package.title), package.language)
    _add(general, LOM, "language").text = package.language
    _worded(general, "description", package.description, package.language)
    for keyword in package.keywords:
        _worded(general, "keyword", keyword, package.language)
    rights = _add(lom, LOM, "rights")
    _add(_add(rights, LOM, "copyrightAndOtherRestrictions"), LOM, "value").text = "yes"
    _worded(rights, "description", package.rights, package.language)


def _worded(parent: etree._Element, name: str, text: str, language: str) -> None:
    _add(_add(parent, LOM, name), LOM, "string", language=language).text = without_controls(text)


def _resource(listed: etree._Element, resource: Resource) -> None:
    row = _cp(listed, "resource", identifier=resource.identifier, type=resource.kind)
    if resource.is_page:
        row.set("href", resource.path)
    if resource.teacher_only:
        _for_teachers(row)
        if resource.kind == WEB_CONTENT:
            row.set("intendeduse", "lessonplan")
    _cp(row, "file", href=resource.path)
    for dependency in resource.dependencies:
        _cp(row, "dependency", identifierref=dependency)


def _for_teachers(row: etree._Element) -> None:
    educational = _add(_add(_cp(row, "metadata"), LOM_RESOURCE, "lom"), LOM_RESOURCE, "educational")
    role = _add(educational, LOM_RESOURCE, "intendedEndUserRole")
    _add(role, LOM_RESOURCE, "source").text = ROLES
    _add(role, LOM_RESOURCE, "value").text = "Instructor"


def _cp(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return _add(parent, CP, name, **attributes)


def _add(parent: etree._Element, namespace: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
