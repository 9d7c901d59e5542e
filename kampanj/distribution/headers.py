"""Header lines of a letter (RFC 5322, RFC 2047): what is written in them can end no line and begin no other.

`EmailMessage` is not used for them: it folds a long List-Unsubscribe into encoded words, which breaks one-click, and gives
back other words than were written where a subject looks like an encoded word.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from email.header import Header
from email.headerregistry import Address
from email.utils import quote

CRLF = b"\r\n"
# RFC 5322 allows 998 characters a line, and asks for 78; RFC 2047 for 76 in a line with encoded words.
LINE_LENGTH = 998
FOLDED_LENGTH = 76
# A name longer than this is written as encoded words, which can be folded anywhere.
LONGEST_PLAIN_NAME = 50
LONGEST_PLAIN_WORD = 60
# Gmail takes no other lengths of the sender in a Feedback-ID.
FEEDBACK_SENDER_LENGTHS = range(5, 16)

_SAFE_VALUE = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+")
# One address without quoted parts or comments; whether its domain exists is for others to say.
_SAFE_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f-\x9f\"(),:;<>@\[\\\]]+@[^\s\x00-\x20\x7f-\x9f\"(),:;<>@\[\\\]]+")


def header(name: str, value: str) -> bytes:
    """One unfolded header line of printable ASCII; ValueError for anything that could begin another line."""
    if not _SAFE_VALUE.fullmatch(value) or len(name) + len(value) > LINE_LENGTH - len(": "):
        raise ValueError(f"Not a header value: {name}")
    return f"{name}: {value}".encode("ascii") + CRLF


def unstructured(name: str, text: str) -> bytes:
    """A header of words in any script, such as Subject; white space becomes single spaces, controls are left out."""
    return f"{name}: {_encoded(name, one_line(text))}".encode("ascii") + CRLF


def mailbox(name: str, address: Address) -> bytes:
    """A header with one address and its display name (From, Reply-To); ValueError when the address is none of ASCII."""
    if not is_address(address.addr_spec) or not address.addr_spec.isascii():
        raise ValueError(f"Not a header value: {name}")
    shown = one_line(address.display_name)
    if not shown:
        return header(name, f"<{address.addr_spec}>")
    if not shown.isascii() or "=?" in shown or len(shown) > LONGEST_PLAIN_NAME:
        shown = Header(shown, "utf-8", maxlinelen=FOLDED_LENGTH, header_name=name).encode(linesep="\r\n")
    elif not _ATOMS.fullmatch(shown):
        shown = f'"{quote(shown)}"'
    return f"{name}: {shown}\r\n <{address.addr_spec}>".encode("ascii") + CRLF


def recipient(address: str) -> bytes:
    """The To header; in UTF-8 where the address is (RFC 6532). ValueError for what is not exactly one address."""
    if not is_address(address):
        raise ValueError("Not a header value: To")
    return f"To: <{address}>".encode() + CRLF


def is_address(written: str) -> bool:
    """Whether it can stand between angle brackets in a header and in the envelope, and be nothing but one address."""
    return _SAFE_ADDRESS.fullmatch(written) is not None


def feedback_id(numbers: str, domain: str) -> bytes:
    """Gmail's Feedback-ID: `numbers` are up to three names with colons between them, then who sends. Nothing personal.

    The sender is the same for every letter of this domain: the domain itself, or a hash where Gmail would not take its length.
    """
    label = domain.replace(".", "-")
    sender = label if len(label) in FEEDBACK_SENDER_LENGTHS else hashlib.sha256(domain.encode()).hexdigest()[:12]
    return header("Feedback-ID", f"{numbers}:{sender}")


def one_line(text: str) -> str:
    """The words with single spaces between them, without control characters."""
    return " ".join("".join(sign for sign in " ".join(text.split()) if unicodedata.category(sign) != "Cc").split())


def _encoded(name: str, text: str) -> str:
    # A word that fills more than a line would leave the first line empty.
    is_plain = text.isascii() and "=?" not in text and all(len(word) <= LONGEST_PLAIN_WORD for word in text.split())
    charset = "us-ascii" if is_plain else "utf-8"
    return Header(text, charset, maxlinelen=FOLDED_LENGTH, header_name=name).encode(linesep="\r\n")
