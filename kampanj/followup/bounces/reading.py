"""A message taken apart without ever failing: headers and texts decoded as well as they can be (RFC 5322, 2045, 2047).

What comes back was written by anybody's program, or by somebody who means harm: nothing about it is taken for granted.
"""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import encodings
import html
import quopri
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from encodings.aliases import aliases

# More of one text than this says nothing new of why a letter came back.
LONGEST_TEXT = 200_000
# RFC 5322 knows no limit for a folded header; what means something here is short.
LONGEST_HEADER = 4_000
MOST_PARTS = 200
# Python's parser makes an object of each part and each group of fields: a letter has a few.
_MOST_BOUNDARIES = 1_000
_MOST_GAPS = 20_000
# What mail is written in. Python has codecs besides that are no charsets, or take long for little (punycode).
_CHARSETS = frozenset(
    (
        *("ascii", "utf_8", "utf_16", "utf_16_le", "utf_16_be", "latin_1", "mac_roman", "koi8_r", "koi8_u", "tis_620"),
        *(f"iso8859_{number}" for number in (*range(2, 11), 13, 14, 15, 16)),
        *(f"cp{number}" for number in (437, 850, 852, 865, 866, 874, 932, 949, *range(1250, 1259))),
        *("gb2312", "gbk", "gb18030", "big5", "euc_jp", "iso2022_jp", "shift_jis", "euc_kr"),
    )
)
_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = re.compile(r"(<(?:style|script|head)\b[^<>]*>)|</(?:style|script|head)\b[^<>]*>", re.IGNORECASE)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]*(.*)")


class _AsWritten(email.policy.Compat32):
    """Headers as anybody's program writes them: bytes outside ASCII are text, and none is longer than what means something."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value if value.isascii() else decoded(value.encode("utf-8", "surrogateescape"), None)


def opened(content: bytes) -> Message | None:
    """The parsed message; None when there is nothing in it that could be one."""
    try:
        message = email.message_from_bytes(_bounded(content), policy=_AsWritten())
    except (ValueError, LookupError, RecursionError):
        return None
    return message if message.keys() else None


def _bounded(content: bytes) -> bytes:
    """The content up to where it has more boundaries or empty lines than any letter."""
    for line, most in ((rb"[\r\n]--", _MOST_BOUNDARIES), (rb"(?:\r\n?|\n)(?:\r\n?|\n)", _MOST_GAPS)):
        for number, found in enumerate(re.finditer(line, content)):
            if number == most:
                content = content[: found.start()]
                break
    return content


def header(message: Message, name: str) -> str:
    """A header's words, decoded and on one line; empty when there is none."""
    return " ".join(" ".join(decoded_header(str(value)) for value in message.get_all(name, [])[:20]).split())


def decoded_header(written: str) -> str:
    """A header's value with its encoded words (RFC 2047) decoded, as well as can be."""
    if "=?" not in written:
        return _writable(written)
    try:
        pieces = decode_header(written)
    except (HeaderParseError, ValueError):
        return _writable(written)
    return "".join(_writable(piece) if isinstance(piece, str) else _piece(piece, charset) for piece, charset in pieces)


def _piece(piece: bytes, charset: str | None) -> str:
    """What stands between encoded words comes in a writing of Python's own."""
    if charset is None:
        try:
            return _writable(piece.decode("raw-unicode-escape"))
        except ValueError:
            return decoded(piece, None)
    return decoded(piece, charset)


def decoded(content: bytes, charset: str | None) -> str:
    """Text in the charset that it claims, else as UTF-8, else as Windows-1252: text that can be written down anywhere."""
    for name in (_known(charset or ""), "utf_8"):
        try:
            return _writable(content.decode(name))
        except ValueError:
            continue
    return _writable(content.decode("cp1252", "replace"))


def _known(charset: str) -> str:
    """Python's name of a charset; UTF-8 for what is none that mail is written in."""
    try:
        name = encodings.normalize_encoding(charset.strip()).lower()
    except ValueError:
        return "utf_8"
    name = aliases.get(name, name)
    return name if name in _CHARSETS else "utf_8"


