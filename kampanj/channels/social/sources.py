"""From an edition to its cards: the share texts, the cover picture, the logo, who sends and where to read on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from kampanj.channels.artifact import ChannelError
from kampanj.channels.social.card import Card, parted, themes
from kampanj.channels.social.exceptions import NotDrawable, PictureTooSmall
from kampanj.channels.social.fitting import without_ellipsis
from kampanj.content.models import CampaignPage, Edition
from kampanj.municipality.models import SiteSettings

# Pixels: enlarged one and a half times at most.
LEAST_SIDE = 720
LONGEST_ADDRESS = 46


def share_texts(campaign: CampaignPage) -> list[tuple[str, str]]:
    """(block's id, text) of the campaign's share texts in order, without empty ones."""
    return [(str(block.id), text) for block in campaign.share_texts if (text := str(block.value).strip())]


def cards_of(edition: Edition) -> list[Card]:
    """A card for each share text. NotDrawable when there is none, or when a picture cannot be used."""
    campaign = edition.campaign
    texts = share_texts(campaign)
    if not texts:
        raise NotDrawable(
            _("“%(title)s” has no share texts in this language. Write some under Share in the editor.")
            % {"title": campaign.title},
            "share_texts",
        )
    photo = photo_of(campaign.cover_image)
    logo = logo_of(edition.municipality)
    in_turn = themes(edition.municipality)
    cards = []
    for number, (_block, text) in enumerate(texts):
        lead, rest = parted(text)
        theme = in_turn[number % len(in_turn)]
        cards.append(
            Card(
                lead=lead,
                rest=rest,
                kicker="" if without_ellipsis(campaign.title.strip()) in lead else campaign.title.strip(),
                sender=sender_of(edition.municipality),
                address=short_address(edition.web_url),
                theme=theme,
                language=edition.language,
                right_to_left=edition.is_right_to_left,
                photo=photo if theme is in_turn[0] else None,
                focus=focus_of(campaign.cover_image),
                logo=logo,
            )
        )
    return cards


def sender_of(municipality: SiteSettings) -> str:
    """The municipality's name, or the sender's."""
    return (municipality.municipality_name or municipality.sender_name).strip()


def short_address(url: str) -> str:
    """The address as people write it; only the host where it is long."""
    short = url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return short if len(short) <= LONGEST_ADDRESS else short.partition("/")[0]


def photo_of(image: Any | None) -> Image.Image | None:
    """A CampaignImage as RGB pixels, upright; None for none. PictureTooSmall, or ChannelError when the file cannot be read."""
    if image is None:
        return None
    photo = ImageOps.exif_transpose(_opened(image))
    if min(photo.size) < LEAST_SIDE:
        raise PictureTooSmall(
            _(
                "The cover picture “%(title)s” is %(width)d × %(height)d pixels. Pictures for sharing need at least "
                "%(least)d in both directions. Choose a larger one."
            )
            % {"title": image.title, "width": photo.width, "height": photo.height, "least": LEAST_SIDE},
            "cover_image",
        )
    if photo.mode not in ("RGBA", "LA", "P"):
        return photo.convert("RGB")
    clear = photo.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear)
    return white


def logo_of(municipality: SiteSettings) -> Image.Image | None:
    """The municipality's logo as RGBA pixels; None when it has none. ChannelError when the file cannot be read."""
    return _opened(municipality.logo).convert("RGBA") if municipality.logo else None


def focus_of(image: Any | None) -> tuple[float, float]:
    """What the editor has marked as the picture's point, as shares of its width and height; its middle when nothing is marked."""
    if image is None or (point := image.get_focal_point()) is None:
        return (0.5, 0.5)
    return (point.centroid.x / image.width, point.centroid.y / image.height)


def _opened(image: Any) -> Image.Image:
    try:
        with image.file.storage.open(image.file.name) as file, Image.open(file) as opened:
            opened.load()
            return opened.copy()
    except OSError as fault:
        raise ChannelError(
            _("The picture “%(title)s” cannot be read. Upload it again or take it out of the campaign.") % {"title": image.title}
        ) from fault
