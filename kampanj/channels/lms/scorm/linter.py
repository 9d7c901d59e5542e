"""Our own reader of finished SCORM packages: what the schemas let through and some platform or pupil stumbles on."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from lxml import etree, html

from kampanj.channels.contents import Contents
from kampanj.channels.lms.lint_fault import Fault, Trap, fault, parsed
from kampanj.channels.lms.linter import MANIFEST, NC_NAME, TITLE_LIMIT, name_faults

SHOWING = ("src", "poster", "data")


def faults(package: Contents) -> list[Fault]:
    """Everything in a package that a platform would refuse, lose or break; empty when it may be given out."""
    try:
        with package.open() as stream, zipfile.ZipFile(stream) as archive:
            return list(_archive_faults(archive))
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        return [fault(Trap.ARCHIVE, _("The package is not a readable ZIP archive: %(error)s."), error=error)]


def _archive_faults(archive: zipfile.ZipFile) -> Iterator[Fault]:
    names = archive.namelist()
    yield from name_faults(names)
    if MANIFEST not in names:
        return
    root = parsed(archive.read(MANIFEST))
    if root is None:
        yield fault(Trap.XML, _("%(file)s is not well-formed XML."), file=MANIFEST)
        return
    yield from _manifest_faults(root, set(names))
    for launched in {resource.get("href", "") for resource in _all(root, "resource")} & set(names):
        yield from _page_faults(archive.read(launched), set(names))


def _manifest_faults(root: etree._Element, names: set[str]) -> Iterator[Fault]:
    identifiers = [element.get("identifier", "") for element in root.iter(etree.Element) if "identifier" in element.attrib]
    for identifier, times in Counter(identifiers).items():
        if not NC_NAME.fullmatch(identifier):
            yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is not a valid xs:ID."), identifier=identifier)
        if times > 1:
            yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is used more than once."), identifier=identifier)
    for item in _all(root, "item"):
        title = "".join(text.text or "" for text in _children(item, "title")).strip()
        if not title or len(title) > TITLE_LIMIT or set("<>&") & set(title):
            yield fault(
                Trap.TITLE,
                _("The title “%(title)s” is empty, too long, or has a character that stands for a tag."),
                title=title[:40],
            )
        if item.get("identifierref") not in {resource.get("identifier") for resource in _all(root, "resource")}:
            yield fault(
                Trap.IDENTIFIER,
                _("The manifest refers to a resource that is not there: “%(identifier)s”."),
                identifier=item.get("identifierref"),
            )
    listed = {file.get("href", "") for file in _all(root, "file")} | {
        resource.get("href", "") for resource in _all(root, "resource")
    }
    for file in sorted(listed - names):
        yield fault(Trap.MISSING_FILE, _("The manifest lists “%(file)s”, which is not in the package."), file=file)
    for file in sorted(names - listed - {MANIFEST}):
        yield fault(Trap.UNLISTED_FILE, _("“%(file)s” is in the package but not in the manifest."), file=file)


def _page_faults(content: bytes, names: set[str]) -> Iterator[Fault]:
    document = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    if not document.get("lang"):
        yield fault(Trap.LANGUAGE, _("The page %(place)s does not say its language."), place="index.html")
    for element in document.iter(etree.Element):
        for name, value in element.attrib.items():
            if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                yield fault(Trap.STRIPPED_TAG, _("The lesson holds a script of its own in “%(name)s”."), name=name)
            if name in SHOWING or (name == "href" and element.tag == "link"):
                yield from _shown_faults(value, names)
        if element.tag == "img" and element.get("alt") is None:
            yield fault(Trap.ALT, _("A picture has no alternative text: %(file)s."), file=element.get("src"))
        if element.tag == "fieldset":
            yield from _question_faults(element)
    anchors = {element.get("id") for element in document.iter(etree.Element)}
    for link in document.iter("a"):
        target = link.get("href", "")
        if target.startswith("#") and target[1:] not in anchors:
            yield fault(Trap.LINK, _("A link leads nowhere: “%(address)s”."), address=target)


def _shown_faults(address: str, names: set[str]) -> Iterator[Fault]:
    if urlsplit(address).scheme or address.startswith(("/", "..")) or unquote(address) not in names:
        yield fault(Trap.LINK, _("The lesson shows a file that does not lie in the package: “%(address)s”."), address=address)


def _question_faults(question: etree._Element) -> Iterator[Fault]:
    values = {answer.get("value") for answer in question.iter("input")}
    right = set(question.get("data-right", "").split())
    if len(values) < 2 or not right or not right < values:
        words = " ".join("".join(legend.text_content()) for legend in question.iter("legend"))
        yield fault(
            Trap.RIGHT_ANSWER, _("The question “%(question)s” needs a right answer and a wrong one."), question=words.strip()[:80]
        )


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    """The manifest's elements of that name; metadata, which has a namespace of its own, is left out."""
    return list(root.iter(f"{{{etree.QName(root).namespace}}}{name}"))


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    return parent.findall(f"{{{etree.QName(parent).namespace}}}{name}")
