"""A campaign's share kits as they are for its newest version, in every language: drawn, to be drawn, or why they cannot be."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kampanj.channels.artifact import Artifact, ChannelError, kept
from kampanj.channels.screens import in_its_languages, is_draft, newest, require_publishable
from kampanj.channels.social.card import FORMATS, Card, Format
from kampanj.channels.social.exceptions import NotDrawable
from kampanj.channels.social.layout import arranged
from kampanj.channels.social.sources import cards_of, share_texts
from kampanj.channels.social.wording import alt_text, caption
from kampanj.channels.social.writer import CHANNEL
from kampanj.content.edition import settings_of
from kampanj.content.exceptions import ContentError
from kampanj.content.languages import language_name
from kampanj.content.models import CampaignPage, Edition

FORMAT_NAMES = {
    "link": gettext_lazy("Link or post, lying"),
    "square": gettext_lazy("Post, square"),
    "portrait": gettext_lazy("Post, standing"),
    "story": gettext_lazy("Story"),
}


@dataclass(frozen=True)
class Picture:
    """One picture: its file, format and what an editor calls that."""

    file: Artifact
    format: Format
    label: object


@dataclass(frozen=True)
class ShareText:
    """A share text with its pictures, and what goes with them."""

    number: int
    alt: str
    caption: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Fault:
    """Why the kit cannot be drawn, and the address at which that is mended; empty when nowhere in the desk."""

    message: str
    url: str


@dataclass(frozen=True)
class Kit:
    """The kit in one language. Without faults it is drawn, or can be: then `archive` is None and there are no texts."""

    page: CampaignPage
    edition: Edition
    is_draft: bool
    faults: tuple[Fault, ...]
    archive: Artifact | None
    words: Artifact | None
    texts: tuple[ShareText, ...]

    @property
    def language(self) -> str:
        """The language in words."""
        return language_name(self.edition.language)

    @property
    def waits(self) -> bool:
        """Whether it can be drawn and has not been."""
        return not self.faults and self.archive is None


def kits_of(page: CampaignPage) -> list[Kit]:
    """Every language in which the campaign is written, the page's own first."""
    return [kit_of(one) for one in in_its_languages(page)]


def kit_of(page: CampaignPage) -> Kit:
    """The kit of one page's newest version."""
    edition = newest(page)
    try:
        require_publishable(edition)
    except ContentError as fault:
        return Kit(page, edition, is_draft(page), (Fault(str(fault), ""),), None, None, ())
    files = kept(CHANNEL, edition)
    if files is None:
        return Kit(page, edition, is_draft(page), tuple(faults_of(edition)), None, None, ())
    archive, *pictures, words = files
    return Kit(page, edition, is_draft(page), (), archive, words, tuple(_texts(edition, pictures)))


def faults_of(edition: Edition) -> list[Fault]:
    """What keeps the kit from being drawn, as far as it can be told without drawing: at most one fault for each share text."""
    try:
        cards = cards_of(edition)
    except ChannelError as fault:
        return [fault_at(edition, fault)]
    blocks = [block for block, _text in share_texts(edition.campaign)]
    refusals = [(block, _refusal(card)) for block, card in zip(blocks, cards, strict=True)]
    found = [fault_at(edition, refusal, block) for block, refusal in refusals if refusal]
    return list(dict.fromkeys(found))


def fault_at(edition: Edition, fault: ChannelError, block: str = "") -> Fault:
    """The fault with the way to its field; `block` is the share text that it lies in."""
    field = fault.field if isinstance(fault, NotDrawable) else ""
    if field == "municipality":
        site = settings_of(edition.campaign).site_id
        return Fault(str(fault), reverse("wagtailsettings:edit", args=["kampanj", "sitesettings", site]) if site else "")
    if not field:
        return Fault(str(fault), "")
    anchor = f"#block-{block}-section" if block and field == "share_texts" else f"#panel-child-{field}"
    return Fault(str(fault), reverse("wagtailadmin_pages:edit", args=[edition.page.pk]) + anchor)


def _refusal(card: Card) -> NotDrawable | None:
    try:
        for form in FORMATS:
            arranged(card, form)
    except NotDrawable as fault:
        return fault
    return None


def _texts(edition: Edition, pictures: list[Artifact]) -> list[ShareText]:
    cards = cards_of(edition)
    in_turn = iter(pictures)
    return [
        ShareText(
            number=number,
            alt=alt_text(card, edition),
            caption=caption(card, edition),
            pictures=tuple(Picture(next(in_turn), form, FORMAT_NAMES[form.name]) for form in FORMATS),
        )
        for number, card in enumerate(cards, start=1)
    ]
