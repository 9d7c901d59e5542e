"""Mail servers repeat whom a letter was for in their answers. What is kept or logged of an answer names nobody."""

from __future__ import annotations

import re

BLANK = "•••"
# Anything that looks like an address, also with a quoted local part; the signs that stand around one in an answer end it.
_ADDRESS = re.compile(r"\"[^\"@]*\"@[^\s<>:;,()\"']+|[^\s<>:;,()\"']+@[^\s<>:;,()\"']+")
# How “@” is written in a return path made of an address (VERP, SRS), in a URL and in quoted-printable.
_AT = r"\s*(?:@|=40|=|%40|\(at\)|\[at\]|\bat\b)\s*"
_STATUS = re.compile(r"[\d.]+")


def redacted(text: str, *addresses: str) -> str:
    """The text with every address blanked; of `addresses` also other spellings and a local part that stands alone."""
    if _names_nobody(text, addresses):
        return text
    for address in addresses:
        text = _without_whole(text, address)
    text = _ADDRESS.sub(BLANK, text)
    for address in addresses:
        text = _without_local(text, address)
    return text


def without(text: str, address: str) -> str:
    """The text with this address blanked as `redacted` does, but nobody else's: it may name who sends."""
    return text if _names_nobody(text, (address,)) else _without_local(_without_whole(text, address), address)


def _without_whole(text: str, address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return re.sub(re.escape(local) + _AT + re.escape(domain), BLANK, text, flags=re.IGNORECASE)


def _without_local(text: str, address: str) -> str:
    local = address.rpartition("@")[0]
    # “5.1.1” is how the answer says what is wrong, whatever an address begins with.
    if _STATUS.fullmatch(local):
        return text
    return re.sub(rf"(?<![\w.+-]){re.escape(local)}(?![\w+-])", BLANK, text, flags=re.IGNORECASE)


def _names_nobody(text: str, addresses: tuple[str, ...]) -> bool:
    """Whether a plain look is enough, as for nearly every answer: the patterns below are made anew for each address."""
    if "@" in text or not text.isascii():
        return False
    small = text.lower()
    return not any(address.rpartition("@")[0].lower() in small for address in addresses)
