"""What a file really is, told from its first bytes. Its name and the browser's word for it are not believed.

Signatures follow the WHATWG MIME Sniffing Standard (section 7.1 for markup) and the formats' own specifications.
"""

from __future__ import annotations

import re
from typing import Protocol

# How much of a file is looked at, in bytes.
HEAD = 4096
# Markup and scripts: what a browser could run, whatever the file is called.
MARKUP = re.compile(
    rb"\s*(?:<\s*(?:!doctype|!--|\?xml|\?php|(?:html|head|title|body|script|style|iframe|object|embed|svg|a|b|br|div|font|h1|img|"
    rb"link|meta|p|table)\b)|#!)",
    re.IGNORECASE,
)
# What does not belong in plain text, wherever it stands.
ACTIVE = re.compile(rb"<\s*(?:script|svg|html|iframe)\b", re.IGNORECASE)
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
ZIP = rb"PK(?:\x03\x04|\x05\x06)"
# A layer III frame of MPEG-1, 2 or 2.5: eleven bits set, a version, a layer and a bit rate that exist.
MP3 = rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x00-\xef]"
SIGNATURES = {
    "docx": ZIP,
    "m4a": rb".{4}ftyp",
    "mp3": MP3,
    "mp4": rb".{4}ftyp",
    "odt": ZIP,
    "ogg": rb"OggS",
    "pdf": rb"%PDF-",
    "pptx": ZIP,
    "webm": rb"\x1a\x45\xdf\xa3.{0,64}?webm",
    "xlsx": ZIP,
    "zip": ZIP,
}


class Readable(Protocol):
    """A file that can be read from its beginning."""

    def seek(self, position: int, /) -> object: ...

    def read(self, size: int, /) -> bytes: ...


def head_of(file: Readable) -> bytes:
    """The first bytes of a file, which is left standing at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return head


def is_markup(head: bytes) -> bool:
    """Whether a file that begins so is HTML, SVG, XML or a script, in any encoding whose ASCII can be seen."""
    return MARKUP.match(_ascii(head)) is not None


def _ascii(head: bytes) -> bytes:
    """The head without its byte order mark and without the zeros that UTF-16 and UTF-32 put between ASCII letters."""
    for mark in BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"")


def is_what_it_is_called(head: bytes, extension: str) -> bool:
    """Whether a file that begins so can have this extension (lower case, no dot): it has its signature, or is plain text."""
    signature = SIGNATURES.get(extension)
    if signature is None:
        return not is_markup(head) and not ACTIVE.search(_ascii(head))
    return re.match(signature, head, re.DOTALL) is not None
