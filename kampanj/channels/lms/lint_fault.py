"""What the linter says, and how it reads XML: strictly, and without fetching anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lxml import etree


class Trap(Enum):
    """What an importer trips on."""

    ARCHIVE = "archive"
    MANIFEST_FIRST = "manifest first"
    HEAD = "marks within the first 1024 bytes"
    XML = "well-formed XML"
    ROOT_ITEM = "one root item without title"
    IDENTIFIER = "identifiers are xs:ID, used once, and lead somewhere"
    TITLE = "titles: present, at most 255 characters, no tags"
    FILE_NAME = "ASCII file names"
    MISSING_FILE = "every file listed is there"
    KIND = "every resource is of a kind that the form of package holds"
    UNLISTED_FILE = "every file there is listed"
    STRIPPED_TAG = "no tag that platforms strip"
    LINK = "links: pictures relative and there, the rest absolute, none from page to page"
    ALT = "every picture has an alternative text, even an empty one"
    LANGUAGE = "every page says its language"
    RIGHT_ANSWER = "every question has a right answer that is found"
    QUESTION = "every question has words and at least two answers"
    WEB_ADDRESS = "web links lead to the web"


@dataclass(frozen=True)
class Fault:
    """One thing wrong: which trap, and a translated sentence that names it."""

    trap: Trap
    message: str


def parsed(content: bytes) -> etree._Element | None:
    """The root element; None when the bytes are not well-formed XML."""
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def fault(trap: Trap, message: str, **values: object) -> Fault:
    """A Fault whose translated `message` is filled with `values`."""
    return Fault(trap, message % values)