def _writable(text: str) -> str:
    """Without lone surrogates, which some charsets give and nothing can encode, and NUL, which PostgreSQL does not take."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def parts(message: Message) -> Iterator[Message]:
    """The parts on the message's own level, in order: an attached message is one part and is not looked into."""
    waiting = [message]
    for _number in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = _inner(part)
        else:
            yield part


def _inner(part: Message) -> list[Message]:
    """What a part holds; nothing when that is no message. Python would decode anything else, in whatever it says it is."""
    found = part.get_payload() if part.is_multipart() else []
    return [child for child in found if isinstance(child, Message)] if isinstance(found, list) else []


def text_of(part: Message) -> str:
    """The words of a text part, HTML without its tags; empty for anything else."""
    if part.get_content_maintype() != "text":
        return ""
    content = payload_bytes(part)[:LONGEST_TEXT]
    words = decoded(content, charset_of(part))
    if part.get_content_subtype() == "html":
        words = _writable(html.unescape(_TAG.sub(" ", _shown(words))))
    return words.replace("\xa0", " ")


def _shown(markup: str) -> str:
    """Markup without what stands in style, script and head, in one pass however it is nested or left open."""
    kept: list[str] = []
    end = depth = 0
    for tag in _HIDDEN.finditer(markup):
        if depth == 0:
            kept.append(markup[end : tag.start()])
        depth = depth + 1 if tag.group(1) else max(0, depth - 1)
        end = tag.end()
    # What is never closed hides nothing: it would be a way to hide a bounce's words.
    kept.append(markup[end:])
    return " ".join(kept)


def payload_bytes(part: Message) -> bytes:
    """A part's content with its transfer encoding undone; what is broken of it is passed over."""
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        return b""
    return found if isinstance(found, bytes) else b""


def charset_of(part: Message) -> str | None:
    """The charset that the part claims. Not by Python's own, which decodes the name as the name says (RFC 2231)."""
    claimed = part.get_param("charset")
    return str(claimed[2] if isinstance(claimed, tuple) else claimed or "") or None


def inner_message(part: Message) -> Message | None:
    """The message that a message/rfc822 part holds, or the headers that a text/rfc822-headers part holds."""
    inner = _inner(part)
    if part.get_content_maintype() == "message" and inner:
        encoded = _undone(part, _written(inner[0])) if not inner[0].keys() else None
        return opened(encoded) if encoded else inner[0]
    if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
        return opened(payload_bytes(part))
    return None


def fields(part: Message) -> list[dict[str, str]]:
    """The groups of fields (RFC 3464, RFC 5965) of a part, names in lower case; also when the part is encoded."""
    inner = _inner(part)
    if inner:
        written = "\n".join(_written(block) for block in inner)
        return _groups(decoded(_undone(part, written), charset_of(part)))
    return _groups(decoded(payload_bytes(part), charset_of(part)))


def _written(block: Message) -> str:
    """A group of fields as it came, with bytes outside ASCII as lone surrogates."""
    lines = [f"{name}: {value}" for name, value in block.raw_items()]
    return "\n".join([*lines, "", payload_bytes(block).decode("ascii", "surrogateescape")])


def _undone(part: Message, written: str) -> bytes:
    """The bytes with the part's transfer encoding undone."""
    content = written.encode("utf-8", "surrogateescape")
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(content)
    if encoding == "base64":
        try:
            return base64.b64decode(re.sub(rb"\s", b"", content) + b"===")
        except binascii.Error:
            return content
    return content


def _groups(text: str) -> list[dict[str, str]]:
    groups: list[dict[str, str]] = [{}]
    name = ""
    for line in text[:LONGEST_TEXT].splitlines():
        field = _FIELD.fullmatch(line)
        if not line.strip():
            groups.append({})
            name = ""
        elif field:
            name = field.group(1).lower()
            groups[-1].setdefault(name, field.group(2).strip())
        elif name and line[0] in " \t":
            groups[-1][name] += f" {line.strip()}"
    return [group for group in groups if group]
