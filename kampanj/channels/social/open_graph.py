"""The picture that other sites show when somebody shares a campaign's address (Open Graph): drawn once, then a public file.

Its name is made of all that it shows and of the code that draws it, so that a file never changes and a new title gets a new one.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import get_language_info
from wagtail.images.models import SourceImageIOError

from kampanj.channels.artifact import ChannelError
from kampanj.channels.social.card import LINK, Card, Theme, themes
from kampanj.channels.social.fonts import what_is_installed
from kampanj.channels.social.painting import drawn
from kampanj.channels.social.sources import focus_of, logo_of, photo_of, sender_of
from kampanj.content.edition import settings_of
from kampanj.content.models import CampaignPage
from kampanj.municipality.models import SiteSettings

logger = logging.getLogger(__name__)

FOLDER = "share"


@dataclass(frozen=True)
class SharedPicture:
    """A public picture: `url` (may lack scheme and host), size in pixels, and what it says."""

    url: str
    width: int
    height: int
    alt: str


def shared_picture(page: CampaignPage, municipality: SiteSettings) -> SharedPicture | None:
    """The campaign's picture, drawn now if it has never been drawn. None when it cannot be: the page says nothing of it then.

    Why it cannot be drawn is logged, and told to the editor on the share kit's screen.
    """
    title, sender = page.title.strip(), sender_of(municipality)
    theme = themes(municipality)[0]
    try:
        name = _name(page, municipality)
        if not default_storage.exists(name):
            _store(name, drawn(_card(page, municipality, title, sender, theme), LINK))
    except (ChannelError, SourceImageIOError) as fault:
        logger.warning("No picture for sharing page %d: %s", page.pk, fault)
        return None
    return SharedPicture(default_storage.url(name), LINK.width, LINK.height, " – ".join(filter(None, (title, sender))))


def forgotten(before: dt.datetime) -> list[str]:
    """The names of shared pictures that were stored before `before` and that no page which can be read shows any more."""
    try:
        files = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:  # Nothing has been shared yet.
        return []
    old = {f"{FOLDER}/{file}" for file in files if default_storage.get_modified_time(f"{FOLDER}/{file}") < before}
    # Asked last: a page that shows a picture from now on makes it young, or is in this list.
    return sorted(old - set(_names_in_use())) if old else []


def _names_in_use() -> Iterator[str]:
    for page in CampaignPage.objects.live().select_related("locale", "cover_image"):
        municipality = settings_of(page)
        try:
            yield _name(page, municipality)
        except SourceImageIOError:  # Its picture is gone, and so is what was made of it.
            continue


def _name(page: CampaignPage, municipality: SiteSettings) -> str:
    key = _key(page, municipality, page.title.strip(), sender_of(municipality), themes(municipality)[0])
    return f"{FOLDER}/{key}.jpg"


def _card(page: CampaignPage, municipality: SiteSettings, title: str, sender: str, theme: Theme) -> Card:
    """The title alone, for the site that shows it writes summary and address below."""
    language = page.locale.language_code
    return Card(
        lead=title,
        rest="",
        kicker="",
        sender=sender,
        address="",
        theme=theme,
        language=language,
        right_to_left=bool(get_language_info(language)["bidi"]),
        photo=photo_of(page.cover_image),
        focus=focus_of(page.cover_image),
        logo=logo_of(municipality),
        field="title",
    )


def _key(page: CampaignPage, municipality: SiteSettings, title: str, sender: str, theme: Theme) -> str:
    """SHA-256 of what the picture shows and of how it is drawn, 64 hexadecimal digits."""
    pictures = [[_bytes_of(image), *focus_of(image)] for image in (page.cover_image, municipality.logo)]
    shown = [_recipe(), title, sender, page.locale.language_code, asdict(theme), pictures]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def _bytes_of(image: Any | None) -> str:
    return image.get_file_hash() if image is not None else ""


def _store(name: str, content: bytes) -> None:
    stored = default_storage.save(name, ContentFile(content))
    if stored != name:  # Another process has drawn it meanwhile: the same bytes.
        default_storage.delete(stored)


@functools.cache
def _recipe() -> str:
    """SHA-256 of the code that draws and the fonts that are here: a new release must not show an old drawing."""
    digest = hashlib.sha256(what_is_installed().encode())
    for file in (*sorted(Path(__file__).parent.glob("*.py")), Path(__file__).parents[1] / "letters.py"):
        digest.update(file.read_bytes())
    return digest.hexdigest()
