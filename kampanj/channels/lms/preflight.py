"""What is wrong with a campaign's packages before anybody asks for one, in the editor's words and with the field.

Some faults only change the package, and say how; others make certain forms impossible, and name them. The forms that are
left are offered all the same: a quiz without a right answer keeps nobody from the printed folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from lxml import etree, html
from wagtail.documents import get_document_model
from wagtail.rich_text import RichText

from kampanj.channels.lms.wording import TAG, TITLE_LIMIT
from kampanj.channels.pressroom import press
from kampanj.content.models import Edition

WITH_PICTURES = ("cc11", "cc13", "scorm12", "scorm2004", "offline", "pdf")
WITH_QUIZ = ("cc11", "cc13", "scorm12", "scorm2004", "qti21")
WITH_LINKS = ("cc11", "cc13", "offline")
WITH_GUIDE = ("guide",)
FILM_HOSTS = ("youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "svtplay.se", "ur.se", "urplay.se", "tiktok.com")
FILM_NAMES = {".mp4", ".webm", ".mov", ".m4v", ".avi", ".mkv"}
LINK_SCHEMES = ("http", "https", "mailto", "tel")
EVERY_PART = ("panels", "teacher_guide", "discussion", "quiz")


@dataclass(frozen=True)
class CampaignFault:
    """One thing wrong, as the editor meets it.

    `field` is the campaign's field, `block` the id of the block within it (empty for the whole field), `message` one translated
    sentence, `refuses` the names of the channels that cannot be made until it is mended (empty: all are made).
    """

    field: str
    block: str
    message: str
    refuses: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the fault is on Wagtail's edit page, as a fragment with its #."""
        return f"#block-{self.block}-section" if self.block else f"#panel-child-{self.field}"


@dataclass(frozen=True)
class _Place:
    """A block on its way through a field: which field, the outermost block's id, and its value."""

    field: str
    block: str
    kind: str
    value: Any


def faults(edition: Edition) -> list[CampaignFault]:
    """Everything about an edition that changes or prevents a package, in the order of the editor's fields."""
    found = [*_title_faults(edition), *_cover_faults(edition), *_emptiness(edition)]
    for place in _places(edition):
        if place.kind in LOOKED_AT:
            found.extend(LOOKED_AT[place.kind](place))
    if not press.can_print():
        message = _("PDFs cannot be made here, so the packages come without them: Pango is not installed on the server.")
        found.append(CampaignFault("", "", message, ("pdf", "guide")))
    return found


def refused(edition: Edition) -> dict[str, list[str]]:
    """Channel name → why it cannot be made of this edition."""
    reasons: dict[str, list[str]] = {}
    for fault in faults(edition):
        for channel in fault.refuses:
            reasons.setdefault(channel, []).append(fault.message)
    return reasons


# --- The campaign as a whole -----------------------------------------------------------------------------------------


def _title_faults(edition: Edition) -> Iterator[CampaignFault]:
    campaign = edition.campaign
    yield from _words_faults(_Place("title", "", "title", campaign.title), campaign.title)
    if not campaign.slug.isascii():
        message = _("The address “%(slug)s” has other letters than a–z; the packages' files are named without them.")
        yield CampaignFault("slug", "", message % {"slug": campaign.slug})


def _cover_faults(edition: Edition) -> Iterator[CampaignFault]:
    if edition.campaign.cover_image is not None:
        yield from _image_faults(_Place("cover_image", "", "image", None), edition.campaign.cover_image)


def _emptiness(edition: Edition) -> Iterator[CampaignFault]:
    campaign = edition.campaign
    if not campaign.panels:
        yield CampaignFault("panels", "", _("The folder has no panels: the packages hold the summary only."))
    if not (campaign.teacher_guide or campaign.discussion or campaign.quiz):
        message = _("The lesson is empty: the packages hold the folder, but nothing to do in class.")
        yield CampaignFault("teacher_guide", "", message, ("qti21", *WITH_GUIDE))
        return
    if not campaign.quiz:
        yield CampaignFault("quiz", "", _("There is no quiz: the form for question banks cannot be made."), ("qti21",))


# --- Block by block --------------------------------------------------------------------------------------------------


def _places(edition: Edition) -> Iterator[_Place]:
    """Every block of the campaign's folder and lesson; what lies inside a panel carries its own id."""
    for field in EVERY_PART:
        for block in getattr(edition.campaign, field):
            yield _Place(field, block.id or "", block.block_type, block.value)
            if block.block_type == "panel":
                yield from (_Place(field, inner.id or "", inner.block_type, inner.value) for inner in block.value["body"])


def _panel_faults(place: _Place) -> Iterator[CampaignFault]:
    title = place.value["title"]
    yield from _words_faults(place, title)
    if not place.value["body"]:
        yield _fault(place, _("The panel “%(title)s” is empty: its page shows only the heading.") % {"title": title})


def _picture_faults(place: _Place) -> Iterator[CampaignFault]:
    if place.value["image"] is None:
        yield _fault(place, _("A picture has been deleted from the library. Choose another one, or take the block away."))
    else:
        yield from _image_faults(place, place.value["image"])


