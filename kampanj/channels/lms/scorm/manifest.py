"""`imsmanifest.xml` of a package with one SCO: metadata (LOM), one item, one resource with every file.

No mastery score is written: with it a platform overrules the lesson, and a pupil who leaves halfway has failed.
"""

from __future__ import annotations

import hashlib

from lxml import etree

from kampanj.channels.lms import wording
from kampanj.channels.lms.package import shortened
from kampanj.channels.lms.scorm.lesson import Lesson
from kampanj.channels.lms.scorm.standard import IMSSS, SCORM_12, XSI, Standard
from kampanj.channels.rich_text import without_controls

LAUNCHED = "index.html"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# LOM 1.0 (IEEE 1484.12.1): at most so many characters.
DESCRIPTION_LIMIT = 2000
KEYWORD_LIMIT = 1000


def manifest(lesson: Lesson, standard: Standard, paths: tuple[str, ...]) -> bytes:
    """The manifest of a package whose files are `paths`, the launched one first."""
    namespaces = {None: standard.content, "adlcp": standard.adl, "lom": standard.metadata, "xsi": XSI}
    if standard is not SCORM_12:
        namespaces["imsss"] = IMSSS
    identifier = _identifier(lesson)
    root = etree.Element(f"{{{standard.content}}}manifest", {"identifier": identifier, "version": "1.0"}, nsmap=namespaces)
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{name} {place}" for name, place in standard.schemas.items()))
    metadata = _add(root, standard.content, "metadata")
    _add(metadata, standard.content, "schema").text = "ADL SCORM"
    _add(metadata, standard.content, "schemaversion").text = standard.version
    _Metadata(metadata, lesson, standard).write()
    _organization(root, lesson, standard)
    resources = _add(root, standard.content, "resources")
    sco = _add(resources, standard.content, "resource", identifier="lesson", type="webcontent", href=paths[0])
    sco.set(f"{{{standard.adl}}}{standard.kind_attribute}", "sco")
    for path in paths:
        _add(sco, standard.content, "file", href=path)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _organization(root: etree._Element, lesson: Lesson, standard: Standard) -> None:
    organizations = _add(root, standard.content, "organizations", default="course")
    organization = _add(organizations, standard.content, "organization", identifier="course")
    title = shortened(wording.section_title(lesson.title), standard.title_limit)
    _add(organization, standard.content, "title").text = title
    item = _add(organization, standard.content, "item", identifier="item", identifierref="lesson", isvisible="true")
    _add(item, standard.content, "title").text = title
    if standard is SCORM_12:
        return
    # The lesson says itself when it is done and passed; without this a platform takes a mere visit for both.
    sequencing = _add(item, IMSSS, "sequencing")
    _add(sequencing, IMSSS, "deliveryControls", completionSetByContent="true", objectiveSetByContent="true")
    course = _add(organization, IMSSS, "sequencing")
    _add(course, IMSSS, "controlMode", choice="true", flow="true")


class _Metadata:
    """LOM in the dialect of the standard: IMS Metadata 1.2.1 or IEEE LOM 1.0."""

    def __init__(self, parent: etree._Element, lesson: Lesson, standard: Standard) -> None:
        self.parent, self.lesson = parent, lesson
        self.namespace = standard.metadata
        self.is_old = standard is SCORM_12

    def write(self) -> None:
        """Title, languages, description, keywords, source and rights of the lesson, in its first language."""
        lom = self._add(self.parent, "lom")
        general = self._add(lom, "general")
        source = wording.address(self.lesson.source)
        if source and not self.is_old:
            self._source(general, source)
        self._worded(general, "title", wording.title(self.lesson.title))
        if source and self.is_old:
            self._source(general, source)
        for language in self.lesson.languages:
            self._add(general, "language").text = language
        if self.lesson.description.strip():
            self._worded(general, "description", self.lesson.description[:DESCRIPTION_LIMIT])
        for keyword in self.lesson.keywords:
            self._worded(general, "keyword", keyword[:KEYWORD_LIMIT])
        if self.lesson.ages:
            ages = "typicalagerange" if self.is_old else "typicalAgeRange"
            self._langstring(self._add(self._add(lom, "educational"), ages), self.lesson.ages, language="x-none")
        rights = self._add(lom, "rights")
        restricted = self._add(rights, "copyrightandotherrestrictions" if self.is_old else "copyrightAndOtherRestrictions")
        self._term(restricted, "source", "LOMv1.0")
        self._term(restricted, "value", "yes")
        if self.lesson.rights.strip():
            self._worded(rights, "description", self.lesson.rights[:KEYWORD_LIMIT])

    def _source(self, general: etree._Element, source: str) -> None:
        entry = self._add(general, "catalogentry" if self.is_old else "identifier")
        self._add(entry, "catalog").text = "URI"
        if self.is_old:
            self._langstring(self._add(entry, "entry"), source, language="x-none")
        else:
            self._add(entry, "entry").text = source

    def _worded(self, parent: etree._Element, name: str, text: str) -> None:
        self._langstring(self._add(parent, name), without_controls(text), language=self.lesson.languages[0])

    def _term(self, parent: etree._Element, name: str, value: str) -> None:
        place = self._add(parent, name)
        if self.is_old:
            self._langstring(place, value, language="x-none")
        else:
            place.text = value

    def _langstring(self, parent: etree._Element, text: str, *, language: str) -> None:
        if self.is_old:
            string = self._add(parent, "langstring")
            string.set(XML_LANG, language)
        else:
            string = self._add(parent, "string")
            string.set("language", language)
        string.text = text

    def _add(self, parent: etree._Element, name: str) -> etree._Element:
        return _add(parent, self.namespace, name)


def _identifier(lesson: Lesson) -> str:
    """The same for every edition of a campaign in the same languages, so that a platform can tell a new one from another."""
    name = without_controls(f"{lesson.slug}:{','.join(lesson.languages)}:scorm")
    return f"kampanj_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _add(parent: etree._Element, namespace: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
