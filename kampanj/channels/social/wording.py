"""What goes with the pictures: alt texts and captions, in the edition's language, and the file that holds them."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kampanj.channels.social.card import FORMATS, Card
from kampanj.content.entrances import marked, share_mark
from kampanj.content.models import Edition


def alt_text(card: Card, edition: Edition) -> str:
    """What the picture says, for those who do not see it; what the photo shows only in the language that it is described in."""
    cover = edition.campaign.cover_image
    with translation.override(edition.language):
        parts = [_("Text in the picture: %(text)s") % {"text": f"{card.lead} {card.rest}".strip()}]  # for readers
        if card.photo is not None and edition.language == settings.LANGUAGE_CODE and cover and cover.description:
            parts.append(_("Behind it: %(picture)s") % {"picture": cover.description})
        if card.sender:
            parts.append(_("From: %(sender)s.") % {"sender": card.sender})  # for readers
    return " ".join(parts)


def caption(card: Card, edition: Edition) -> str:
    """What can be written beside the picture: the share text as it is, and a link to read on by, whose visits are counted."""
    address = f"{edition.web_url}{marked(share_mark(edition.page_id))}"
    with translation.override(edition.language):
        onwards = _("Read on: %(address)s") % {"address": address}  # for readers
    return f"{card.lead} {card.rest}".strip() + f"\n\n{onwards}"


def picture_name(stem: str, number: int, form: object) -> str:
    """The file name of a share text's picture; `number` counts from 1."""
    return f"{stem}-{number}-{form}.jpg"


def text_file(cards: list[Card], edition: Edition, stem: str) -> str:
    """Alt texts and captions by picture. The headings are for the editor: in the desk's language, whatever the texts' is."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = [edition.campaign.title, edition.language_name, edition.web_url, ""]
        for number, card in enumerate(cards, start=1):
            lines += [
                _("Share text %(number)d") % {"number": number},
                _("Files: %(names)s") % {"names": ", ".join(picture_name(stem, number, form) for form in FORMATS)},
                "",
                _("Alt text (write it where the service asks for a description of the picture):"),
                alt_text(card, edition),
                "",
                _("Caption (a suggestion):"),
                caption(card, edition),
                "",
                "—" * 40,
                "",
            ]
    return "\n".join(lines)
