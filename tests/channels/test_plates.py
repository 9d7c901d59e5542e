"""Colours on their way to the press: shadings, transparent ones and pictures among them, or a sentence that says why not."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from django.utils import translation
from PIL import Image

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import File
from kampanj.channels.pressroom.press import HOME, UNIVERSAL, Making, Press
from kampanj.channels.print.profile import FALLBACK, MEDIA_TYPE, PATH
from tests.channels.print.inks import only_inks

POINTS = 72 / 25.4
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><defs>
<linearGradient id="a"><stop offset="0" stop-color="#0B4A6F"/>
<stop offset="1" stop-color="#F2B632" stop-opacity="0.2"/></linearGradient>
<radialGradient id="b"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#2F5D50"/></radialGradient>
<mask id="m"><rect width="200" height="100" fill="#80C0FF"/></mask></defs>
<rect width="100" height="100" fill="url(#a)"/><circle cx="150" cy="50" r="40" fill="url(#b)" mask="url(#m)"/></svg>"""
PAGE = """<!DOCTYPE html><html lang="sv"><head><title>Prov</title><style>
@page {{ size: 60mm 60mm; margin: 0 }} body {{ margin: 0 }} div, img {{ display: block; width: 60mm; height: 15mm }}
</style></head><body>{body}</body></html>"""
SHADED = """<div style="background: linear-gradient(90deg, #0B4A6F, #F2B632 50%, #F2B632 50%, #B3261E)"></div>
<div style="background: radial-gradient(rgba(242, 182, 50, 0.9), rgba(47, 93, 80, 0.1))"></div>
<img src="../media/a.svg" alt="Prov"><img src="../media/b.png" alt="Prov">"""


def drawn(body: str, making: Making) -> bytes:
    picture = io.BytesIO()
    Image.radial_gradient("L").convert("RGBA").save(picture, "PNG")
    files = [
        File("media/a.svg", "image/svg+xml", SVG),
        File("media/b.png", "image/png", picture.getvalue()),
        File(PATH, MEDIA_TYPE, FALLBACK.read_bytes()),
    ]
    with Press(files) as press:
        return press.draw(PAGE.format(body=body), identifier="prov", making=making)[0].content


@pytest.fixture
def for_press() -> Making:
    if not FALLBACK.is_file():
        pytest.skip("libgs-common is not installed")
    return Making(variant="pdf/x-4", profile=f"{HOME}/{PATH}", inks={})


def seen(pdf: bytes, folder: Path) -> Image.Image:
    """The first page as it is shown."""
    (folder / "made.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "72", "-png", "-singlefile", folder / "made.pdf", folder / "page"], check=True)
    with Image.open(folder / "page.png") as opened:
        return opened.convert("RGB")


def test_shadings_masks_and_pictures_are_turned_into_inks_and_look_the_same(for_press: Making, tmp_path: Path) -> None:
    printed = drawn(SHADED, for_press)
    with pikepdf.open(io.BytesIO(printed)) as document:
        only_inks(document)
        assert any(one.get("/ShadingType") for one in document.objects if isinstance(one, pikepdf.Dictionary))
    shown, pressed = seen(drawn(SHADED, UNIVERSAL), tmp_path), seen(printed, tmp_path)
    assert shown.size == pressed.size
    for at in [(x, y) for x in range(5, 170, 12) for y in range(5, 125, 10)]:
        before, after = shown.getpixel(at), pressed.getpixel(at)
        # Four inks cannot show every colour, and poppler turns them back in a way of its own.
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 70, at  # type: ignore[arg-type]


def test_colours_that_are_no_inks_are_refused_in_a_sentence(for_press: Making) -> None:
    with translation.override("en"), pytest.raises(ChannelError, match="cannot be turned into the printer's inks"):
        drawn('<div style="background: oklab(60% 0.1 0.1)"></div>', for_press)
