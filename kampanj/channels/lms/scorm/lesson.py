"""The lesson as one HTML page of several steps, in one language or in all: what the SCO shows.

The steps are drawn with the web's faces and style sheet, so that the lesson is of the web page's family; pictures become
files of the package and links absolute addresses. Everything the runtime says stands in the page, in the page's language.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from lxml import html

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import Contents
from kampanj.channels.drawing import draw
from kampanj.channels.lms import wording
from kampanj.channels.lms.package import Discussion, Package, Quiz, chosen_lines, package_of
from kampanj.channels.lms.pictures import FOLDER
from kampanj.channels.lms.scorm.standard import PASS_PERCENT
from kampanj.channels.web import STYLE_SHEET, best_address, picture_bytes
from kampanj.content.models import Edition
from kampanj.municipality.look import colour_css

RUNTIME = Path(__file__).parent / "runtime"
SCRIPTS = ("connection.js", "memory.js", "lesson.js")
LEFT_OUT = "//script | //link"
FETCHING = ("srcset", "sizes", "loading", "decoding", "fetchpriority")


@dataclass(frozen=True)
class Step:
    """One screen of the lesson: `kind` is start, panel, talk, quiz or help; `panel` is its stream block."""

    kind: str
    title: str
    number: int
    panel: Any = None


@dataclass(frozen=True)
class Lesson:
    """All that a package needs: the page, its style sheet, the pictures by path, and what the metadata says.

    `languages` are IETF tags, the first one being the metadata's.
    """

    slug: str
    title: str
    description: str
    keywords: tuple[str, ...]
    rights: str
    source: str
    ages: str
    languages: tuple[str, ...]
    page: str
    styles: str
    pictures: dict[str, Contents]


def lesson_of(editions: tuple[Edition, ...], *, dialect: str) -> Lesson:
    """The lesson of one campaign's editions, one per language; `dialect` is the standard that its runtime prefers.

    ChannelError when there is nothing to read, a question has no right answer, or a picture cannot be read.
    """
    first, packages = editions[0], [package_of(edition) for edition in editions]
    languages = [_language(edition) for edition in editions]
    pictures: dict[str, Contents] = {}
    drawn = []
    for edition, package in zip(editions, packages, strict=True):
        _require_lesson(edition, package)
        drawn.append(_packed(_drawn(edition, package, languages), edition, pictures))
    with translation.override(first.language):
        page = render_to_string(
            "kampanj/lms/scorm/index.html",
            {
                "editions": drawn,
                "title": wording.title(packages[0].title),
                "language": first.language,
                "direction": languages[0]["direction"],
                "dialect": dialect,
                "pass_percent": PASS_PERCENT,
                "scripts": SCRIPTS,
            },
        )
    return Lesson(
        slug=packages[0].slug,
        title=packages[0].title,
        description=packages[0].description,
        keywords=packages[0].keywords,
        rights=packages[0].rights,
        source=packages[0].source,
        ages=packages[0].ages,
        languages=tuple(edition.language for edition in editions),
        page=page,
        styles=_styles(first),
        pictures=pictures,
    )


def _language(edition: Edition) -> dict[str, str]:
    name = edition.language_name or get_language_info(edition.language)["name_local"]
    return {"code": edition.language, "name": name, "direction": "rtl" if edition.is_right_to_left else "ltr"}


def _styles(edition: Edition) -> str:
    """The web page's style sheet, the municipality's colours and the lesson's own, in that order."""
    own = (RUNTIME / "lesson.css").read_text(encoding="utf-8")
    return f"{STYLE_SHEET.read_text(encoding='utf-8')}\n{colour_css(edition.municipality)}\n{own}"


def _drawn(edition: Edition, package: Package, languages: list[dict[str, str]]) -> str:
    """One language's steps as HTML."""
    quiz = next(_items(package, Quiz), None)
    lines = edition.help_lines(dict.fromkeys(chosen_lines(panel.value["body"] for panel in edition.campaign.panels)))
    with translation.override(edition.language):
        steps = _steps(edition, package, quiz, has_lines=bool(lines))
    return draw(
        edition,
        "kampanj/lms/scorm/edition.html",
        channel="web",
        title=wording.title(package.title),
        package=package,
        languages=languages,
        steps=steps,
        lines=lines,
        questions=[_asked(question) for question in quiz.questions] if quiz else [],
        results=_results(len(quiz.questions)) if quiz else [],
        needed=_needed(len(quiz.questions)) if quiz else 0,
        shape=shape(steps, quiz),
    )


def _steps(edition: Edition, package: Package, quiz: Quiz | None, *, has_lines: bool) -> tuple[Step, ...]:
    kinds: list[tuple[str, str, Any]] = [("start", _("Start"), None)]  # for readers
    kinds.extend(("panel", wording.title(panel.value["title"]), panel) for panel in edition.campaign.panels)
    if any(_items(package, Discussion)):
        kinds.append(("talk", _("Questions to talk about"), None))  # for readers
    if quiz:
        kinds.append(("quiz", _("What do you think?"), None))  # for readers
    if has_lines:
        kinds.append(("help", _("Where to get help"), None))  # for readers
    return tuple(Step(kind, title, number, panel) for number, (kind, title, panel) in enumerate(kinds, start=1))


