"""Rich text outside its own page: absolute links, only the tags that a campaign may use, and a readable plain form."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html
from wagtail.rich_text import expand_db_html

from kampanj.municipality.models import SiteSettings

KEPT_TAGS = {"p", "br", "b", "strong", "i", "em", "a", "ul", "ol", "li", "h2", "h3", "h4"}
VOID_TAGS = {"br"}
SAFE_SCHEMES = ("http://", "https://", "mailto:", "tel:")
# Not characters of XML 1.0 (https://www.w3.org/TR/xml/#charsets): no markup can hold them.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BULLET = "– "


def without_scheme(address: str) -> str:
    """A web address as it is read on paper: without https://, www. and a slash at the end."""
    return re.sub(r"^https?://(?:www\.)?", "", address).rstrip("/")


def as_html(value: Any, municipality: SiteSettings | None) -> str:
    """Well-formed HTML (void tags closed) of a RichText or its source; anything but KEPT_TAGS is unwrapped."""
    body = _tree(value, municipality)
    for element in body.iter():
        # lxml writes an element without text as <p/>, which HTML reads as an opening tag.
        if element.tag not in VOID_TAGS and not len(element) and element.text is None:
            element.text = ""
    return _escaped(body.text) + "".join(etree.tostring(child, encoding="unicode", method="xml") for child in body)


def as_plain(value: Any, municipality: SiteSettings | None) -> str:
    """Plain text of a RichText or its source, paragraphs separated by a blank line, every link written out."""
    written = _plain_children(_tree(value, municipality))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in written.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def without_controls(text: str) -> str:
    """`text` without the characters that no XML document can hold."""
    return NOT_XML.sub("", text)


def _tree(value: Any, municipality: SiteSettings | None) -> html.HtmlElement:
    """A <div> holding the expanded and cleaned rich text."""
    source = getattr(value, "source", value) or ""
    body = html.fragment_fromstring(without_controls(expand_db_html(source)), create_parent="div")
    for element in list(body.iterdescendants()):
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            element.drop_tree() if hasattr(element, "drop_tree") else element.getparent().remove(element)
        elif element.tag not in KEPT_TAGS:
            element.drop_tag()
        else:
            _keep_only_address(element, municipality)
    return body


def _keep_only_address(element: html.HtmlElement, municipality: SiteSettings | None) -> None:
    """Drop every attribute; a link keeps its address, made absolute. A link without a usable address becomes text."""
    address = (element.get("href") or "").strip()
    element.attrib.clear()
    if element.tag != "a":
        return
    is_ours = address.startswith("/") and not address.startswith("//")
    if is_ours and municipality is not None:
        address = municipality.absolute(address)
    if is_ours or address.lower().startswith(SAFE_SCHEMES):
        element.set("href", address)
    else:
        element.drop_tag()


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain_children(element: html.HtmlElement) -> str:
    return (element.text or "") + "".join(_plain(child) + (child.tail or "") for child in element)


def _plain(element: html.HtmlElement) -> str:
    inner = _plain_children(element)
    match element.tag:
        case "br":
            return "\n"
        case "a":
            return _plain_link(inner, element.get("href", ""))
        case "li":
            return f"\n{_marker(element)}{' '.join(inner.split())}"
        case "p" | "ul" | "ol" | "h2" | "h3" | "h4":
            return f"\n\n{inner.strip()}\n\n"
        case _:
            return inner


def _plain_link(text: str, address: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    return bare if text.strip() in ("", bare) else f"{text} ({bare})"


def _marker(item: html.HtmlElement) -> str:
    parent = item.getparent()
    if parent is not None and parent.tag == "ol":
        return f"{1 + sum(1 for before in item.itersiblings('li', preceding=True))}. "
    return BULLET
