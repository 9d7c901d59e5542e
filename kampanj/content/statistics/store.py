"""Charts in the public store: each is drawn once, under a name made of all that it shows and of the code that draws it.

A page only links the file, as it does with a picture's rendition; drawing the page again draws no chart.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder

from kampanj.content.statistics import drawing
from kampanj.content.statistics.layout import Plan
from kampanj.content.statistics.palette import Palette
from kampanj.content.statistics.table import Mark

FOLDER = "charts"
NAME = re.compile(rf"{FOLDER}/[0-9a-f]{{64}}\.(?:svg|png)")
DRAWERS: dict[str, Callable[[Plan, Palette], bytes]] = {"svg": drawing.as_svg, "png": drawing.as_png}


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in the store: `name` there, and its width and height in CSS pixels."""

    name: str
    width: int
    height: int

    @property
    def url(self) -> str:
        """The address that the store gives it; may lack scheme and host."""
        return default_storage.url(self.name)

    @property
    def content(self) -> bytes:
        """Its bytes."""
        with default_storage.open(self.name) as file:
            return file.read()


def chart(plan: Plan, palette: Palette, form: Literal["svg", "png"]) -> Chart:
    """The chart in the store, drawn now if it has never been drawn."""
    name = f"{FOLDER}/{_key(plan, palette)}.{form}"
    if not default_storage.exists(name):
        stored = default_storage.save(name, ContentFile(DRAWERS[form](plan, palette)))
        if stored != name:  # Another process has drawn it meanwhile: the same bytes.
            default_storage.delete(stored)
    width, height = drawing.size_of(plan, png=form == "png")
    return Chart(name=name, width=width, height=height)


def stored_bytes(address: str) -> bytes | None:
    """The bytes of the chart that a page links as `address`; None when the address is no chart's."""
    found = re.search(NAME.pattern + "$", unquote(urlsplit(address).path))
    return Chart(found[0], 0, 0).content if found and default_storage.exists(found[0]) else None


def _key(plan: Plan, palette: Palette) -> str:
    """SHA-256 of what the chart shows and of how it is drawn, 64 hexadecimal digits."""
    shown = json.dumps([_recipe(), asdict(plan), asdict(palette)], cls=_Encoder, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()


class _Encoder(DjangoJSONEncoder):
    def default(self, o: object) -> object:
        return o.value if isinstance(o, Mark) else super().default(o)


@functools.cache
def _recipe() -> str:
    """SHA-256 of the code that draws, and matplotlib's version: a new release must not serve an old drawing."""
    digest = hashlib.sha256(version("matplotlib").encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
