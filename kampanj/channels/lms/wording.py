"""Words made fit for a package's XML: titles without tags, HTML in ASCII, addresses in ASCII."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit, urlunsplit

from django.utils.encoding import iri_to_uri, punycode
from django.utils.translation import get_language_info

from kampanj.channels.lms.package import shortened
from kampanj.channels.rich_text import without_controls

TITLE_LIMIT = 255
TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
# Moodle pastes a section's title unescaped into XML: no character that means something there may stay.
NOT_IN_TITLE = str.maketrans({"<": "‹", ">": "›"})
# What RFC 3986 has no place for after the host, though `iri_to_uri` lets it be.
ESCAPED = str.maketrans({"[": "%5B", "]": "%5D", "#": "%23"})
LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
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


def block_html(text: str, language: str) -> str:
    """Plain text as HTML paragraphs in pure ASCII that say their language; a blank line begins a new paragraph.

    The platform's own language and direction would hold otherwise: an Arabic question would begin at the wrong end.
    """
    paragraphs = re.split(r"\n\s*\n", without_controls(text).replace("\r\n", "\n").strip())
    marks = f'lang="{language}" dir="{direction(language)}"'
    return "".join(f"<p {marks}>{inline_html(paragraph)}</p>" for paragraph in paragraphs if paragraph.strip())


def phrase_html(text: str, language: str) -> str:
    """As `inline_html`; what is written from right to left says so."""
    written = inline_html(text)
    return f'<span lang="{language}" dir="rtl">{written}</span>' if direction(language) == "rtl" else written


def direction(language: str) -> str:
    """`rtl` or `ltr`, as HTML's `dir` has it, of an IETF tag; `ltr` of a language that Django does not know."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def address(url: str) -> str:
    """`url` in ASCII: the host in punycode, the rest percent-encoded (RFC 3986). An address nobody can read stays as it is.

    Moodle leads a link nowhere that holds anything else.
    """
    bare = without_controls(url).strip()
    try:
        parts = urlsplit(bare)
        netloc = parts.netloc if parts.netloc.isascii() else punycode(parts.netloc)
    except ValueError:
        return iri_to_uri(bare)
    after_host = (parts.path, parts.query, parts.fragment)
    path, query, fragment = (LONE_PERCENT.sub("%25", part).translate(ESCAPED) for part in after_host)
    return iri_to_uri(urlunsplit((parts.scheme, netloc, path, query, fragment)))
