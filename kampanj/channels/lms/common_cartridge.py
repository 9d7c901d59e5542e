"""IMS Common Cartridge (`.imscc`), the package that Moodle (1.1), Canvas and itslearning (1.1 to 1.3) import.

The bytes depend on nothing but the package: the same edition gives the same file. Every file made is read by our own
linter before anybody gets it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from kampanj.channels.artifact import Artifact, Channel, ChannelError
from kampanj.channels.contents import Contents
from kampanj.channels.lms import qti, wording
from kampanj.channels.lms.archive import zipped
from kampanj.channels.lms.bundle import bundle_of
from kampanj.channels.lms.lint_fault import Fault
from kampanj.channels.lms.linter import faults
from kampanj.channels.lms.manifest import Branch, Resource, manifest
from kampanj.channels.lms.package import Attachment, Discussion, Item, Package, Page, Quiz, Section, WebLink
from kampanj.channels.lms.profiles import CC11, CC13, PLACES, THIN, WEB_CONTENT, Profile
from kampanj.channels.pressroom import press
from kampanj.channels.rich_text import without_controls
from kampanj.content.models import Edition

Leaf = tuple[str, Resource, Contents]


def render(edition: Edition, profile: Profile = CC11) -> tuple[Artifact, ...]:
    """The cartridge of an edition. ChannelError, naming every fault, when no platform should be given it."""
    return render_together((edition,), profile)


def render_together(editions: tuple[Edition, ...], profile: Profile = CC11) -> tuple[Artifact, ...]:
    """One cartridge of several languages of a campaign, each with sections of its own."""
    package = bundle_of(*editions, with_pages=Page in profile.holds)
    made = written(package, profile)
    refuse_faulty(package, faults(made, profile))
    return (Artifact(name=file_name(package, profile), media_type=profile.media_type, content=made.open),)


def channel_of(name: str, label: Any, profile: Profile) -> Channel:
    """The channel that writes cartridges of a profile."""
    return Channel(
        name=name,
        label=label,
        render=partial(render, profile=profile),
        render_together=partial(render_together, profile=profile),
        depends_on=press.what_is_installed,
    )


CHANNEL = channel_of("cc11", gettext_lazy("Learning platform (Common Cartridge 1.1)"), CC11)  # for readers
NEWER = channel_of("cc13", gettext_lazy("Learning platform (Common Cartridge 1.3)"), CC13)  # for readers
LINKS_ONLY = channel_of("thincc", gettext_lazy("Links for the learning platform (Thin Common Cartridge)"), THIN)  # for readers


def refuse_faulty(package: Package, found: list[Fault]) -> None:
    """ChannelError, naming every fault, when there are any."""
    if found:
        raise ChannelError(
            _("No package was made of “%(title)s”. Correct this in the campaign and try again: %(faults)s")
            % {"title": package.title, "faults": " ".join(fault.message for fault in found)}
        )


def stem(package: Package) -> str:
    """`<slug>-<languages>` in ASCII: what every file of a package is called by."""
    return f"{slugify(package.slug) or 'kampanj'}-{'-'.join(slugify(language) for language in package.all_languages)}"


def file_name(package: Package, profile: Profile = CC11) -> str:
    """`<slug>-<languages>.imscc` in ASCII; another profile than the usual one stands before the dot."""
    return f"{stem(package)}{MARKS[profile]}.imscc"


MARKS = {CC11: "", CC13: "-cc13", THIN: "-thin"}


def write(package: Package, profile: Profile = CC11) -> bytes:
    """The bytes of the cartridge at once; see `written`."""
    return written(package, profile).content


def written(package: Package, profile: Profile = CC11) -> Contents:
    """The cartridge: the manifest first, then the files in the manifest's order."""
    package = _held(package, profile)
    pictures = {
        file.path: Resource(identifier=f"picture_{number}", kind=WEB_CONTENT, path=file.path)
        for number, file in enumerate(package.files, start=1)
    }
    branches: list[Branch] = []
    leaves: list[Leaf] = []
    for number, section in enumerate(package.sections, start=1):
        own = _leaves(section, str(number), pictures, profile=profile, language=section.language or package.language)
        branches.append(Branch(title=section.title, leaves=tuple((title, resource) for title, resource, _held in own)))
        leaves.extend(own)
    resources = (*(resource for _title, resource, _contents in leaves), *pictures.values())
    document = manifest(package, profile, tuple(branches), resources, identifier=_identifier(package))
    files = {resource.path: contents for _title, resource, contents in leaves}
    files.update({file.path: file for file in package.files})
    return zipped([("imsmanifest.xml", Contents(_serialised(document))), *files.items()])


