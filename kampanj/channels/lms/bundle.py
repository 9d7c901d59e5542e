"""From editions to what leaves: the languages of a campaign in one package, with its papers attached."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _

from kampanj.channels.contents import File
from kampanj.channels.lms import paper
from kampanj.channels.lms.package import Attachment, Package, Part, Section, package_of
from kampanj.channels.pressroom import press
from kampanj.content.models import Edition

FOLDER = "files"


def bundle_of(*editions: Edition, with_pages: bool = True) -> Package:
    """The package of an edition, or of several languages: each language's sections by themselves, the first one's words.

    The folder and the teacher's guide are attached as PDFs where they can be made here. Without pages nothing is drawn, so that
    a missing picture stops no form that shows none. ChannelError when a picture cannot be read.
    """
    packages = [package_of(edition, with_pages=with_pages) for edition in editions]
    if with_pages and press.can_print():
        packages = [_with_papers(package, edition) for package, edition in zip(packages, editions, strict=True)]
    first = packages[0]
    if len(packages) == 1:
        return first
    return replace(
        first,
        languages=tuple(edition.language for edition in editions),
        keywords=tuple(dict.fromkeys(word for package in packages for word in package.keywords)),
        rights=" ".join(dict.fromkeys(package.rights for package in packages)),
        sections=tuple(
            replace(section, title=f"{edition.language_name}: {section.title}")
            for package, edition in zip(packages, editions, strict=True)
            for section in package.sections
        ),
    )


def _with_papers(package: Package, edition: Edition) -> Package:
    return replace(package, sections=tuple(_with_paper(section, edition) for section in package.sections))


def _with_paper(section: Section, edition: Edition) -> Section:
    with translation.override(edition.language):
        match section.part:
            case Part.FOLDER:
                title, name, channel = _("The folder to print (PDF)"), "folder", paper.FOLDER_CHANNEL  # for readers
            case Part.TEACHER:
                title, name, channel = _("The teacher's guide to print (PDF)"), "larare", paper.GUIDE_CHANNEL  # for readers
            case _:
                return section
    file = File(f"{FOLDER}/{name}-{edition.language.lower()}.pdf", press.PDF, paper.opener(channel, edition))
    return replace(section, attachments=(*section.attachments, Attachment(title=title, file=file)))
