"""From matplotlib's SVG to a small one: the reader's fonts, colours that follow light and dark, nothing superfluous.

While a chart is drawn each colour has a placeholder; here the placeholders become CSS custom properties. The style stands
in the picture itself, so that the page, which allows no style of its own, only links it.
"""

from __future__ import annotations

import re

from lxml import etree

from kampanj.content.statistics.palette import COLOURS, Palette

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PLACEHOLDERS = {name: f"#0101{number:02x}" for number, name in enumerate(COLOURS, start=16)}
FONTS = "-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',sans-serif"
# What is so for every line and text unless it says otherwise.
DEFAULTS = "path,line{stroke-linejoin:round;stroke-linecap:butt}"


def finished(drawn: bytes, palette: Palette, *, right_to_left: bool) -> bytes:
    """The finished SVG, in UTF-8 without a declaration of its own."""
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(drawn, parser)
    for element in list(root.iter(f"{SVG}metadata", f"{SVG}title", f"{SVG}style")):
        element.getparent().remove(element)
    for name in ("width", "height"):
        root.set(name, root.get(name, "").removesuffix("pt"))
    root.attrib.pop("version", None)
    if right_to_left:
        _let_texts_run_their_own_way(root)
    _drop_unused_ids(root)
    _unwrap(root)
    style = etree.Element(f"{SVG}style")
    style.text = _style(palette)
    root.insert(0, style)
    return _with_properties(etree.tostring(root, encoding="unicode")).encode()


def _style(palette: Palette) -> str:
    light, dark = (
        "".join(f"--{name}:{colour};" for name, colour in colours.items()) for colours in (palette.light, palette.dark)
    )
    return (
        f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f"text{{font-family:{FONTS};white-space:pre}}{DEFAULTS}"
    )


def _let_texts_run_their_own_way(root: etree._Element) -> None:
    """A text begins on its own side; where it is anchored stays as it was drawn."""
    for text in root.iter(f"{SVG}text"):
        text.set("unicode-bidi", "plaintext")


def _drop_unused_ids(root: etree._Element) -> None:
    used = set(re.findall(r"url\(#([^)]+)\)", etree.tostring(root, encoding="unicode")))
    used |= {element.get(HREF, "").removeprefix("#") for element in root.iter()}
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)


def _unwrap(root: etree._Element) -> None:
    """Groups that say nothing go, what stands in them stays; what defines nothing goes."""
    for group in list(root.iter(f"{SVG}g", f"{SVG}defs")):
        parent = group.getparent()
        if parent is None or group.attrib or (group.tag == f"{SVG}defs" and len(group)):
            continue
        place = parent.index(group)
        parent[place : place + 1] = list(group)


def _with_properties(text: str) -> str:
    for name, placeholder in PLACEHOLDERS.items():
        text = text.replace(placeholder, f"var(--{name})")
    # One decimal is a tenth of a pixel.
    text = re.sub(r"(?<=\d)\.(\d)\d+", r".\1", text)
    text = re.sub(r" font-family: [^;\"]*;", "", text)
    text = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", text)
    text = re.sub(r'(?<= )(style|d)="([^"]*)"', _tightened, text)
    return text.replace("\n", " ")


def _tightened(attribute: re.Match[str]) -> str:
    """A style or a path without the spaces that say nothing. What stands between tags is the reader's and keeps its own."""
    value = re.sub(r"\s+", " ", attribute[2]).strip()
    return f'{attribute[1]}="{re.sub("(?<=[;:]) ", "", value)}"'
