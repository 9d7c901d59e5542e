"""Reads a finished ZIP as a school's computer does: everything that a page needs must be in it."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from lxml import etree, html

from kampanj.channels.contents import Contents
from kampanj.channels.lms.lint_content import picture_faults
from kampanj.channels.lms.lint_fault import Fault, Trap, fault
from kampanj.channels.lms.linter import PLAIN_NAME

NEEDED = ("index.html", "LAS-MIG.txt")
FETCHED = {"src", "poster", "data", "background"}
OUTWARD = {"http", "https", "mailto", "tel"}


def faults(package: bytes | Contents) -> list[Fault]:
    """Everything in an offline ZIP that would not work from disk; empty when it may be given out."""
    held = package if isinstance(package, Contents) else Contents(package)
    try:
        with held.open() as stream, zipfile.ZipFile(stream) as archive:
            broken = archive.testzip()
            if broken is None:
                return list(_faults(archive))
            error: object = broken
    except (zipfile.BadZipFile, zlib.error, OSError) as raised:
        error = raised
    return [fault(Trap.ARCHIVE, _("The package is not a readable ZIP archive: %(error)s."), error=error)]


def _faults(archive: zipfile.ZipFile) -> Iterator[Fault]:
    names = set(archive.namelist())
    for name in NEEDED:
        if name not in names:
            yield fault(Trap.MISSING_FILE, _("“%(file)s” is missing in the package."), file=name)
    for name in sorted(names):
        if not PLAIN_NAME.fullmatch(name) or ".." in name or "//" in name:
            message = _("The file name “%(file)s” has other characters than a–z, 0–9, “-”, “_” and “.”.")
            yield fault(Trap.FILE_NAME, message, file=name)
        if name.endswith(".html"):
            yield from _page_faults(name, archive.read(name), names)
        elif name.endswith(".svg"):
            yield from picture_faults(name, archive.read(name))
        elif name.endswith(".css") and any(mark in archive.read(name) for mark in (b"url(", b"@import")):
            yield fault(Trap.LINK, _("The style sheet “%(file)s” fetches other files."), file=name)


def _page_faults(name: str, content: bytes, names: set[str]) -> Iterator[Fault]:
    try:
        document = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        yield fault(Trap.XML, _("The page %(place)s is empty or cannot be read."), place=name)
        return
    if not document.get("lang"):
        yield fault(Trap.LANGUAGE, _("The page %(place)s does not say its language."), place=name)
    marks = {element.get("id") for element in document.iter(etree.Element)}
    for element in document.iter(etree.Element):
        if element.tag in ("iframe", "object", "embed", "base") or any(key.startswith("on") for key in element.attrib):
            message = _("%(place)s has a <%(tag)s> that platforms strip or run.")
            yield fault(Trap.STRIPPED_TAG, message, place=name, tag=element.tag)
        if element.tag == "img" and element.get("alt") is None:
            yield fault(Trap.ALT, _("A picture in %(place)s has no alternative text."), place=name)
        for key, address in element.attrib.items():
            if not _resolves(name, element.tag, key, address, names=names, marks=marks):
                message = _("%(place)s shows “%(address)s”, which is not in the package.")
                yield fault(Trap.LINK, message, place=name, address=address)


def _resolves(name: str, tag: str, key: str, address: str, *, names: set[str], marks: set[str | None]) -> bool:
    """Whether an attribute leads to a file of the ZIP or, where it is a link that a reader follows, out to the web."""
    if key == "srcset":
        return False
    if key not in FETCHED and key != "href":
        return True
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme or parts.netloc:
        return key == "href" and tag in ("a", "area") and parts.scheme in OUTWARD
    if not parts.path:
        return parts.fragment in marks
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) in names
