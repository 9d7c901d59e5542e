"""Our own reader of finished cartridges: what the schemas let through and some learning platform does not.

Each rule is a trap that an importer has; see `Trap`. The linter trusts nothing but the bytes.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from lxml import etree

from kampanj.channels.contents import Contents
from kampanj.channels.lms.lint_content import discussion_faults, page_faults, picture_faults, quiz_faults, web_link_faults
from kampanj.channels.lms.lint_fault import Fault, Trap, fault, parsed
from kampanj.channels.lms.package import Discussion, Item, Page, Quiz, WebLink
from kampanj.channels.lms.profiles import CC11, WEB_CONTENT, Profile
from kampanj.municipality.quoting import quoted

MANIFEST = "imsmanifest.xml"
HEAD = 1024
TITLE_LIMIT = 255
NC_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# Folder and file names that every platform can unpack and link to without escaping.
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*")
TYPED: dict[type[Item], Callable[[str, bytes], Iterator[Fault]]] = {
    Discussion: discussion_faults,
    WebLink: web_link_faults,
    Quiz: quiz_faults,
}


def faults(package: bytes | Contents, profile: Profile = CC11) -> list[Fault]:
    """Everything in a cartridge that some platform would refuse, lose or break; empty when it may be given out.

    Every byte is read; only pages, XML and drawings are held, one at a time.
    """
    held = package if isinstance(package, Contents) else Contents(package)
    try:
        with held.open() as stream, zipfile.ZipFile(stream) as archive:
            return _faults(archive, profile)
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        return [fault(Trap.ARCHIVE, _("The package is not a readable ZIP archive: %(error)s."), error=error)]


def _faults(archive: zipfile.ZipFile, profile: Profile) -> list[Fault]:
    names = archive.namelist()
    broken = archive.testzip()
    if broken is not None:
        return [fault(Trap.ARCHIVE, _("The package is not a readable ZIP archive: %(error)s."), error=broken)]
    found = list(_archive_faults(names))
    if MANIFEST not in names:
        return found
    manifest = archive.read(MANIFEST)
    found.extend(_head_faults(manifest, profile))
    root = parsed(manifest)
    if root is None:
        return [*found, fault(Trap.XML, _("%(file)s is not well-formed XML."), file=MANIFEST)]
    return [*found, *_Reader(root, archive, profile).faults()]


def _archive_faults(names: list[str]) -> Iterator[Fault]:
    yield from name_faults(names)
    for name in dict.fromkeys(names):
        if name != MANIFEST and name.endswith(MANIFEST):
            yield fault(Trap.MANIFEST_FIRST, _("There is a second manifest: “%(file)s”."), file=name)


def name_faults(names: list[str]) -> Iterator[Fault]:
    """What is wrong with the files' names and their order, in a package of any form."""
    if not names or names[0] != MANIFEST:
        yield fault(Trap.MANIFEST_FIRST, _("%(file)s is not the first file of the package."), file=MANIFEST)
    for name, times in Counter(names).items():
        if times > 1:
            yield fault(Trap.ARCHIVE, _("The file “%(file)s” is in the package more than once."), file=name)
        if not PLAIN_NAME.fullmatch(name) or ".." in name or "//" in name:
            yield fault(
                Trap.FILE_NAME, _("The file name “%(file)s” has other characters than a–z, 0–9, “-”, “_” and “.”."), file=name
            )


def _head_faults(manifest: bytes, profile: Profile) -> Iterator[Fault]:
    head = manifest[:HEAD]
    marks = (
        f'xmlns="{profile.cp}"',
        f"<schema>{profile.schema}</schema>",
        f"<schemaversion>{profile.version}</schemaversion>",
    )
    for mark in marks:
        if mark.encode() not in head:
            yield fault(Trap.HEAD, _("“%(mark)s” is not within the manifest's first %(count)d bytes."), mark=mark, count=HEAD)


def _identifier_faults(root: etree._Element) -> Iterator[Fault]:
    identifiers = [element.get("identifier") for element in root.iter(etree.Element) if element.get("identifier") is not None]
    for identifier in identifiers:
        if not NC_NAME.fullmatch(identifier):
            yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is not a valid xs:ID."), identifier=identifier)
    for identifier in (identifier for identifier, times in Counter(identifiers).items() if times > 1):
        yield fault(Trap.IDENTIFIER, _("The identifier “%(identifier)s” is used more than once."), identifier=identifier)
    resources = {resource.get("identifier") for resource in root.iter("{*}resource")}
    for element in root.iter(etree.Element):
        target = element.get("identifierref")
        if target is not None and target not in resources:
            yield fault(
                Trap.IDENTIFIER, _("The manifest refers to a resource that is not there: “%(identifier)s”."), identifier=target
            )


