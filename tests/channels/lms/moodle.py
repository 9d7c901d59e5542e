"""What Moodle 4.5 makes of a cartridge, told in our own words after reading its importer (`backup/cc`, `backup/converter`).

It knows the format by the head of the manifest, turns each item into a module by its resource's type, keeps what stands within a
page's <body>, cleans that, and looks the relative addresses up among the files. It reads questions and topics as Latin-1 HTML.
"""

from __future__ import annotations

import posixpath
import re

from lxml import etree, html

from tests.channels.lms.course import Cartridge, Module

HEAD = 500
# The addresses that its URL module takes (its syntax check with a scheme demanded); others lead to http://invalidurldetected/.
PART = r"(?:[A-Za-z0-9_.!~*'():@&=+$,;-]|%[0-9A-Fa-f]{2})"
QUERY = r"(?:[A-Za-z0-9_.!~*'():@&=+$,;/?-]|%[0-9A-Fa-f]{2})*"
HOST = r"(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?|\d{1,3}(?:\.\d{1,3}){3})"
TAKEN = re.compile(rf"https?://{HOST}(?::\d+)?(?:/(?:{PART}+(?:/{PART}+)*/?)?)?(?:\?{QUERY})?(?:#{QUERY})?")
# What its cleaning takes away: a link of another scheme keeps its words and loses its address.
KEPT_SCHEMES = ("http://", "https://", "mailto:", "ftp://")
INVALID = "http://invalidurldetected/"


class Course(Cartridge):
    """A cartridge as Moodle shows it."""

    @property
    def is_known(self) -> bool:
        """Whether the format is told from the head of the manifest."""
        head = re.sub(rb"\s", b"", self.archive.read("imsmanifest.xml")[:HEAD].lower()).replace(b'"', b"").replace(b"'", b"")
        return b"xmlns=http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1" in head

    def summaries(self) -> list[str]:
        """The sections' titles, each pasted into XML as it is."""
        return [etree.fromstring(f"<SUMMARY>{title}</SUMMARY>").text or "" for title, _modules in self.sections()]

    def page(self, module: Module) -> html.HtmlElement:
        """What a page shows: all that stands between the body's tags, cleaned."""
        text = self.archive.read(module.path).decode("utf-8")
        found = re.search(r"<body[^>]*>(.+)</body>", text, re.DOTALL)
        assert found, f"{module.path} has no body"
        shown = html.fragment_fromstring(found[1], create_parent="div")
        for element in shown.iter():
            for name in ("style", "id", *(name for name in element.attrib if name.startswith("on"))):
                element.attrib.pop(name, None)
            if not element.get("href", "http://").startswith(KEPT_SCHEMES):
                del element.attrib["href"]
        return shown

    def files_of(self, module: Module) -> set[str]:
        """The paths of a page's files that Moodle takes with it: there on the disk, and listed as web content."""
        folder = posixpath.dirname(module.path)
        addresses = {image.get("src") for image in self.page(module).iter("img")}
        listed = {path for kind, path in self.files_by_kind() if kind == "webcontent"}
        return {posixpath.normpath(posixpath.join(folder, address)) for address in addresses} & set(self.names) & listed

    def address(self, module: Module) -> str:
        """Where a URL leads."""
        address = self.xpath("string(/wl:webLink/wl:url/@href)", self.xml(module.path))
        return address if TAKEN.fullmatch(address) else INVALID

    def topic(self, module: Module) -> html.HtmlElement:
        """What a forum asks."""
        return html.fragment_fromstring(self.xpath("string(/dt:topic/dt:text)", self.xml(module.path)), create_parent="div")

    def feedback(self, module: Module) -> list[tuple[str, dict[str, str]]]:
        """(what is said to everybody, answer → what is said of it) of each question.

        Everybody hears all that conditions which continue show; an answer, all that conditions which name it first show.
        """
        return [self._said(item) for item in self.xpath("//qti:item", self.xml(module.path))]

    def _said(self, item: etree._Element) -> tuple[str, dict[str, str]]:
        words = {
            said.get("ident"): self._plain("qti:flow_mat/qti:material/qti:mattext", said)
            for said in self.xpath("qti:itemfeedback", item)
        }
        conditions = self.xpath("qti:resprocessing/qti:respcondition", item)

        def shown(condition: etree._Element) -> str:
            return "".join(words[name] for name in self.xpath("qti:displayfeedback/@linkrefid", condition))

        general = "".join(shown(condition) for condition in conditions if condition.get("continue") == "Yes")
        answers = {}
        for label in self.xpath(".//qti:response_label", item):
            named = [c for c in conditions if self.xpath("string(qti:conditionvar/qti:varequal)", c) == label.get("ident")]
            answers[self._plain("qti:material/qti:mattext", label)] = "".join(map(shown, named))
        return general, answers

    def _plain(self, path: str, root: etree._Element) -> str:
        return html.fromstring(f"<div>{self.xpath(f'string({path})', root)}</div>".encode("ascii")).text_content()