def _items(package: Package, kind: type) -> Iterator[Any]:
    return (item for section in package.sections for item in section.items if isinstance(item, kind))


def _asked(question: Any) -> dict[str, Any]:
    right = [number for number, alternative in enumerate(question.alternatives) if alternative.correct]
    return {
        "words": question,
        "right": " ".join(map(str, right)),
        "right_words": [question.alternatives[number].text for number in right],
    }


def _needed(count: int) -> int:
    """How many right answers out of `count` are enough."""
    return -(-count * PASS_PERCENT // 100)


def _results(count: int) -> list[dict[str, Any]]:
    """Every possible end of the quiz: a script cannot count in Arabic."""
    return [{"right": right, "passed": right >= _needed(count)} for right in range(count + 1)]


def shape(steps: tuple[Step, ...], quiz: Quiz | None) -> str:
    """Eight hexadecimal digits: editions with the same steps and right answers share what a pupil has done.

    So another language goes on where the first was left, and a new version with other questions begins anew.
    """
    answers = [[alternative.correct for alternative in question.alternatives] for question in quiz.questions] if quiz else []
    plan = json.dumps([[step.kind for step in steps], answers])
    return hashlib.sha256(plan.encode()).hexdigest()[:8]


def _require_lesson(edition: Edition, package: Package) -> None:
    """ChannelError when there is nothing to read, or that names the first question which nobody could answer rightly."""
    if not edition.campaign.panels and not any(_items(package, Discussion)) and not any(_items(package, Quiz)):
        raise ChannelError(
            _(
                "“%(title)s” (%(language)s) has nothing to read yet. Write a panel, a question to talk about or a quiz, "
                "and try again."
            )
            % {"title": package.title, "language": package.language}
        )
    for quiz in _items(package, Quiz):
        for number, question in enumerate(quiz.questions, start=1):
            marks = {alternative.correct for alternative in question.alternatives}
            if marks != {True, False} or not question.text.strip():
                raise ChannelError(
                    _(
                        "Question %(number)d of the quiz in “%(title)s” (%(language)s) needs words, a right answer and a wrong "
                        "one. Correct it in the campaign and try again."
                    )
                    % {"number": number, "title": package.title, "language": package.language}
                )


def _packed(drawn: str, edition: Edition, pictures: dict[str, Contents]) -> str:
    """The drawn steps with their pictures put among `pictures` and every link made absolute."""
    document = html.fragment_fromstring(drawn, create_parent="div")
    for element in document.xpath(LEFT_OUT):
        element.drop_tree()
    # The tag alone: to libxml2, which knows HTML 4, the picture's <img> stands within it.
    for source in document.xpath("//source"):
        source.drop_tag()
    for image in document.iter("img"):
        _pack(image, pictures)
    _tell_apart(document, edition.language)
    for element in document.iter("a", "area", "blockquote", "q"):
        for name in ("href", "cite"):
            address = element.get(name)
            if address and not address.startswith("#"):
                _make_absolute(element, name, edition.web_url)
    return "".join(html.tostring(child, encoding="unicode") for child in document)


def _tell_apart(document: html.HtmlElement, language: str) -> None:
    """Places that blocks have named themselves get the language before their name: translations share names."""
    own = {element.get("id") for element in document.xpath("//*[@id]")} - {language}
    named = {name for name in own if not name.startswith(f"{language}-")}
    for element in document.xpath("//*[@id]"):
        if element.get("id") in named:
            element.set("id", f"{language}-{element.get('id')}")
    for link in document.iter("a"):
        target = link.get("href", "").removeprefix("#")
        if target in named and link.get("href", "").startswith("#"):
            link.set("href", f"#{language}-{target}")


def _pack(image: html.HtmlElement, pictures: dict[str, Contents]) -> None:
    address = best_address(image)
    content = picture_bytes(address)
    suffix = PurePosixPath(urlsplit(address).path).suffix.lower()
    if mimetypes.guess_type(f"picture{suffix}")[0] is None:
        suffix = ".jpg"
    path = f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
    pictures.setdefault(path, Contents(content))
    for name in FETCHING:
        image.attrib.pop(name, None)
    image.set("src", path)


def _make_absolute(element: html.HtmlElement, name: str, base: str) -> None:
    """Links leave the lesson's frame: a page of the web must not open inside it and take its place."""
    try:
        address = urljoin(base, element.get(name, ""))
    except ValueError:  # An address that nobody can read, such as http://[abc: its words stay.
        del element.attrib[name]
        return
    element.set(name, address)
    if name == "href" and address.startswith(("http://", "https://")):
        element.set("target", "_blank")
        element.set("rel", "noopener noreferrer")
