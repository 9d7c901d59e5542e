"""What the tests of public pages look for in a response."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

LOADING = {
    "link": "href",
    "script": "src",
    "img": "src",
    "source": "srcset",
    "iframe": "src",
    "form": "action",
    "video": "src",
    "audio": "src",
}
# A link that only says something loads nothing.
SAYING = {"canonical", "alternate"}


def parsed(response: Any) -> Element:
    """The page's root element."""
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def said(element: Element | None) -> str:
    """The element's text as the browser's textContent, white space collapsed."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def with_class(root: Element, name: str) -> list[Element]:
    """Every element of the class."""
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


def loaded_from_elsewhere(root: Element) -> Iterator[str]:
    """Addresses with a host among what the browser fetches by itself."""
    for tag, attribute in LOADING.items():
        for element in root.iter(tag):
            address = element.get(attribute) or ""
            if re.match(r"(\w+:)?//", address) and element.get("rel") not in SAYING:
                yield address