def _held(package: Package, profile: Profile) -> Package:
    """The package without what the profile cannot carry."""
    if len(profile.holds) == len(PLACES):
        return package
    kept = (
        replace(section, items=tuple(item for item in section.items if isinstance(item, profile.holds)), attachments=())
        for section in package.sections
    )
    return replace(package, sections=tuple(section for section in kept if section.items))


def _leaves(section: Section, number: str, pictures: dict[str, Resource], *, profile: Profile, language: str) -> list[Leaf]:
    found: list[Leaf] = []
    for place, item in enumerate(section.items, start=1):
        resource = _resource(item, f"{number}_{place}", pictures, profile=profile, teacher_only=section.teacher_only)
        found.append((item.title, resource, Contents(_content(item, resource.identifier, language, profile))))
    for place, attachment in enumerate(section.attachments, start=1):
        resource = _attached(attachment, f"attached_{number}_{place}", teacher_only=section.teacher_only)
        found.append((attachment.title, resource, attachment.file))
    return found


def _resource(item: Item, number: str, pictures: dict[str, Resource], *, profile: Profile, teacher_only: bool) -> Resource:
    folder, suffix = PLACES[type(item)]
    return Resource(
        identifier=f"resource_{number}",
        kind=profile.kind(type(item)),
        path=f"{folder}/{folder}_{number}.{suffix}",
        dependencies=tuple(pictures[file.path].identifier for file in item.files) if isinstance(item, Page) else (),
        is_page=isinstance(item, Page),
        teacher_only=teacher_only,
    )


def _attached(attachment: Attachment, identifier: str, *, teacher_only: bool) -> Resource:
    return Resource(identifier=identifier, kind=WEB_CONTENT, path=attachment.file.path, is_page=True, teacher_only=teacher_only)


def _content(item: Item, identifier: str, language: str, profile: Profile) -> bytes:
    match item:
        case Page():
            return without_controls(item.html).encode()
        case WebLink():
            return _serialised(_web_link(item, profile.web_link))
        case Discussion():
            return _serialised(_topic(item, profile.topic, language))
        case Quiz():
            return _serialised(qti.assessment(item, identifier=f"quiz_{identifier}", language=language))


def _web_link(link: WebLink, namespace: str) -> etree._Element:
    root = etree.Element(f"{{{namespace}}}webLink", nsmap={None: namespace})
    etree.SubElement(root, f"{{{namespace}}}title").text = wording.title(link.title)
    etree.SubElement(root, f"{{{namespace}}}url", href=wording.address(link.url))
    return root


def _topic(discussion: Discussion, namespace: str, language: str) -> etree._Element:
    root = etree.Element(f"{{{namespace}}}topic", nsmap={None: namespace})
    etree.SubElement(root, f"{{{namespace}}}title").text = wording.title(discussion.title)
    etree.SubElement(root, f"{{{namespace}}}text", texttype="text/html").text = wording.block_html(discussion.text, language)
    return root


def _identifier(package: Package) -> str:
    """The same for every edition of a campaign in one language, so that a platform can tell a new one from another."""
    name = without_controls(f"{package.slug}:{'-'.join(package.all_languages)}")
    return f"kampanj_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
