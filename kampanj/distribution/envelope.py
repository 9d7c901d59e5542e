"""The letter as bytes: built once per language, then spliced with the recipient's own values.

`build` makes an RFC 5322 message with slots, which is what is approved. Both bodies are quoted-printable (RFC 2045); a
slot stands between two soft line breaks, which lets a value be spliced into encoded text without encoding the letter
anew. `LetterForm` cuts that message once into two forms for the wire: as it is, for every relay, and with 8bit bodies
(RFC 6152), about a tenth shorter, for relays that take them. Both decode to the same text.
"""

from __future__ import annotations

import hashlib
import quopri
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.quoprimime import body_encode
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kampanj.distribution.exceptions import SenderMissing
from kampanj.distribution.headers import CRLF, feedback_id, header, mailbox, one_line, recipient, unstructured
from kampanj.municipality.models import SiteSettings

if TYPE_CHECKING:
    from kampanj.channels.email import Letter

SLOT = re.compile(r"KAMPANJ-SLOT-(unsubscribe|package|via)")
_SLOT_BYTES = re.compile(SLOT.pattern.encode())
_TAG_NAME = re.compile(r"<[a-zA-Z][a-zA-Z0-9:-]* |</[a-zA-Z][a-zA-Z0-9:-]*(?=>)")
_QUOTED_PRINTABLE = b"Content-Transfer-Encoding: quoted-printable\r\n"
_BOUNDARY = re.compile(rb'boundary="([^"]+)"')
_LONG_LINE = re.compile(rb"[^\n]{77}")
END_OF_DATA = b".\r\n"
# RFC 5322 allows 998 bytes a line; a slot counts as the longest value that is spliced into it.
LINE_BYTES = 998
QUOTED_LINE = 76
LONGEST_LINK = 400
LONGEST_VIA = 60
# A line of HTML is ended inside the next tag after so many characters.
FOLD_FROM = 300


def folded(html: str) -> str:
    """The same HTML with its long lines ended after the name of a tag, where white space means nothing."""
    return "\n".join(_folded_line(line) for line in html.split("\n"))


def _folded_line(line: str) -> str:
    pieces: list[str] = []
    start = 0
    for tag in _TAG_NAME.finditer(line):
        if tag.end() - start > FOLD_FROM:
            pieces.append(line[start : tag.end()].removesuffix(" "))
            start = tag.end()
    return "\n".join([*pieces, line[start:]])


def quoted_printable(text: str) -> bytes:
    """UTF-8 text as quoted-printable lines of at most 76 characters, slots left readable on lines of their own."""
    pieces: list[bytes] = []
    position = 0
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    for slot in SLOT.finditer(normal):
        pieces += [_encode(normal[position : slot.start()]), b"=\r\n", slot.group(0).encode("ascii"), b"=\r\n"]
        position = slot.end()
    pieces.append(_encode(normal[position:]))
    return b"".join(pieces)


def _encode(text: str) -> bytes:
    octets = text.encode()
    encoded = quopri.encodestring(octets)
    # `quopri` writes up to 78 characters where white space ends a line, which RFC 2045 (6.7) forbids; this way is slower.
    if _LONG_LINE.search(encoded):
        encoded = body_encode(octets.decode("latin-1"), maxlinelen=QUOTED_LINE).encode("ascii")
    return _with_room(encoded).replace(b"\n", CRLF)


def _with_room(encoded: bytes) -> bytes:
    """The same with room for a soft line break after its last line, which a slot may need."""
    before, newline, last = encoded.rpartition(b"\n")
    if len(last) < QUOTED_LINE:
        return encoded
    cut = QUOTED_LINE // 2
    # Not within “=C3”.
    while b"=" in last[cut - 2 : cut]:
        cut -= 1
    return before + newline + last[:cut] + b"=\n" + last[cut:]


def sender_address(municipality: SiteSettings) -> Address:
    """The From address; SenderMissing when the municipality has not filled it in."""
    if not municipality.sender_email:
        raise SenderMissing(_("The sender's address is missing. Fill it in under Settings → Municipality → Sender."))
    # A line end in a name would end the header.
    name = one_line(municipality.sender_name) or one_line(municipality.municipality_name)
    return Address(name, addr_spec=municipality.sender_email)


