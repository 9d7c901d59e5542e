"""What a school gets, before any format: one model that every writer of learning-platform packages starts from.

`package_of(edition)` fills it in the edition's language. Every page is a whole HTML document meant to lie exactly one
folder below the package's root, because its pictures are addressed as `../media/…`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from lxml.html import HtmlElement, document_fromstring

from kampanj.channels.contents import File
from kampanj.channels.lms.pictures import Shelf
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.help_lines.shown import ShownLine
from kampanj.content.models import Edition

TITLE_OF_QUESTION = 120


@dataclass(frozen=True)
class Page:
    """A whole HTML document and the files that it shows."""

    title: str
    html: str
    files: tuple[File, ...] = ()

    def body(self) -> HtmlElement:
        """What stands in the page, as a new element, without its foot (the rule and what comes after it)."""
        held = document_fromstring(self.html).find("body/div")
        for rule in held.findall("hr"):
            for element in [*rule.itersiblings(), rule]:
                element.drop_tree()
        return held


@dataclass(frozen=True)
class WebLink:
    """An address on the web (http or https)."""

    title: str
    url: str


@dataclass(frozen=True)
class Discussion:
    """A question for the class; `text` is plain, paragraphs are separated by a blank line."""

    title: str
    text: str


@dataclass(frozen=True)
class Alternative:
    """One answer; `feedback` (may be empty) is for whoever chose it. All plain text."""

    text: str
    correct: bool
    feedback: str = ""


@dataclass(frozen=True)
class Question:
    """A question with its answers; `explanation` (may be empty) is shown after the answer. All plain text."""

    text: str
    alternatives: tuple[Alternative, ...]
    explanation: str = ""

    @property
    def has_several_answers(self) -> bool:
        """Whether more than one alternative is right."""
        return sum(alternative.correct for alternative in self.alternatives) > 1


@dataclass(frozen=True)
class Quiz:
    """Questions that the platform corrects."""

    title: str
    questions: tuple[Question, ...]


Item = Page | WebLink | Discussion | Quiz


@dataclass(frozen=True)
class Attachment:
    """A file to open or to print beside the pages."""

    title: str
    file: File


class Part(Enum):
    """Which part of the package a section is, whatever its title says in some language."""

    FOLDER = "folder"
    LESSON = "lesson"
    LINKS = "links"
    TEACHER = "teacher"


@dataclass(frozen=True)
class Section:
    """A heading of the package and what is under it; `teacher_only` is hidden from pupils where the platform can.

    `attachments` come after the items. `language` is an IETF tag, empty for the package's own.
    """

    title: str
    items: tuple[Item, ...]
    teacher_only: bool = False
    attachments: tuple[Attachment, ...] = ()
    part: Part = Part.FOLDER
    language: str = ""


@dataclass(frozen=True)
class Package:
    """Everything that a school gets of one edition, or of several languages together.

    `language` is an IETF tag, `languages` all of them with that one first (empty: it alone), `source` the campaign's web
    address, `ages` the pupils' ages as LOM writes them (“13-18”).
    """

    slug: str
    language: str
    title: str
    description: str
    keywords: tuple[str, ...]
    rights: str
    source: str
    sections: tuple[Section, ...]
    languages: tuple[str, ...] = ()
    ages: str = ""

    @property
    def all_languages(self) -> tuple[str, ...]:
        """Every language that the package speaks, its own first."""
        return self.languages or (self.language,)

    @property
    def attached(self) -> tuple[File, ...]:
        """Every attachment's file, in the sections' order."""
        return tuple(attachment.file for section in self.sections for attachment in section.attachments)

    @property
    def files(self) -> tuple[File, ...]:
        """Every picture of every page, once, in the order of first use."""
        pages = (item for section in self.sections for item in section.items if isinstance(item, Page))
        return tuple({file.path: file for page in pages for file in page.files}.values())


def package_of(edition: Edition, *, parts: tuple[Part, ...] = tuple(Part), with_pages: bool = True) -> Package:
    """The package of an edition, in its language, or only some `parts` of it, or what it holds besides pages.

    ChannelError when a picture of a page cannot be read.
    """
    with translation.override(edition.language):
        desk = _Desk(edition, with_pages=with_pages)
        makers = {
            Part.FOLDER: desk.folder,
            Part.LESSON: desk.lesson,
            Part.LINKS: desk.links,
            Part.TEACHER: desk.teachers_guide,
        }
        sections = [makers[part]() for part in Part if part in parts]
        campaign = edition.campaign
        return Package(
            slug=edition.slug,
            language=edition.language,
            title=campaign.title,
            description=campaign.summary,
            keywords=tuple(filter(None, (campaign.title, edition.municipality.municipality_name))),
            rights=desk.rights(),
            source=edition.web_url,
            sections=tuple(replace(section, language=edition.language) for section in sections if section.items),
            languages=(edition.language,),
            ages=campaign.typical_age_range,
        )


class _Desk:
    """Draws one edition's parts; remembers whose pictures were used."""

    def __init__(self, edition: Edition, *, with_pages: bool) -> None:
        self.edition = edition
        self.with_pages = with_pages
        self.campaign = edition.campaign
        self.images: dict[int, Any] = {}

    def page(self, template: str, title: str, **context: Any) -> Page:
        """One HTML document from `templates/kampanj/lms/<template>.html`."""
        shelf = Shelf()
        html = render_to_string(
            f"kampanj/lms/{template}.html",
            {
                "edition": self.edition,
                "page": self.campaign,
                "channel": "lms",
                "municipality": self.edition.municipality,
                "language": self.edition.language,
                "shelf": shelf,
                "title": title,
                **context,
            },
        )
        self.images.update(shelf.images)
        return Page(title=title, html=html, files=tuple(shelf.files.values()))

    def folder(self) -> Section:
        """What the campaign is, then one page per panel."""
        if not self.with_pages:
            return Section(title=_("The folder"), items=(), part=Part.FOLDER)
        start = self.page("start", self.campaign.title)
        panels = (self.page("panel", panel.value["title"], panel=panel) for panel in self.campaign.panels)
        return Section(title=_("The folder"), items=(start, *panels), part=Part.FOLDER)

    def lesson(self) -> Section:
        """The questions to talk about, then the quiz."""
        items: list[Item] = [
            Discussion(
                title=_("Talk about %(number)d: %(question)s")
                % {"number": number, "question": shortened(block.value["question"], TITLE_OF_QUESTION)},
                text=block.value["question"],
            )
            for number, block in enumerate(self.campaign.discussion, start=1)
        ]
        questions = tuple(_question(block.value) for block in self.campaign.quiz)
        if questions:
            items.append(Quiz(title=_("Quiz: %(campaign)s") % {"campaign": self.campaign.title}, questions=questions))
        return Section(title=_("The lesson"), items=tuple(items), part=Part.LESSON)

    def links(self) -> Section:
        """Where to get help, and the campaign on the web."""
        lines = sorted(self._lines_for_pupils(), key=lambda line: not line.is_emergency)
        items: list[Item] = [self.page("help", _("Where to get help"), lines=lines)] if lines and self.with_pages else []
        title = _("The campaign on the web: %(campaign)s") % {"campaign": self.campaign.title}
        items.append(WebLink(title=title, url=self.edition.web_url))
        items.extend(WebLink(title=line.name, url=line.url or line.chat) for line in lines if line.url or line.chat)
        return Section(title=_("Links and help"), items=tuple(items), part=Part.LINKS)

    def teachers_guide(self) -> Section:
        """The guide, the questions with hints, the quiz with its answers: not for pupils."""
        pages: list[Page] = []
        if self.campaign.teacher_guide and self.with_pages:
            pages.append(self.page("guide", _("Teacher's guide")))
        if self.campaign.discussion and self.with_pages:
            pages.append(self.page("discussion", _("Questions to talk about, with hints")))
        if self.campaign.quiz and self.with_pages:
            pages.append(self.page("quiz", _("The quiz with its answers")))
        return Section(title=_("For the teacher"), items=tuple(pages), teacher_only=True, part=Part.TEACHER)

    def rights(self) -> str:
        """Who holds the rights to text and pictures, in one line."""
        owner = self.edition.municipality.municipality_name
        texts = [_("Text: %(owner)s.") % {"owner": owner}] if owner else []
        held = {(image.rights_holder, image.licence) for image in self.images.values() if image.rights_holder or image.licence}
        pictures = "; ".join(", ".join(filter(None, pair)) for pair in sorted(held))
        return " ".join([*texts, *([_("Pictures: %(holders)s.") % {"holders": pictures}] if pictures else [])])

    def _lines_for_pupils(self) -> list[ShownLine]:
        """The help lines of the panels, each once, as they were frozen."""
        chosen = chosen_lines(panel.value["body"] for panel in self.campaign.panels)
        return self.edition.help_lines(dict.fromkeys(chosen))


def shortened(text: str, limit: int) -> str:
    """`text` on one line in at most `limit` characters, cut between words where it can be, with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, _space, _tail = cut.rpartition(" ")
    return f"{head if len(head) > limit // 2 else cut}…"


def chosen_lines(bodies: Iterable[Any]) -> Iterator[HelpLine]:
    """The help lines that the panels' bodies name, in their order, repeated as often as they are named."""
    for body in bodies:
        for block in body:
            if block.block_type == "help_lines":
                yield from (line for line in block.value["lines"] if line is not None)


def _question(value: Any) -> Question:
    return Question(
        text=value["question"],
        alternatives=tuple(
            Alternative(text=row["text"], correct=bool(row["correct"]), feedback=row["feedback"] or "")
            for row in value["alternatives"]
        ),
        explanation=value["explanation"] or "",
    )
