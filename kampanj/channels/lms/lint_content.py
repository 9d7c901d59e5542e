"""What the linter looks for inside a cartridge's files: pages, pictures, quizzes, discussions and web links."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from lxml import etree, html

from kampanj.channels.lms.lint_fault import Fault, Trap, fault, parsed
from kampanj.channels.lms.qti import MULTIPLE
from kampanj.channels.lms.qti import NAMESPACE as QTI

# Moodle's, Canvas' and itslearning's cleaning takes these out, and with some of them what stands inside.
STRIPPED_TAGS = {
    "script",
    "iframe",
    "details",
    "summary",
    "object",
    "embed",
    "applet",
    "form",
    "input",
    "button",
    "select",
    "textarea",
    "base",
}
SHOWING = ("src", "srcset", "poster", "background")
LINKING = ("a", "area", "link")
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
WEB_SCHEMES = {"http", "https"}
FILEBASE = "IMS-CC-FILEBASE"
# The same name in every version's namespace.
TOPIC_TEXT = "{*}text"
WEB_LINK_URL = "{*}url"


def page_faults(place: str, content: bytes, *, path: str, files: set[str]) -> Iterator[Fault]:
    """What is wrong in an HTML page that is `path` in a package of `files`."""
    document = _document(content)
    if document is None or not document.text_content().strip():
        yield fault(Trap.XML, _("The page %(place)s is empty or cannot be read."), place=place)
        return
    if not document.get("lang"):
        yield fault(Trap.LANGUAGE, _("The page %(place)s does not say its language."), place=place)
    yield from _markup_faults(place, document, path=path, files=files)


def picture_faults(place: str, content: bytes) -> Iterator[Fault]:
    """What is wrong in an SVG picture: it must be XML and hold no script."""
    root = parsed(content)
    if root is None:
        yield fault(Trap.XML, _("%(place)s is not well-formed XML."), place=place)
    elif any(
        etree.QName(element).localname in ("script", "foreignObject") or _handlers(element)
        for element in root.iter(etree.Element)
    ):
        yield fault(Trap.STRIPPED_TAG, _("The picture %(place)s holds a script. Upload it without."), place=place)


def discussion_faults(place: str, content: bytes) -> Iterator[Fault]:
    """What is wrong in a discussion topic: it needs words, and they are HTML like a page's."""
    root = parsed(content)
    if root is None:
        yield fault(Trap.XML, _("%(place)s is not well-formed XML."), place=place)
        return
    text = root.findtext(TOPIC_TEXT) or ""
    if not text.strip():
        yield fault(Trap.QUESTION, _("The question for discussion in %(place)s has no words."), place=place)
    yield from _fragment_faults(place, text)


def web_link_faults(place: str, content: bytes) -> Iterator[Fault]:
    """What is wrong in a web link: its address must be a complete http or https address in ASCII."""
    root = parsed(content)
    url = root.find(WEB_LINK_URL) if root is not None else None
    address = url.get("href", "") if url is not None else ""
    if not _is_web_address(address):
        yield fault(
            Trap.WEB_ADDRESS,
            _("The web link in %(place)s has no complete web address: “%(address)s”."),
            place=place,
            address=address,
        )


