"""The letter as bytes: built once per language, then spliced with the recipient's own values.

`build` makes an RFC 5322 message with slots; `LetterForm.fill` puts in what is personal. Both bodies are
quoted-printable (RFC 2045), so that every relay takes them; a slot stands between two soft line breaks, which is what
lets a value be spliced into encoded text without encoding the letter anew.
"""

from __future__ import annotations

import hashlib
import quopri
import re
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kampanj.distribution.exceptions import SenderMissing
from kampanj.municipality.models import SiteSettings

if TYPE_CHECKING:
    from kampanj.channels.email import Letter

SLOT = re.compile(r"KAMPANJ-SLOT-(unsubscribe|package)")
_SLOT_BYTES = re.compile(SLOT.pattern.encode())
_SAFE_HEADER = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
CRLF = b"\r\n"


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
    return quopri.encodestring(text.encode()).replace(b"\n", CRLF)


def header(name: str, value: str) -> bytes:
    """One unfolded header line of printable ASCII; ValueError for anything that could begin another line.

    Unfolded, because the standard library folds a long List-Unsubscribe into encoded words, which breaks one-click.
    """
    if not _SAFE_HEADER.fullmatch(value) or len(name) + len(value) > 990:
        raise ValueError(f"Not a header value: {name}")
    return f"{name}: {value}".encode("ascii") + CRLF


def sender_address(municipality: SiteSettings) -> Address:
    """The From address; SenderMissing when the municipality has not filled it in."""
    if not municipality.sender_email:
        raise SenderMissing(_("The sender's address is missing. Fill it in under Settings → Municipality → Sender."))
    # A line end in a name would end the header.
    name = " ".join((municipality.sender_name or municipality.municipality_name).split())
    return Address(name, addr_spec=municipality.sender_email)


def build(letter: Letter, municipality: SiteSettings, *, list_id: str, is_test: bool = False) -> bytes:
    """The message that every recipient of this language gets, with slots where personal values belong.

    `list_id` is the ASCII label of the List-Id (RFC 2919); the sender's domain is added.
    """
    sender = sender_address(municipality)
    fixed = EmailMessage(policy=policy.SMTP)
    fixed["From"] = sender
    fixed["Subject"] = f"[TEST] {letter.subject}" if is_test else letter.subject
    if municipality.reply_to:
        fixed["Reply-To"] = Address(sender.display_name, addr_spec=municipality.reply_to)
    boundary = "kampanj-" + hashlib.sha256((letter.text + letter.html).encode()).hexdigest()[:24]
    lines = [
        fixed.as_bytes().removesuffix(CRLF),
        header("Content-Language", letter.language),
        header("List-Id", f"<{list_id}.{sender.domain}>"),
        header("Auto-Submitted", "auto-generated"),
        header("Precedence", "bulk"),
        header("MIME-Version", "1.0"),
        header("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
        CRLF,
    ]
    for kind, body in (("plain", letter.text), ("html", letter.html)):
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
        head, separator, body = message.partition(CRLF + CRLF)
        self._head = head + CRLF
        parts = _SLOT_BYTES.split(body)
        # split() gives text, slot name, text, slot name, …, text.
        self._texts = [separator.removeprefix(CRLF) + parts[0], *parts[2::2]]
        self._slots = [name.decode() for name in parts[1::2]]

    def fill(self, addressee: Addressee) -> bytes:
        """The whole message for one recipient, CRLF line ends, not dot-stuffed. KeyError when a slot has no link."""
        links = addressee.links
        own = [
            header("To", f"<{addressee.address}>"),
            header("Message-ID", addressee.message_id),
            header("Date", addressee.date),
            header("List-Unsubscribe", f"<{links['unsubscribe']}>"),
            header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
        body = [self._texts[0]]
        for slot, text in zip(self._slots, self._texts[1:], strict=True):
            body += [_encode(links[slot]), text]
        return b"".join([*own, self._head, *body])
