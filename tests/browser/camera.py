"""Pictures of pages for the documents: small, the same each time, and what was written on every page that was opened."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

DESKTOP = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 760}
MOST_BYTES = 150_000
# Fewer and fewer colours, until the file is small enough.
COLOURS = (128, 64, 32, 16)
# Everything that a person, or a screen reader, could read as a name: texts of single elements, and names that are attributes.
NAMES = """() => {
    const found = new Set();
    const add = text => { if (text) found.add(text.replace(/\\s+/g, " ").trim()); };
    for (const one of document.querySelectorAll("body *")) {
        if (["SCRIPT", "STYLE", "TEMPLATE"].includes(one.tagName)) continue;
        for (const name of ["aria-label", "placeholder", "title", "alt"]) add(one.getAttribute(name));
        if (one.tagName === "INPUT" && ["submit", "button"].includes(one.type)) add(one.value);
        const own = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
        if (own) {
            add(one.textContent);
            for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) add(node.textContent);
        }
    }
    return [...found];
}"""


def plain(name: str) -> str:
    """A name as names are compared: without stars, colons, marks and the case of its letters."""
    return re.sub(r"\s+", " ", re.sub(r"[:*?…]+(?=\s|$)|^[“”\"]|[“”\"]$", "", name)).strip(" .").casefold()


class Camera:
    """Takes pictures into `folder`; `names` are theirs, `seen` every name that was read on a page (see `plain`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self.seen: set[str] = set()

    def read(self, page: Page) -> None:
        """Remember what is written on the page."""
        self.seen |= {plain(name) for name in page.evaluate(NAMES)}

    def take(self, page: Page, name: str, *, part: Locator | None = None, phone: bool = False, height: int = 0) -> None:
        """Keep a picture of what is seen, or of a part of it, as `name`.png."""
        assert name not in self.names, f"Two pictures are called {name}"
        self.read(page)
        size = {**(PHONE if phone else DESKTOP), **({"height": height} if height else {})}
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.mouse.move(0, 0)
        page.evaluate("document.fonts.ready")
        page.wait_for_function("[...document.images].every(image => image.complete || image.loading === 'lazy')")
        shoot: Callable[..., bytes] = part.screenshot if part else page.screenshot
        drawn = shoot(animations="disabled", caret="hide")
        (self.folder / f"{name}.png").write_bytes(small(drawn))
        self.names.append(name)
        if phone:
            page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def small(drawn: bytes) -> bytes:
    """The picture with a palette, as a PNG of at most MOST_BYTES; the most colours that fit."""
    with Image.open(io.BytesIO(drawn)) as opened:
        picture = opened.convert("RGB")
    for colours in COLOURS:
        packed = io.BytesIO()
        reduced = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(packed, "PNG", optimize=True)
        if packed.tell() <= MOST_BYTES:
            return packed.getvalue()
    raise AssertionError(f"A picture of {picture.size} is larger than {MOST_BYTES} bytes with {COLOURS[-1]} colours")
