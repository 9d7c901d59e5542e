"""A campaign's folder as it would be printed of its newest version: per language and format, its pages and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Page

from kampanj.channels.artifact import Channel, ChannelError, key_of
from kampanj.channels.print.formats import FORMATS
from kampanj.channels.print.making import Fault, proof
from kampanj.channels.print.profile import ProfileMissing, profile_for
from kampanj.channels.print.screen.sheets import drawing_program, drawn
from kampanj.channels.registry import CHANNELS
from kampanj.channels.screens import in_its_languages, is_draft, newest, require_publishable
from kampanj.content.exceptions import ContentError
from kampanj.content.languages import language_name
from kampanj.content.models import CampaignPage, Edition

FORM_CHANNELS = tuple(f"folder-{name}{ending}" for name in FORMATS for ending in ("", "-print"))


@dataclass(frozen=True)
class ShownFault:
    """A fault with the address at which it is mended (empty: nowhere in the editor)."""

    message: str
    url: str
    prevents: bool


@dataclass(frozen=True)
class File:
    """One making: its channel, and why it cannot be made (empty: it can)."""

    channel: Channel
    reason: str = ""


@dataclass(frozen=True)
class Shown:
    """One format of one edition: the addresses of its pages' pictures, its faults, its files."""

    name: str
    label: Any
    pages: tuple[str, ...]
    faults: tuple[ShownFault, ...]
    files: tuple[File, ...]


@dataclass(frozen=True)
class Language:
    """A language in which the campaign is written, and the formats that are chosen in it: name and label."""

    page: CampaignPage
    name: str
    is_draft: bool
    formats: tuple[tuple[str, Any], ...]


def languages_of(page: CampaignPage) -> list[Language]:
    """Every language in which the campaign is written, the page's own first."""
    return [_language(one) for one in in_its_languages(page)]


def _language(page: CampaignPage) -> Language:
    edition = newest(page)
    chosen = tuple((name, form.kind.label) for name, form in FORMATS.items() if name in edition.campaign.folder_formats)
    return Language(page, language_name(edition.language), is_draft(page), chosen)


def shown(page: CampaignPage, name: str) -> Shown:
    """The format called `name` of the page's newest version. It is drawn once for each version."""
    edition = newest(page)
    form = FORMATS[name]
    try:
        require_publishable(edition)
        pages, faults = proved(edition, name)
    except (ChannelError, ContentError) as fault:
        return Shown(name, form.kind.label, (), (ShownFault(str(fault), "", True),), ())
    key = _key(edition, name)
    addresses = tuple(
        reverse("kampanj_folder_page", args=[page.pk, name, number]) + f"?v={key[:12]}" for number in range(1, len(pages) + 1)
    )
    return Shown(
        name, form.kind.label, addresses, tuple(_shown_fault(page, one) for one in faults), tuple(_files(edition, name, faults))
    )


def _files(edition: Edition, name: str, faults: tuple[Fault, ...]) -> Iterator[File]:
    """Both makings, none of them when text is too long: nothing half made is offered."""
    if any(fault.prevents for fault in faults):
        return
    yield File(CHANNELS[f"folder-{name}"])
    try:
        profile_for(edition)
    except ProfileMissing as fault:
        yield File(CHANNELS[f"folder-{name}-print"], str(fault))
    else:
        yield File(CHANNELS[f"folder-{name}-print"])


def _shown_fault(page: Page, fault: Fault) -> ShownFault:
    anchor = f"#block-{fault.block}-section" if fault.block else ""
    url = reverse("wagtailadmin_pages:edit", args=[page.pk]) + anchor if anchor else ""
    return ShownFault(fault.message, url, fault.prevents)


def proved(edition: Edition, name: str) -> tuple[tuple[bytes, ...], tuple[Fault, ...]]:
    """The pages' pictures and the faults in the reader's language, kept in the cache for an hour under all that decides them."""
    key = f"folder:{_key(edition, name)}"
    kept = cache.get(key)
    if kept is None:
        made = proof(edition, FORMATS[name])
        kept = (drawn(made.pages), made.faults)
        cache.set(key, kept, timeout=3600)
    pages, faults = kept
    return pages, faults


def _key(edition: Edition, name: str) -> str:
    return f"{key_of(CHANNELS[f'folder-{name}'], edition)}:{get_language()}:{bool(drawing_program())}"
