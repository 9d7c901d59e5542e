"""Pictures on their way into a package: one file per picture, at a size that a school's screen needs.

A file is named by its content, so the same picture is one file however often it is shown, and the same edition gives
the same names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import File
from kampanj.content.statistics.store import Chart

FOLDER = "media"
MAX_WIDTH = 1200
# What every platform's viewer shows; anything else (AVIF, WebP, HEIC) becomes JPEG on white.
KEPT_FORMATS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".svg": "image/svg+xml"}
AS_IT_IS = f"width-{MAX_WIDTH}"
AS_JPEG = f"width-{MAX_WIDTH}|bgcolor-ffffff|format-jpeg|jpegquality-85"


@dataclass(frozen=True)
class Picture:
    """What a page needs to show a file: `src` relative to the page, width and height in pixels."""

    src: str
    width: int
    height: int


class Shelf:
    """The files that the pages taken so far show, each once, in the order of first use; and whose pictures they are."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.images: dict[int, Any] = {}

    def take(self, image: Any) -> Picture:
        """Put a CampaignImage's file on the shelf. ChannelError when the picture cannot be read."""
        try:
            rendition = image.get_rendition(_filter_for(image))
            with rendition.file.storage.open(rendition.file.name) as opened:
                content = opened.read()
        except OSError as error:  # Wagtail's SourceImageIOError is one.
            # Lazy: this is raised while the edition's language is active, and read in the editor's.
            raise ChannelError(
                format_lazy(
                    gettext_lazy("The picture “{title}” cannot be read. Upload it again or take it out of the campaign."),
                    title=image.title,
                )
            ) from error
        self.images.setdefault(image.pk, image)
        suffix = PurePosixPath(rendition.file.name).suffix.lower()
        return self._put(content, suffix, width=rendition.width, height=rendition.height)

    def take_chart(self, chart: Chart) -> Picture:
        """Put a chart's file on the shelf."""
        return self._put(chart.content, PurePosixPath(chart.name).suffix, width=chart.width, height=chart.height)

    def _put(self, content: bytes, suffix: str, *, width: float, height: float) -> Picture:
        path = f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self.files.setdefault(path, File(path=path, media_type=KEPT_FORMATS[suffix], content=content))
        return Picture(src=f"../{path}", width=round(width), height=round(height))


def _filter_for(image: Any) -> str:
    suffix = PurePosixPath(image.file.name).suffix.lower()
    return AS_IT_IS if suffix in KEPT_FORMATS else AS_JPEG
