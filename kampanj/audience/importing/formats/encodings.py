"""Which characters a text file's bytes mean.

A byte order mark decides (UTF-8, UTF-16 as some spreadsheets' “Unicode text”), else strict UTF-8, else Windows-1252. Guessing by
statistics is left out on purpose: it reads Swedish Windows-1252 as other code pages. Whoever knows better chooses.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import BinaryIO

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.audience.exceptions import RosterRefused

# Gives the file from its start, each time it is called.
Opener = Callable[[], BinaryIO]
CHUNK = 256 * 1024
# The five bytes that Windows-1252 gives no character.
_UNASSIGNED = bytes(byte for byte in range(256) if not bytes([byte]).decode("cp1252", errors="ignore"))


class Encoding(TextChoices):
    """The encodings that a roster may be in."""

    UTF_8 = "utf-8", "UTF-8"
    CP1252 = "cp1252", gettext_lazy("Windows (Western European)")
    UTF_16 = "utf-16", gettext_lazy("UTF-16 (“Unicode text”)")
    MAC_ROMAN = "mac_roman", gettext_lazy("older Mac")


def find_encoding(opened: Opener, chosen: str = "") -> str:
    """The Encoding's value: the one chosen, or the one that the bytes of the whole file tell.

    Raises RosterRefused when the bytes are no text, or when nobody knows the chosen encoding.
    """
    if chosen:
        if chosen not in Encoding.values:
            raise RosterRefused(_("The encoding is not one that can be read. Choose one from the list."))
        return chosen
    head = opened().read(len(codecs.BOM_UTF8))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding.UTF_16.value
    if _is_utf8(opened()):
        return Encoding.UTF_8.value
    if not head.startswith(codecs.BOM_UTF8) and _is_cp1252(opened()):
        return Encoding.CP1252.value
    raise no_text()


def codec(encoding: str) -> str:
    """The name under which Python reads the encoding and passes over a byte order mark."""
    return "utf-8-sig" if encoding == Encoding.UTF_8 else encoding


def no_text() -> RosterRefused:
    """The refusal of what is not text in the encoding."""
    return RosterRefused(_("The file cannot be read as text. Save it as CSV (UTF-8) in the spreadsheet and import that."))


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_cp1252(stream: BinaryIO) -> bool:
    while chunk := stream.read(CHUNK):
        if len(chunk.translate(None, _UNASSIGNED)) != len(chunk):
            return False
    return True