def quiz_faults(place: str, content: bytes) -> Iterator[Fault]:
    """What is wrong in a quiz: questions without words, without answers, or whose right answer is not found."""
    root = parsed(content)
    if root is None:
        yield fault(Trap.XML, _("%(place)s is not well-formed XML."), place=place)
        return
    for number, item in enumerate(root.iter(f"{{{QTI}}}item"), start=1):
        question = {"place": place, "number": number}
        words = item.findtext(f"{{{QTI}}}presentation/{{{QTI}}}material/{{{QTI}}}mattext") or ""
        labels = [label.get("ident") for label in item.iter(f"{{{QTI}}}response_label")]
        if not words.strip() or len(labels) < 2:
            yield fault(Trap.QUESTION, _("Question %(number)d in %(place)s needs words and at least two answers."), **question)
        if len({(label or "").lower() for label in labels}) != len(labels):
            yield fault(
                Trap.IDENTIFIER, _("Question %(number)d in %(place)s has two answers with the same identifier."), **question
            )
        said = {feedback.get("ident") for feedback in item.iter(f"{{{QTI}}}itemfeedback")}
        if any(shown.get("linkrefid") not in said for shown in item.iter(f"{{{QTI}}}displayfeedback")):
            yield fault(Trap.IDENTIFIER, _("Question %(number)d in %(place)s shows words that are not there."), **question)
        if not _has_right_answer(item, set(labels)):
            yield fault(
                Trap.RIGHT_ANSWER, _("Question %(number)d in %(place)s has no right answer that a platform can find."), **question
            )
        for text in item.iter(f"{{{QTI}}}mattext"):
            yield from _fragment_faults(place, text.text or "")


def _has_right_answer(item: etree._Element, labels: set[str | None]) -> bool:
    """Whether the full score is given for labels that exist: exactly one, or several that are all marked case="Yes"."""
    fields = {
        field.findtext(f"{{{QTI}}}fieldlabel"): field.findtext(f"{{{QTI}}}fieldentry")
        for field in item.iter(f"{{{QTI}}}qtimetadatafield")
    }
    right = [
        equal
        for condition in item.iter(f"{{{QTI}}}respcondition")
        if condition.findtext(f"{{{QTI}}}setvar") == "100"
        for equal in condition.iter(f"{{{QTI}}}varequal")
        if etree.QName(equal.getparent()).localname != "not"
    ]
    if any(equal.text not in labels for equal in right):
        return False
    if fields.get("cc_profile") == MULTIPLE:
        return bool(right) and all(equal.get("case") == "Yes" for equal in right)
    return len(right) == 1


def _fragment_faults(place: str, text: str) -> Iterator[Fault]:
    document = _document(text.encode())
    if document is not None:
        yield from _markup_faults(place, document, path="", files=set())


def _document(content: bytes) -> html.HtmlElement | None:
    try:
        return html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        return None


def _markup_faults(place: str, document: html.HtmlElement, *, path: str, files: set[str]) -> Iterator[Fault]:
    for element in document.iter(etree.Element):
        if element.tag in STRIPPED_TAGS or _handlers(element):
            yield fault(
                Trap.STRIPPED_TAG, _("%(place)s has a <%(tag)s> that platforms strip or run."), place=place, tag=element.tag
            )
        if element.tag == "img" and element.get("alt") is None:
            yield fault(Trap.ALT, _("A picture in %(place)s has no alternative text."), place=place)
        for address in (element.get(name) for name in SHOWING if element.get(name) is not None):
            if not _leads_to_file(path, address, files):
                message = _("%(place)s shows “%(address)s”, which is not in the package.")
                yield fault(Trap.LINK, message, place=place, address=address)
        if element.tag in LINKING and element.get("href") is not None and not _is_link_out(element.get("href")):
            message = _("%(place)s links to “%(address)s”. Links in a package must be complete addresses.")
            yield fault(Trap.LINK, message, place=place, address=element.get("href"))


def _handlers(element: etree._Element) -> bool:
    return any(name.lower().startswith("on") for name in element.attrib)


def _leads_to_file(path: str, address: str, files: set[str]) -> bool:
    """Whether a relative address, as seen from the file `path`, is a picture of the package."""
    if FILEBASE in address or address.startswith("/"):
        return False
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address)))
    return target in files and not target.endswith((".html", ".htm"))


def _is_link_out(address: str) -> bool:
    """Whether a link is a complete address that leaves the package."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in LINK_SCHEMES and FILEBASE not in address and bool(parts.netloc or parts.path)


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in WEB_SCHEMES and bool(parts.netloc) and address.isascii() and not any(c.isspace() for c in address)
