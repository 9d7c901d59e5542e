"""IMS Common Cartridge 1.1 (`.imscc`), the package that Moodle, Canvas and itslearning import.

The bytes depend on nothing but the package: the same edition gives the same file. Every file made is read by our own
linter before anybody gets it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from kampanj.channels.artifact import Artifact, Channel, ChannelError
from kampanj.channels.lms import qti, wording
from kampanj.channels.lms.linter import faults
from kampanj.channels.lms.manifest import WEB_CONTENT, Branch, Resource, manifest
from kampanj.channels.lms.package import Discussion, Item, Package, Page, Quiz, WebLink, package_of
from kampanj.channels.rich_text import without_controls
from kampanj.content.models import Edition

MEDIA_TYPE = "application/vnd.ims.imsccv1p1"
TOPIC = "http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1"
WEB_LINK = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
# Item → (resource type of the profile, folder, suffix). Every folder is one deep: pages address pictures as `../media/`.
KINDS: dict[type, tuple[str, str, str]] = {
    Page: (WEB_CONTENT, "pages", "html"),
    WebLink: ("imswl_xmlv1p1", "links", "xml"),
    Discussion: ("imsdt_xmlv1p1", "discussions", "xml"),
    Quiz: ("imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "quizzes", "xml"),
}
# The oldest time that a ZIP can hold: when a file was packed says nothing.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o100644 << 16
UNIX = 3


def render(edition: Edition) -> tuple[Artifact, ...]:
    """The cartridge of an edition. ChannelError, naming every fault, when no platform should be given it."""
    package = package_of(edition)
    content = write(package)
    found = faults(content)
    if found:
        raise ChannelError(
            _("No package was made of “%(title)s”. Correct this in the campaign and try again: %(faults)s")
            % {"title": package.title, "faults": " ".join(fault.message for fault in found)}
        )
    return (Artifact(name=file_name(package), media_type=MEDIA_TYPE, content=content),)


CHANNEL = Channel(name="cc11", label=gettext_lazy("Learning platform (Common Cartridge 1.1)"), render=render)  # for readers


def file_name(package: Package) -> str:
    """`<slug>-<language>.imscc` in ASCII."""
    return f"{slugify(package.slug) or 'kampanj'}-{slugify(package.language)}.imscc"


def write(package: Package) -> bytes:
    """The bytes of the cartridge: the manifest first, then the files in the manifest's order."""
    pictures = {
        file.path: Resource(identifier=f"picture_{number}", kind=WEB_CONTENT, path=file.path)
        for number, file in enumerate(package.files, start=1)
    }
    branches: list[Branch] = []
    contents: dict[str, bytes] = {}
    for number, section in enumerate(package.sections, start=1):
        leaves = []
        for place, item in enumerate(section.items, start=1):
            resource = _resource(item, f"{number}_{place}", pictures, teacher_only=section.teacher_only)
            leaves.append((item.title, resource))
            contents[resource.path] = _content(item, resource.identifier, package.language)
        branches.append(Branch(title=section.title, leaves=tuple(leaves)))
    resources = (*(resource for branch in branches for _title, resource in branch.leaves), *pictures.values())
    contents.update((file.path, file.content) for file in package.files)
    document = manifest(package, tuple(branches), resources, identifier=_identifier(package))
    return _zipped({"imsmanifest.xml": _serialised(document), **contents})


def _resource(item: Item, number: str, pictures: dict[str, Resource], *, teacher_only: bool) -> Resource:
    kind, folder, suffix = KINDS[type(item)]
    return Resource(
        identifier=f"resource_{number}",
        kind=kind,
        path=f"{folder}/{folder}_{number}.{suffix}",
        dependencies=tuple(pictures[file.path].identifier for file in item.files) if isinstance(item, Page) else (),
        is_page=isinstance(item, Page),
        teacher_only=teacher_only,
    )


def _content(item: Item, identifier: str, language: str) -> bytes:
    match item:
        case Page():
            return without_controls(item.html).encode()
        case WebLink():
            return _serialised(_web_link(item))
        case Discussion():
            return _serialised(_topic(item))
        case Quiz():
            return _serialised(qti.assessment(item, identifier=f"quiz_{identifier}", language=language))


def _web_link(link: WebLink) -> etree._Element:
    root = etree.Element(f"{{{WEB_LINK}}}webLink", nsmap={None: WEB_LINK})
    etree.SubElement(root, f"{{{WEB_LINK}}}title").text = wording.title(link.title)
    etree.SubElement(root, f"{{{WEB_LINK}}}url", href=wording.address(link.url))
    return root


def _topic(discussion: Discussion) -> etree._Element:
    root = etree.Element(f"{{{TOPIC}}}topic", nsmap={None: TOPIC})
    etree.SubElement(root, f"{{{TOPIC}}}title").text = wording.title(discussion.title)
    etree.SubElement(root, f"{{{TOPIC}}}text", texttype="text/html").text = wording.block_html(discussion.text)
    return root


def _identifier(package: Package) -> str:
    """The same for every edition of a campaign in one language, so that a platform can tell a new one from another."""
    name = without_controls(f"{package.slug}:{package.language}")
    return f"kampanj_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _zipped(contents: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in _entries(contents):
            archive.writestr(info, content)
    return stream.getvalue()


def _entries(contents: dict[str, bytes]) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    for path, content in contents.items():
        info = zipfile.ZipInfo(path, date_time=LONG_AGO)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = UNIX
        info.external_attr = READABLE_FILE
        yield info, content
