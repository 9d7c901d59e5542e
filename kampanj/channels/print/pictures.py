"""Pictures on their way to paper: as many pixels as there are, and their size on the page."""

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

KEPT_FORMATS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml"}
AS_JPEG = "original|bgcolor-ffffff|format-jpeg|jpegquality-92"


@dataclass(frozen=True)
class Picture:
    """What a face needs to show a picture: `src`, the element's `id`, and the width and height that fit the column."""

    src: str
    id: str
    style: str


@dataclass(frozen=True)
class Shown:
    """A picture by the `id` of its element: its title in the library, and how many pixels wide it is (0: it has none)."""

    id: str
    title: str
    pixels: int


class PrintShelf:
    """The files that a folder shows, and which pictures and tables stand where. `column` and `tallest` in millimetres."""

    def __init__(self, *, column: float, tallest: float) -> None:
        self.column = column
        self.tallest = tallest
        self.files: dict[str, File] = {}
        self.shown: list[Shown] = []
        # The headings of tables by the ids of their elements.
        self.tables: dict[str, str] = {}

    def take(self, image: Any) -> Picture:
        """Put a CampaignImage's file on the shelf. ChannelError when the picture cannot be read."""
        suffix = PurePosixPath(image.file.name).suffix.lower()
        try:
            rendition = image.get_rendition("original" if suffix in KEPT_FORMATS else AS_JPEG)
            with rendition.file.storage.open(rendition.file.name) as opened:
                content = opened.read()
        except OSError as error:  # Wagtail's SourceImageIOError is one.
            # Lazy: this is raised while the edition's language is active, and read in the editor's.
            sentence = gettext_lazy("The picture “{title}” cannot be read. Upload it again or take it out of the campaign.")
            raise ChannelError(format_lazy(sentence, title=image.title)) from error
        suffix = PurePosixPath(rendition.file.name).suffix.lower()
        pixels = 0 if suffix == ".svg" else rendition.width
        return self._put(content, suffix, (rendition.width, rendition.height), title=image.title, pixels=pixels)

    def take_chart(self, chart: Chart) -> Picture:
        """Put a chart's file on the shelf; it is drawn with lines, and sharp at any size."""
        suffix = PurePosixPath(chart.name).suffix
        return self._put(chart.content, suffix, (chart.width, chart.height), title="", pixels=0, tallest=self.column)

    def take_table(self, heading: str) -> str:
        """Remember a table, so that it can be told when it is wider than its column; gives its element's id."""
        name = f"table-{len(self.tables)}"
        self.tables[name] = heading
        return name

    def take_drawing(self, name: str, content: bytes) -> str:
        """Put a drawing of our own (SVG) on the shelf; gives its address."""
        path = f"media/{name}.svg"
        self.files[path] = File(path, KEPT_FORMATS[".svg"], content)
        return f"../{path}"

    def _put(self, content: bytes, suffix: str, size: tuple[int, int], *, title: str, pixels: int, tallest: float = 0) -> Picture:
        path = f"media/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self.files.setdefault(path, File(path, KEPT_FORMATS[suffix], content))
        share = size[1] / size[0]
        width = min(self.column, (tallest or self.tallest) / share)
        name = f"picture-{len(self.shown)}"
        self.shown.append(Shown(name, title, pixels))
        return Picture(f"../{path}", name, f"width: {width:.2f}mm; height: {width * share:.2f}mm")
