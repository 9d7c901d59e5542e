"""Our own reader of finished cartridges: what the schemas let through and some learning platform does not.

Each rule is a trap that an importer has; see `Trap`. The linter trusts nothing but the bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from kampanj.channels.lms.lint_content import discussion_faults, page_faults, picture_faults, quiz_faults, web_link_faults
from kampanj.channels.lms.lint_fault import Fault, Trap, fault, parsed
from kampanj.channels.lms.manifest import CP, SCHEMA, SCHEMA_VERSION, WEB_CONTENT

MANIFEST = "imsmanifest.xml"
HEAD = 1024
TITLE_LIMIT = 255
NC_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# Folder and file names that every platform can unpack and link to without escaping.
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*")
TYPED = {
    "imsdt_xmlv1p1": discussion_faults,
    "imswl_xmlv1p1": web_link_faults,
    "imsqti_xmlv1p2/imscc_xmlv1p1/assessment": quiz_faults,
}


def faults(package_bytes: bytes) -> list[Fault]:
    """Everything in a cartridge that some platform would refuse, lose or break; empty when it may be given out."""
    try:
        with zipfile.ZipFile(io.BytesIO(package_bytes)) as archive:
            names = archive.namelist()
            contents = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        return [fault(Trap.ARCHIVE, _("The package is not a readable ZIP archive: %(error)s."), error=error)]
    found = list(_archive_faults(names))
    if MANIFEST not in contents:
        return found
    found.extend(_head_faults(contents[MANIFEST]))
    root = parsed(contents[MANIFEST])
    if root is None:
        return [*found, fault(Trap.XML, _("%(file)s is not well-formed XML."), file=MANIFEST)]
    found.extend(_tree_faults(root))
    found.extend(_identifier_faults(root))
    found.extend(_resource_faults(root, contents))
    found.extend(_content_faults(root, contents))
    return found


def _archive_faults(names: list[str]) -> Iterator[Fault]:
    if not names or names[0] != MANIFEST:
        yield fault(Trap.MANIFEST_FIRST, _("%(file)s is not the first file of the package."), file=MANIFEST)
    for name, times in Counter(names).items():
        if times > 1:
            yield fault(Trap.ARCHIVE, _("The file “%(file)s” is in the package more than once."), file=name)
        if not PLAIN_NAME.fullmatch(name) or ".." in name or "//" in name:
            yield fault(
                Trap.FILE_NAME, _("The file name “%(file)s” has other characters than a–z, 0–9, “-”, “_” and “.”."), file=name
            )
        if name != MANIFEST and name.endswith(MANIFEST):
            yield fault(Trap.MANIFEST_FIRST, _("There is a second manifest: “%(file)s”."), file=name)


def _head_faults(manifest: bytes) -> Iterator[Fault]:
    head = manifest[:HEAD]
    marks = (f'xmlns="{CP}"', f"<schema>{SCHEMA}</schema>", f"<schemaversion>{SCHEMA_VERSION}</schemaversion>")
    for mark in marks:
        if mark.encode() not in head:
            yield fault(Trap.HEAD, _("“%(mark)s” is not within the manifest's first %(count)d bytes."), mark=mark, count=HEAD)


def _tree_faults(root: etree._Element) -> Iterator[Fault]:
    trunks = root.findall(f"{{{CP}}}organizations/{{{CP}}}organization/{{{CP}}}item")
    if len(trunks) != 1:
        yield fault(Trap.ROOT_ITEM, _("The manifest has %(count)d root items; there must be exactly one."), count=len(trunks))
    for trunk in trunks:
        if trunk.find(f"{{{CP}}}title") is not None:
            yield fault(Trap.ROOT_ITEM, _("The manifest's root item has a title; it must have none."))
        for section in trunk.findall(f"{{{CP}}}item"):
            yield from _title_faults(section, forbidden="<>&")
            for leaf in section.iterdescendants(f"{{{CP}}}item"):
                yield from _title_faults(leaf, forbidden="<>")


def _title_faults(item: etree._Element, *, forbidden: str) -> Iterator[Fault]:
    title = (item.findtext(f"{{{CP}}}title") or "").strip()
    if not title:
        yield fault(Trap.TITLE, _("The item %(item)s has no title."), item=item.get("identifier"))
    if len(title) > TITLE_LIMIT:
        yield fault(
            Trap.TITLE, _("The title “%(title)s…” is longer than %(count)d characters."), title=title[:40], count=TITLE_LIMIT
        )
    if set(forbidden) & set(title):
        yield fault(Trap.TITLE, _("The title “%(title)s” has a tag or a character that stands for one."), title=title)


def _identifier_faults(root: etree._Element) -> Iterator[Fault]:
    identifiers = [element.get("identifier") for element in root.iter(etree.Element) if element.get("identifier") is not None]
    for identifier in identifiers:
        if not NC_NAME.fullmatch(identifier):
            yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is not a valid xs:ID."), identifier=identifier)
    for identifier in (identifier for identifier, times in Counter(identifiers).items() if times > 1):
        yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is used more than once."), identifier=identifier)
    resources = {resource.get("identifier") for resource in root.iter(f"{{{CP}}}resource")}
    for element in root.iter(etree.Element):
        target = element.get("identifierref")
        if target is not None and target not in resources:
            yield fault(
                Trap.IDENTIFIER, _("The manifest refers to a resource that is not there: “%(identifier)s”."), identifier=target
            )


def _resource_faults(root: etree._Element, contents: dict[str, bytes]) -> Iterator[Fault]:
    listed: set[str] = set()
    for resource in root.iter(f"{{{CP}}}resource"):
        files = [file.get("href", "") for file in resource.findall(f"{{{CP}}}file")]
        listed.update(files)
        if not files:
            yield fault(Trap.MISSING_FILE, _("The resource %(resource)s has no file."), resource=resource.get("identifier"))
        if resource.get("href") is not None and resource.get("href") not in files:
            yield fault(
                Trap.MISSING_FILE,
                _("The resource %(resource)s starts in a file that it does not list."),
                resource=resource.get("identifier"),
            )
    for file in sorted(listed - set(contents)):
        yield fault(Trap.MISSING_FILE, _("The manifest lists “%(file)s”, which is not in the package."), file=file)
    for file in sorted(set(contents) - listed - {MANIFEST}):
        yield fault(Trap.UNLISTED_FILE, _("“%(file)s” is in the package but not in the manifest."), file=file)


def _content_faults(root: etree._Element, contents: dict[str, bytes]) -> Iterator[Fault]:
    """What is wrong inside the files, each read as its resource's type says and called by its item's title."""
    titles = {item.get("identifierref"): item.findtext(f"{{{CP}}}title") for item in root.iter(f"{{{CP}}}item")}
    for resource in root.iter(f"{{{CP}}}resource"):
        kind, title = resource.get("type", ""), titles.get(resource.get("identifier"))
        for file in resource.findall(f"{{{CP}}}file"):
            path = file.get("href", "")
            if path not in contents:
                continue  # Named by _resource_faults.
            place = f"“{title}” ({path})" if title else path
            if kind in TYPED:
                yield from TYPED[kind](place, contents[path])
            elif kind == WEB_CONTENT and path.endswith((".html", ".htm")):
                yield from page_faults(place, contents[path], path=path, files=set(contents))
            elif kind == WEB_CONTENT and path.endswith(".svg"):
                yield from picture_faults(place, contents[path])