def build(letter: Letter, municipality: SiteSettings, *, list_id: str, feedback: str, is_test: bool = False) -> bytes:
    """The message that every recipient of this language gets, with slots where personal values belong.

    `list_id` is the ASCII label of the List-Id (RFC 2919), `feedback` what the letter is, for the Feedback-ID (three names
    with colons between them); the sender's domain is added to both.
    """
    sender = sender_address(municipality)
    boundary = "kampanj-" + hashlib.sha256((letter.text + letter.html).encode()).hexdigest()[:20]
    lines = [
        mailbox("From", sender),
        unstructured("Subject", f"[TEST] {letter.subject}" if is_test else letter.subject),
    ]
    if municipality.reply_to:
        lines.append(mailbox("Reply-To", Address(sender.display_name, addr_spec=municipality.reply_to)))
    lines += [
        header("Content-Language", letter.language),
        header("List-Id", f"<{list_id}.{sender.domain}>"),
        header("Auto-Submitted", "auto-generated"),
        header("Precedence", "bulk"),
        feedback_id(feedback, sender.domain),
        header("MIME-Version", "1.0"),
        header("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
        CRLF,
    ]
    for kind, body in (("plain", letter.text), ("html", folded(letter.html))):
        lines += [
            f"--{boundary}\r\n".encode(),
            header("Content-Type", f"text/{kind}; charset=utf-8"),
            header("Content-Transfer-Encoding", "quoted-printable"),
            CRLF,
            quoted_printable(body),
            CRLF,
        ]
    lines.append(f"--{boundary}--\r\n".encode())
    return b"".join(lines)


@dataclass(frozen=True)
class Addressee:
    """What is personal in a letter. `links` has an absolute address for each slot that the letter uses."""

    address: str
    message_id: str
    date: str
    links: dict[str, str]


class LetterForm:
    """An approved letter's bytes, cut at its slots once, ready to be filled many times."""

    def __init__(self, message: bytes) -> None:
        self._whole = _Cut(message)
        self._stuffed = _Cut(dot_stuffed(message))
        eight_bit = in_eight_bit(message)
        self._eight_bit = self._stuffed if eight_bit is None else _Cut(dot_stuffed(eight_bit), is_encoded=False)

    def fill(self, addressee: Addressee) -> bytes:
        """The whole message for one recipient, CRLF line ends, not dot-stuffed. KeyError when a slot has no link."""
        return self._whole.fill(addressee)

    def fill_for_wire(self, addressee: Addressee, *, is_eight_bit: bool) -> bytes:
        """What follows DATA (RFC 5321, 4.5.2): dot-stuffed, with the final dot; bodies in 8bit where the relay takes it."""
        return (self._eight_bit if is_eight_bit else self._stuffed).fill(addressee) + END_OF_DATA


class _Cut:
    """One form of the message: its head and its texts between the slots."""

    def __init__(self, message: bytes, *, is_encoded: bool = True) -> None:
        head, separator, body = message.partition(CRLF + CRLF)
        self._head = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" + head + CRLF
        parts = _SLOT_BYTES.split(body)
        # split() gives text, slot name, text, slot name, …, text.
        self._first = separator.removeprefix(CRLF) + parts[0]
        self._rest = list(zip([name.decode() for name in parts[1::2]], parts[2::2], strict=True))
        self._is_encoded = is_encoded

    def fill(self, addressee: Addressee) -> bytes:
        links = addressee.links
        pieces = [
            recipient(addressee.address),
            header("Message-ID", addressee.message_id),
            header("Date", addressee.date),
            header("List-Unsubscribe", f"<{links['unsubscribe']}>"),
            self._head,
            self._first,
        ]
        written = self._written(links)
        for slot, text in self._rest:
            pieces += (written[slot], text)
        return b"".join(pieces)

    def _written(self, links: Mapping[str, str]) -> dict[str, bytes]:
        if not self._is_encoded:
            return {slot: link.encode("ascii") for slot, link in links.items()}
        # A soft line break may put a dot first on its line.
        return {slot: _encode(link).replace(b"\r\n.", b"\r\n..") for slot, link in links.items()}


def dot_stuffed(message: bytes) -> bytes:
    """The message with a second dot before every line that begins with one."""
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def in_eight_bit(message: bytes) -> bytes | None:
    """The same message with its quoted-printable parts as 8bit; None when 8bit cannot hold one of them.

    Nothing but the transfer encoding changes: the head and the boundaries are the approved ones, byte for byte.
    """
    found = _BOUNDARY.search(message.partition(CRLF + CRLF)[0])
    if found is None:
        return None
    delimiter = b"--" + found.group(1)
    parts = [_part_in_eight_bit(part) for part in message.split(delimiter)]
    return None if None in parts else delimiter.join(part for part in parts if part is not None)


def _part_in_eight_bit(part: bytes) -> bytes | None:
    head, _separator, body = part.partition(CRLF + CRLF)
    if _QUOTED_PRINTABLE not in head + CRLF:
        return part
    text = quopri.decodestring(body)
    if not _fits_eight_bit(text):
        return None
    return (head + CRLF).replace(_QUOTED_PRINTABLE, b"Content-Transfer-Encoding: 8bit\r\n") + CRLF + text


def _fits_eight_bit(text: bytes) -> bool:
    """Whole lines, each short enough with its links in place, and no NUL (RFC 2045, 2.8)."""
    lines = text.split(CRLF)
    longest = max(len(line) + sum(map(_room_for, _SLOT_BYTES.findall(line))) for line in lines)
    return longest <= LINE_BYTES and not any(octet in line for line in lines for octet in (b"\0", b"\r", b"\n"))


def _room_for(slot: bytes) -> int:
    return LONGEST_VIA if slot == b"via" else LONGEST_LINK