class _Reader:
    """Follows a manifest through an archive, in the namespaces of one profile."""

    def __init__(self, root: etree._Element, archive: zipfile.ZipFile, profile: Profile) -> None:
        self.root = root
        self.archive = archive
        self.profile = profile
        self.names = set(archive.namelist())

    def faults(self) -> Iterator[Fault]:
        """What is wrong in the tree, the identifiers, the list of files and the files."""
        yield from self._tree_faults()
        yield from _identifier_faults(self.root)
        yield from self._resource_faults()
        yield from self._content_faults()

    def _cp(self, path: str) -> str:
        return "/".join(f"{{{self.profile.cp}}}{name}" for name in path.split("/"))

    def _tree_faults(self) -> Iterator[Fault]:
        trunks = self.root.findall(self._cp("organizations/organization/item"))
        if len(trunks) != 1:
            yield fault(Trap.ROOT_ITEM, _("The manifest has %(count)d root items; there must be exactly one."), count=len(trunks))
        for trunk in trunks:
            if trunk.find(self._cp("title")) is not None:
                yield fault(Trap.ROOT_ITEM, _("The manifest's root item has a title; it must have none."))
            for section in trunk.findall(self._cp("item")):
                yield from self._title_faults(section, forbidden="<>&")
                for leaf in section.iterdescendants(self._cp("item")):
                    yield from self._title_faults(leaf, forbidden="<>")

    def _title_faults(self, item: etree._Element, *, forbidden: str) -> Iterator[Fault]:
        title = (item.findtext(self._cp("title")) or "").strip()
        if not title:
            yield fault(Trap.TITLE, _("The item %(item)s has no title."), item=item.get("identifier"))
        if len(title) > TITLE_LIMIT:
            yield fault(
                Trap.TITLE, _("The title “%(title)s…” is longer than %(count)d characters."), title=title[:40], count=TITLE_LIMIT
            )
        if set(forbidden) & set(title):
            yield fault(Trap.TITLE, _("The title “%(title)s” has a tag or a character that stands for one."), title=title)

    def _resource_faults(self) -> Iterator[Fault]:
        listed: set[str] = set()
        for resource in self.root.iter(self._cp("resource")):
            name = resource.get("identifier")
            files = [file.get("href", "") for file in resource.findall(self._cp("file"))]
            listed.update(files)
            if not files:
                yield fault(Trap.MISSING_FILE, _("The resource %(resource)s has no file."), resource=name)
            if resource.get("href") is not None and resource.get("href") not in files:
                message = _("The resource %(resource)s starts in a file that it does not list.")
                yield fault(Trap.MISSING_FILE, message, resource=name)
            yield from self._kind_faults(resource)
        for file in sorted(listed - self.names):
            yield fault(Trap.MISSING_FILE, _("The manifest lists “%(file)s”, which is not in the package."), file=file)
        for file in sorted(self.names - listed - {MANIFEST}):
            yield fault(Trap.UNLISTED_FILE, _("“%(file)s” is in the package but not in the manifest."), file=file)

    def _kind_faults(self, resource: etree._Element) -> Iterator[Fault]:
        kind = resource.get("type", "")
        if self.profile.item_of(kind) not in self.profile.holds:
            message = _("The resource %(resource)s is of a kind that this form of package does not hold: “%(kind)s”.")
            yield fault(Trap.KIND, message, resource=resource.get("identifier"), kind=kind)

    def _content_faults(self) -> Iterator[Fault]:
        """What is wrong inside the files, each read as its resource's type says and called by its item's title."""
        titles = {item.get("identifierref"): item.findtext(self._cp("title")) for item in self.root.iter(self._cp("item"))}
        for resource in self.root.iter(self._cp("resource")):
            kind, title = resource.get("type", ""), titles.get(resource.get("identifier"))
            for file in resource.findall(self._cp("file")):
                path = file.get("href", "")
                if path in self.names:  # Else named by _resource_faults.
                    yield from self._file_faults(kind, path, f"{quoted(title)} ({path})" if title else path)

    def _file_faults(self, kind: str, path: str, place: str) -> Iterator[Fault]:
        typed = TYPED.get(self.profile.item_of(kind) or Page)
        if typed is not None:
            yield from typed(place, self.archive.read(path))
        elif kind == WEB_CONTENT and path.endswith((".html", ".htm")):
            yield from page_faults(place, self.archive.read(path), path=path, files=self.names)
        elif kind == WEB_CONTENT and path.endswith(".svg"):
            yield from picture_faults(place, self.archive.read(path))
