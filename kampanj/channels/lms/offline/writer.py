"""A ZIP whose `index.html` works from disk: every page, the pictures, the quiz, the PDFs, and the teacher's part by itself.

Pupils' pages lie in `pages/`, what only the teacher should read in `larare/`, so that one folder can be kept back. Nothing in
the pages asks the network for anything; links to the web are marked as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import html

from kampanj.channels.artifact import Artifact, Channel
from kampanj.channels.contents import Contents
from kampanj.channels.lms.archive import zipped
from kampanj.channels.lms.bundle import bundle_of
from kampanj.channels.lms.common_cartridge import refuse_faulty, stem
from kampanj.channels.lms.offline.linter import faults
from kampanj.channels.lms.package import Discussion, Package, Page, Part, Quiz, Section, WebLink
from kampanj.channels.pressroom import press
from kampanj.channels.rich_text import without_controls
from kampanj.content.models import Edition
from kampanj.municipality.look import colour_css

HERE = Path(__file__).parent
INDEX, README = "index.html", "LAS-MIG.txt"
PUPILS, TEACHERS, LOOK = "pages", "larare", "look"
MEDIA_TYPE = "application/zip"
# Notepad takes a file without it for another encoding.
BYTE_ORDER_MARK = "\ufeff"


def render(edition: Edition) -> tuple[Artifact, ...]:
    """The ZIP of an edition. ChannelError when a picture cannot be read or our linter finds a fault."""
    return render_together((edition,))


def render_together(editions: tuple[Edition, ...]) -> tuple[Artifact, ...]:
    """One ZIP of several languages, each with a contents page of its own."""
    package = bundle_of(*editions)
    made = written(package, editions)
    refuse_faulty(package, faults(made))
    return (Artifact(f"{stem(package)}-offline.zip", MEDIA_TYPE, made.open),)


CHANNEL = Channel(
    "offline",
    gettext_lazy("To open without network (ZIP)"),  # for readers
    render,
    render_together=render_together,
    depends_on=press.what_is_installed,
)


@dataclass
class Leaf:
    """A page of the ZIP: where it lies, what it is called, what stands in it."""

    path: str
    title: str
    template: str = "page"
    context: dict[str, Any] = field(default_factory=dict)


@dataclass
class Chapter:
    """A heading of the contents page: pages, PDFs (title, path) and links to the web (title, address)."""

    title: str
    leaves: list[Leaf] = field(default_factory=list)
    papers: list[tuple[str, str]] = field(default_factory=list)
    links: list[WebLink] = field(default_factory=list)


def written(package: Package, editions: tuple[Edition, ...]) -> Contents:
    """The ZIP of a bundle made of `editions` (the first one's language first)."""
    first = editions[0]
    files: dict[str, Contents] = {}
    tongues = [Tongue(package, edition, first=first) for edition in editions]
    files[README] = Contents(_readme(tongues))
    for tongue in tongues:
        files.update((path, Contents(without_controls(text).encode())) for path, text in tongue.drawn(tongues))
    styles = (HERE / "style.css").read_text(encoding="utf-8") + colour_css(first.municipality)
    files[f"{LOOK}/style.css"] = Contents(styles.encode())
    files[f"{LOOK}/quiz.js"] = Contents((HERE / "quiz.js").read_bytes())
    files.update((file.path, file) for file in package.files)
    for section in package.sections:
        files.update((_paper_path(section, attached.file.path), attached.file) for attached in section.attachments)
    order = [INDEX, README]
    return zipped([*((path, files[path]) for path in order), *sorted((p, c) for p, c in files.items() if p not in order)])


def _paper_path(section: Section, path: str) -> str:
    return f"{TEACHERS}/{PurePosixPath(path).name}" if section.teacher_only else path


class Tongue:
    """One language of the ZIP."""

    def __init__(self, package: Package, edition: Edition, *, first: Edition) -> None:
        self.edition = edition
        self.campaign = edition.campaign
        self.language = edition.language
        self.mark = edition.language.lower()
        suffix = "" if edition is first else f"-{self.mark}"
        self.index = f"index{suffix}.html"
        self.teachers_index = f"{TEACHERS}/index{suffix}.html"
        sections = [section for section in package.sections if section.language == edition.language]
        self.cover = _cover(sections)
        with translation.override(edition.language):
            self.chapters = [self._chapter(section) for section in sections if not section.teacher_only]
            self.guide = [self._chapter(section) for section in sections if section.teacher_only]

    def drawn(self, tongues: list[Tongue]) -> Iterator[tuple[str, str]]:
        """(path, HTML) of every page; the contents pages lead to those of the other `tongues`."""
        switch = [(tongue.edition, tongue.index) for tongue in tongues]
        leaves = [leaf for chapter in self.chapters for leaf in chapter.leaves]
        yield self.index, self._draw("index", self.index, chapters=self.chapters, cover=self.cover, switch=switch)
        yield from self._pages(leaves, home=self.index)
        if self.guide:
            guides = [(tongue.edition, tongue.teachers_index) for tongue in tongues if tongue.guide]
            yield self.teachers_index, self._draw("teacher", self.teachers_index, chapters=self.guide, switch=guides)
            yield from self._pages([leaf for chapter in self.guide for leaf in chapter.leaves], home=self.teachers_index)

    def readme(self) -> str:
        """This language's part of LAS-MIG.txt."""
        return self._rendered("readme.txt", chapters=self.chapters, guide=self.guide, index=self.index)

    def _pages(self, leaves: list[Leaf], *, home: str) -> Iterator[tuple[str, str]]:
        for before, leaf, after in zip([None, *leaves], leaves, [*leaves[1:], None], strict=False):
            around = {"before": before, "after": after, "home": home, "leaf": leaf}
            yield leaf.path, self._draw(leaf.template, leaf.path, **around, **leaf.context)

    def _draw(self, template: str, path: str, **context: Any) -> str:
        return self._rendered(f"{template}.html", up="../" * path.count("/"), own=path, **context)

    def _rendered(self, template: str, **context: Any) -> str:
        shared = {
            "edition": self.edition,
            "page": self.campaign,
            "municipality": self.edition.municipality,
            "language": self.language,
        }
        with translation.override(self.language):
            return render_to_string(f"kampanj/lms/offline/{template}", {**shared, **context})

    def _chapter(self, section: Section) -> Chapter:
        """The section as pages: its own, one for all its questions to talk about, one for each quiz."""
        chapter = Chapter(title=section.title.removeprefix(f"{self.edition.language_name}: "))
        folder = TEACHERS if section.teacher_only else PUPILS
        talks = [item for item in section.items if isinstance(item, Discussion)]
        if talks:
            path = f"{folder}/{self.mark}-talk.html"
            chapter.leaves.append(Leaf(path, _("Talk about"), "talk", {"talks": talks}))  # for readers
        for number, item in enumerate(section.items, start=1):
            path = f"{folder}/{self.mark}-{section.part.value}-{number}.html"
            match item:
                case Page():
                    if section.part is not Part.FOLDER or number > 1:  # The first one is the contents page itself.
                        chapter.leaves.append(Leaf(path, item.title, context={"body": mark_safe(_body(item))}))
                case Quiz():
                    chapter.leaves.append(Leaf(path, item.title, "quiz", {"quiz": item}))
                case WebLink():
                    chapter.links.append(item)
        chapter.papers = [(attached.title, _paper_path(section, attached.file.path)) for attached in section.attachments]
        return chapter


def _cover(sections: list[Section]) -> str:
    """The first picture of the folder's first page, addressed from the root; empty when there is none."""
    start = next((item for section in sections for item in section.items if isinstance(item, Page)), None)
    image = html.document_fromstring(start.html).find(".//img") if start else None
    if image is None:
        return ""
    image.set("src", image.get("src").removeprefix("../"))
    image.attrib.pop("style", None)  # Our own style sheet is here; a platform's is not.
    image.tail = None
    return mark_safe(html.tostring(image, encoding="unicode"))


def _body(page: Page) -> str:
    """What stands in a page, as HTML."""
    return "".join(html.tostring(child, encoding="unicode") for child in page.body())


def _readme(tongues: list[Tongue]) -> bytes:
    text = ("\n" + "=" * 60 + "\n\n").join(tongue.readme().strip() + "\n" for tongue in tongues)
    return (BYTE_ORDER_MARK + without_controls(text).replace("\n", "\r\n")).encode()
