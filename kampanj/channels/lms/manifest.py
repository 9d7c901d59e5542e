"""`imsmanifest.xml` of a Common Cartridge: metadata (IEEE LOM), the tree of items, the list of resources.

Moodle reads the first 1024 bytes to know what the file is, wants one root item without title, and hides a resource whose
LOM says that it is meant for an Instructor.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from kampanj.channels.lms import wording
from kampanj.channels.lms.package import Package
from kampanj.channels.lms.profiles import WEB_CONTENT, XSI, Profile
from kampanj.channels.rich_text import without_controls

ROLES = "IMSGLC_CC_Rolesv1p1"


@dataclass(frozen=True)
class Resource:
    """One row of `resources`: its main file first, and the resources whose files it shows.

    `is_page` marks web content that is opened by itself (`href`), not shown within another page.
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
    package: Package, profile: Profile, branches: tuple[Branch, ...], resources: tuple[Resource, ...], *, identifier: str
) -> etree._Element:
    """The manifest of a package whose tree is `branches` and whose files are `resources`."""
    return _Scribe(profile).manifest(package, branches, resources, identifier)


class _Scribe:
    """Writes elements in one profile's namespaces."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def manifest(
        self, package: Package, branches: tuple[Branch, ...], resources: tuple[Resource, ...], identifier: str
    ) -> etree._Element:
        """The whole document."""
        profile = self.profile
        namespaces = {None: profile.cp, "lomimscc": profile.lom, "lom": profile.lom_resource, "xsi": XSI}
        root = etree.Element(f"{{{profile.cp}}}manifest", {"identifier": identifier}, nsmap=namespaces)
        root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{name} {place}" for name, place in profile.schema_locations.items()))
        self._metadata(root, package)
        organizations = self._cp(root, "organizations")
        organization = self._cp(organizations, "organization", identifier="organization", structure="rooted-hierarchy")
        trunk = self._cp(organization, "item", identifier="root")
        for number, branch in enumerate(branches, start=1):
            section = self._cp(trunk, "item", identifier=f"section_{number}")
            self._cp(section, "title").text = wording.section_title(branch.title)
            for title, resource in branch.leaves:
                leaf = self._cp(section, "item", identifier=f"item_{resource.identifier}", identifierref=resource.identifier)
                self._cp(leaf, "title").text = wording.title(title)
        listed = self._cp(root, "resources")
        for resource in resources:
            self._resource(listed, resource)
        return root

    def _metadata(self, root: etree._Element, package: Package) -> None:
        metadata = self._cp(root, "metadata")
        self._cp(metadata, "schema").text = self.profile.schema
        self._cp(metadata, "schemaversion").text = self.profile.version
        lom = self._lom(metadata, "lom")
        general = self._lom(lom, "general")
        if package.source:
            source = self._lom(general, "identifier")
            self._lom(source, "catalog").text = "URI"
            self._lom(source, "entry").text = wording.address(package.source)
        self._worded(general, "title", wording.title(package.title), package.language)
        for language in package.all_languages:
            self._lom(general, "language").text = language
        self._worded(general, "description", package.description, package.language)
        for keyword in package.keywords:
            self._worded(general, "keyword", keyword, package.language)
        if package.ages and self.profile.knows_ages:
            self._worded(self._lom(lom, "educational"), "typicalAgeRange", package.ages, package.language)
        rights = self._lom(lom, "rights")
        self._lom(self._lom(rights, "copyrightAndOtherRestrictions"), "value").text = "yes"
        self._worded(rights, "description", package.rights, package.language)

    def _resource(self, listed: etree._Element, resource: Resource) -> None:
        row = self._cp(listed, "resource", identifier=resource.identifier, type=resource.kind)
        if resource.is_page:
            row.set("href", resource.path)
        if resource.teacher_only:
            self._for_teachers(row)
            if resource.kind == WEB_CONTENT:
                row.set("intendeduse", "lessonplan")
        self._cp(row, "file", href=resource.path)
        for dependency in resource.dependencies:
            self._cp(row, "dependency", identifierref=dependency)

    def _for_teachers(self, row: etree._Element) -> None:
        namespace = self.profile.lom_resource
        educational = _add(_add(self._cp(row, "metadata"), namespace, "lom"), namespace, "educational")
        role = _add(educational, namespace, "intendedEndUserRole")
        _add(role, namespace, "source").text = ROLES
        _add(role, namespace, "value").text = "Instructor"

    def _worded(self, parent: etree._Element, name: str, text: str, language: str) -> None:
        self._lom(self._lom(parent, name), "string", language=language).text = without_controls(text)

    def _cp(self, parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        return _add(parent, self.profile.cp, name, **attributes)

    def _lom(self, parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        return _add(parent, self.profile.lom, name, **attributes)


def _add(parent: etree._Element, namespace: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
