"""Words made fit for a package's XML: titles without tags, HTML in ASCII, addresses in ASCII."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit, urlunsplit

from django.utils.encoding import iri_to_uri, punycode

from kampanj.channels.lms.package import shortened
from kampanj.channels.rich_text import without_controls

TITLE_LIMIT = 255
TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
# Moodle pastes a section's title unescaped into XML: no character that means something there may stay.
NOT_IN_TITLE = str.maketrans({"<": "‹", ">": "›"})
NOT_IN_SECTION_TITLE = str.maketrans({"&": "+"})


def title(text: str, *, limit: int = TITLE_LIMIT) -> str:
    """One line without tags or control characters, at most `limit` characters, never empty."""
    bare = TAG.sub("", without_controls(html.unescape(text)))
    return shortened(bare.translate(NOT_IN_TITLE), limit) or "–"


def section_title(text: str) -> str:
    """As `title`, and without ampersands."""
    return title(text).translate(NOT_IN_SECTION_TITLE)


def inline_html(text: str) -> str:
    """Plain text as HTML in pure ASCII, lines kept.

    Character references survive importers that read HTML as Latin-1.
    """
    escaped = html.escape(without_controls(text).strip(), quote=False)
    lines = "<br>".join(line.strip() for line in escaped.splitlines())
    return lines.encode("ascii", "xmlcharrefreplace").decode()


def block_html(text: str) -> str:
    """Plain text as HTML paragraphs in pure ASCII; a blank line begins a new paragraph."""
    paragraphs = re.split(r"\n\s*\n", without_controls(text).replace("\r\n", "\n").strip())
    return "".join(f"<p>{inline_html(paragraph)}</p>" for paragraph in paragraphs if paragraph.strip())


def address(url: str) -> str:
    """`url` in ASCII: the host in punycode, the rest percent-encoded (RFC 3986). An address nobody can read stays as it is."""
    bare = without_controls(url).strip()
    try:
        parts = urlsplit(bare)
        netloc = parts.netloc if parts.netloc.isascii() else punycode(parts.netloc)
    except ValueError:
        return iri_to_uri(bare)
    return iri_to_uri(urlunsplit(parts._replace(netloc=netloc)))
