"""The share kit as a channel: a ZIP with every share text in every size, and beside it each picture and the texts alone."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from kampanj.channels.artifact import Artifact, Channel, artifacts
from kampanj.channels.lms.archive import zipped
from kampanj.channels.social.card import FORMATS
from kampanj.channels.social.fonts import what_is_installed
from kampanj.channels.social.layout import arranged
from kampanj.channels.social.painting import as_jpeg, painted
from kampanj.channels.social.sources import cards_of
from kampanj.channels.social.wording import picture_name, text_file
from kampanj.content.models import Edition

ZIP, JPEG, TEXT = "application/zip", "image/jpeg", "text/plain; charset=utf-8"
# Compressing happens outside Python's lock; more threads than cores gain nothing.
THREADS = min(4, os.cpu_count() or 1)


def render(edition: Edition) -> tuple[Artifact, ...]:
    """The ZIP, then its pictures (share text by share text, each in every format), then its texts.

    NotDrawable, with the field to change, when anything cannot be drawn: then nothing is made.
    """
    cards = cards_of(edition)
    stem = f"{slugify(edition.slug) or 'kampanj'}-{slugify(edition.language)}"
    # Everything is measured before anything is drawn.
    layouts = [(number, form, arranged(card, form)) for number, card in enumerate(cards, start=1) for form in FORMATS]
    with ThreadPoolExecutor(THREADS) as threads:
        drawn = list(threads.map(lambda layout: as_jpeg(painted(layout)), (layout for _number, _form, layout in layouts)))
    pictures = [
        Artifact(picture_name(stem, number, form), JPEG, picture)
        for (number, form, _layout), picture in zip(layouts, drawn, strict=True)
    ]
    texts = Artifact(f"{stem}-texter.txt", TEXT, text_file(cards, edition, stem).encode())
    return (_zip(f"{stem}-delningspaket.zip", (*pictures, texts)), *pictures, texts)


def render_together(editions: tuple[Edition, ...]) -> tuple[Artifact, ...]:
    """One ZIP with a folder for each language, of kits that are made once each."""
    kits = [(edition, artifacts(CHANNEL, edition)[1:]) for edition in editions]
    stem = slugify(editions[0].slug) or "kampanj"
    files = [(f"{slugify(edition.language)}/{made.name}", made) for edition, kit in kits for made in kit]
    return (Artifact(f"{stem}-delningspaket.zip", ZIP, zipped(files).open),)


def _zip(name: str, files: tuple[Artifact, ...]) -> Artifact:
    return Artifact(name, ZIP, zipped((file.name, file) for file in files).open)


CHANNEL = Channel(
    "social", gettext_lazy("Pictures for social media (share kit)"), render, render_together, depends_on=what_is_installed
)