def _discussion_faults(place: _Place) -> Iterator[CampaignFault]:
    if not place.value["question"].strip():
        yield _fault(place, _("A question for discussion has no words. Write it, or take it away."), "cc11", "cc13")


def _button_faults(place: _Place) -> Iterator[CampaignFault]:
    return _link_faults(place, place.value["url"] or "")


def _source_faults(place: _Place) -> Iterator[CampaignFault]:
    return _link_faults(place, place.value["source_url"] or "")


def _running_text_faults(place: _Place) -> Iterator[CampaignFault]:
    return _text_faults(place, place.value["text"])


def _accordion_faults(place: _Place) -> Iterator[CampaignFault]:
    for item in place.value["items"]:
        yield from _text_faults(place, item["text"])


def _words_faults(place: _Place, title: str) -> Iterator[CampaignFault]:
    shown = {"title": f"{title[:40]}…" if len(title) > 40 else title}
    if len(title) > TITLE_LIMIT:
        message = _("The title “%(title)s” has %(count)d characters; learning platforms show the first %(limit)d.")
        yield _fault(place, message % {**shown, "count": len(title), "limit": TITLE_LIMIT})
    if TAG.search(title):
        yield _fault(place, _("The title “%(title)s” has tags (<…>); in packages they are taken away.") % shown)


def _image_faults(place: _Place, image: Any) -> Iterator[CampaignFault]:
    shown = {"title": image.title, "file": PurePosixPath(image.file.name).name}
    if not image.file.storage.exists(image.file.name):
        message = _("The file of the picture “%(title)s” is gone. Upload it again, or choose another picture.") % shown
        refuses = ("guide",) if place.field == "teacher_guide" else ("pdf",)
        yield _fault(place, message, *(name for name in WITH_PICTURES if name != "pdf"), *refuses)
    elif not shown["file"].isascii():
        message = _("The picture's file name “%(file)s” has other letters than a–z; in packages it gets another name.")
        yield _fault(place, message % shown)


def _quiz_faults(place: _Place) -> Iterator[CampaignFault]:
    value = place.value
    shown = {"question": " ".join(value["question"].split())[:60]}
    alternatives = [row for row in value["alternatives"] if row["text"].strip()]
    if not shown["question"]:
        yield _fault(place, _("A quiz question has no words. Write it, or take it away."), *WITH_QUIZ)
    if len(alternatives) < 2:
        message = _("The quiz question “%(question)s” needs at least two answers.") % shown
        yield _fault(place, message, *WITH_QUIZ)
    if not any(row["correct"] for row in value["alternatives"]):
        message = _("The quiz question “%(question)s” has no right answer. Mark one.") % shown
        yield _fault(place, message, *WITH_QUIZ)


def _text_faults(place: _Place, text: RichText | str) -> Iterator[CampaignFault]:
    """The links of running text: addresses as the editor wrote them, and documents that are films."""
    source = text.source if isinstance(text, RichText) else str(text)
    try:
        body = html.fragment_fromstring(source, create_parent="div")
    except etree.ParserError:
        return
    for link in body.iter("a"):
        if link.get("linktype") == "document":
            document = get_document_model().objects.filter(pk=link.get("id")).first()
            if document is not None and PurePosixPath(document.file.name).suffix.lower() in FILM_NAMES:
                message = _("The film “%(title)s” is not copied into packages: they link to it, and it needs network.")
                yield _fault(place, message % {"title": document.title})
        elif link.get("href"):
            yield from _link_faults(place, link.get("href"))


def _link_faults(place: _Place, address: str) -> Iterator[CampaignFault]:
    if not address or address.startswith(("/", "#")):
        return
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in LINK_SCHEMES or not (parts.netloc or parts.path):
        message = _("The link “%(address)s” leads nowhere that a platform can open. Write a complete address (https://…).")
        refuses = WITH_LINKS if place.kind == "call_to_action" else ()
        yield _fault(place, message % {"address": address[:80]}, *refuses)
    elif _is_film(parts.hostname or "", parts.path):
        message = _("The film at %(host)s is not ours: packages link to it, and some schools' networks stop it.")
        yield _fault(place, message % {"host": parts.hostname})


def _is_film(host: str, path: str) -> bool:
    is_known = any(host == known or host.endswith(f".{known}") for known in FILM_HOSTS)
    return is_known or PurePosixPath(path).suffix.lower() in FILM_NAMES


LOOKED_AT: dict[str, Callable[[_Place], Iterator[CampaignFault]]] = {
    "panel": _panel_faults,
    "image": _picture_faults,
    "quiz_question": _quiz_faults,
    "discussion_question": _discussion_faults,
    "call_to_action": _button_faults,
    "fact": _source_faults,
    "statistics": _source_faults,
    "rich_text": _running_text_faults,
    "accordion": _accordion_faults,
}


def _fault(place: _Place, message: str, *refuses: str) -> CampaignFault:
    return CampaignFault(place.field, place.block, message, tuple(refuses))
