"""Reads a cartridge the way Moodle 4.5's importer does: by order, resource type, LOM role and QTI profile."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

NAMESPACES = {
    "cp": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
    "lomm": "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest",
    "lomr": "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/resource",
    "dt": "http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1",
    "wl": "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1",
    "qti": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2",
}
MODULES = {
    "webcontent": "page",
    "imsdt_xmlv1p1": "forum",
    "imswl_xmlv1p1": "url",
    "imsqti_xmlv1p2/imscc_xmlv1p1/assessment": "quiz",
}


@dataclass(frozen=True)
class Module:
    """What the course shows: kind, title, whether pupils see it, and the file it is made from."""

    kind: str
    title: str
    visible: bool
    path: str


class Cartridge:
    """The bytes, opened."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.names = self.archive.namelist()
        self.manifest = self.xml("imsmanifest.xml")

    def xml(self, path: str) -> etree._Element:
        return etree.fromstring(self.archive.read(path))

    def html(self, path: str) -> html.HtmlElement:
        return html.document_fromstring(self.archive.read(path), parser=html.HTMLParser(encoding="utf-8"))

    def xpath(self, expression: str, root: etree._Element | None = None) -> list:
        return (self.manifest if root is None else root).xpath(expression, namespaces=NAMESPACES)

    def files_by_kind(self) -> Iterator[tuple[str, str]]:
        """(resource type, path) of every file that the manifest lists."""
        for resource in self.xpath("cp:resources/cp:resource"):
            yield from ((resource.get("type"), file.get("href")) for file in self.xpath("cp:file", resource))

    def sections(self) -> list[tuple[str, list[Module]]]:
        """(title, modules) in course order; the root item is the course itself."""
        return [
            (self.xpath("string(cp:title)", section), [self._module(item) for item in self.xpath("cp:item", section)])
            for section in self.xpath("cp:organizations/cp:organization/cp:item/cp:item")
        ]

    def modules(self, kind: str) -> list[Module]:
        return [module for _title, modules in self.sections() for module in modules if module.kind == kind]

    def pictures(self, module: Module) -> dict[str, str]:
        """Path in the cartridge → alternative text, of the pictures that a page shows."""
        folder = posixpath.dirname(module.path)
        images = self.html(module.path).iter("img")
        return {posixpath.normpath(posixpath.join(folder, image.get("src"))): image.get("alt") for image in images}

    def questions(self, module: Module) -> list[tuple[str, dict[str, float], str]]:
        """(text, answer → share of the score, general feedback) of each question of a quiz."""
        return [self._question(item) for item in self.xpath("//qti:assessment/qti:section/qti:item", self.xml(module.path))]

    def _module(self, item: etree._Element) -> Module:
        resource = self.xpath(f"//cp:resource[@identifier='{item.get('identifierref')}']")[0]
        role = self.xpath("string(.//lomr:intendedEndUserRole/lomr:value)", resource)
        kind, path = MODULES[resource.get("type")], self.xpath("string(cp:file/@href)", resource)
        return Module(
            kind="resource" if kind == "page" and not path.endswith(".html") else kind,
            title=self.xpath("string(cp:title)", item),
            visible=role not in ("Instructor", "Mentor"),
            path=path,
        )

    def _question(self, item: etree._Element) -> tuple[str, dict[str, float], str]:
        profile = self.xpath("string(.//qti:qtimetadatafield[qti:fieldlabel='cc_profile']/qti:fieldentry)", item)
        full = "qti:resprocessing/qti:respcondition[qti:setvar[@varname='SCORE'][.=100]]/qti:conditionvar"
        if profile == "cc.multiple_response.v0p1":
            right = [equal.text for equal in self.xpath(f"{full}//qti:varequal[@case='Yes'][not(parent::qti:not)]", item)]
        else:
            right = [equal.text for equal in self.xpath(f"{full}/qti:varequal", item)]
        answers = {
            _plain(self.xpath("string(qti:material/qti:mattext)", label)): 1 / len(right) if label.get("ident") in right else 0
            for label in self.xpath("qti:presentation/qti:response_lid/qti:render_choice/qti:response_label", item)
        }
        shown = self.xpath("string(qti:resprocessing/qti:respcondition[@continue='Yes']/qti:displayfeedback/@linkrefid)", item)
        feedback = self.xpath(f"string(qti:itemfeedback[@ident='{shown}']/qti:flow_mat/qti:material/qti:mattext)", item)
        return _plain(self.xpath("string(qti:presentation/qti:material/qti:mattext)", item)), answers, _plain(feedback)


def _plain(markup: str) -> str:
    """Text of HTML that was read as Latin-1, as old importers do: only ASCII comes through."""
    return html.fromstring(f"<div>{markup}</div>".encode(), parser=html.HTMLParser(encoding="iso-8859-1")).text_content()
