"""What somebody has written, as a person reads it: words instead of markup, quotes apart, what is attached by name and size.

Never raises, whatever the bytes, and nothing of a sender's markup is ever passed on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from itertools import groupby

from lxml import etree, html

from kampanj.audience.identity import masked
from kampanj.channels.rich_text import without_controls
from kampanj.followup.bounces.reading import (
    LONGEST_TEXT,
    charset_of,
    decoded,
    decoded_header,
    header,
    inner_message,
    opened,
    parts,
    payload_bytes,
    text_of,
)

# Quotes of fewer lines stand where they are: they are what is answered.
FOLDED_FROM = 4
LONGEST_NAME = 100
# Signs that no markup can hold (XML 1.0), for what lies between words.
LINE, APART, QUOTE, END = "\x01", "\x02", "\x03", "\x04"
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote"))
_BLOCKS = frozenset(
    (
        *("address", "article", "center", "dd", "div", "dl", "dt", "footer", "form", "header", "hr", "li", "main", "nav", "pre"),
        *("section", "table", "td", "th", "tr"),
    )
)
_UNSEEN = ("script", "style", "head", "title", "template", "object", "svg")
# Bounded on both sides, so that long words without any @ take no longer than others.
_ADDRESS = re.compile(r"[^\s<>,;:\"'“”()\[\]|/@]{1,64}@[^\s<>,;:\"'“”()\[\]|/@]{1,255}")
# Turns the reading around, so that a name or a word looks like another (Unicode, UAX 9).
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What mail programs set above the letter that is answered, in Swedish and English.
_ANSWERED_BELOW = re.compile(
    r"\s*(?:[-_*]{2,}\s*(?:ursprungligt meddelande|original message|vidarebefordrat meddelande|forwarded message|begin forwarded)"
    r"|_{20,})",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(?:från|from):", re.IGNORECASE)
_FROM_GOES_ON = re.compile(r"\s*\*?(?:skickat|sent|datum|date|till|to):", re.IGNORECASE)
_SAID_BY = re.compile(r"\s*(?:den|on|am|le)\s.{4,200}(?:skrev|wrote|följande).{0,120}:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a message; a quote is what somebody else had written before."""

    text: str
    is_quote: bool = False

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return self.text.count("\n") + 1

    @property
    def is_folded(self) -> bool:
        """Whether it is a quote that is so long that it stands in the way."""
        return self.is_quote and self.lines >= FOLDED_FROM


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that came with a message; `content` are its bytes."""

    name: str
    content: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Readable:
    """A message on a screen. `is_cut`: it was longer than what is shown."""

    subject: str
    sender: str
    pieces: tuple[Piece, ...]
    attached: tuple[Attached, ...]
    is_cut: bool = False


def readable(content: bytes) -> Readable:
    """The message as it is read; an empty one where nothing in it can be."""
    try:
        message = opened(content)
        return Readable("", "", (), ()) if message is None else _readable(message)
    # As in `parse.read`: what Python's own parser raises for some messages that are broken.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return Readable("", "", (), ())


def without_addresses(text: str) -> str:
    """The text with every e-mail address masked."""
    return _ADDRESS.sub(lambda found: masked(found.group()), text)


def _readable(message: Message) -> Readable:
    found = list(parts(message))
    used, written = _words([part for part in found if _is_body(part)])
    text = _clean("\n\n".join(words.strip("\r\n") for words in written))
    return Readable(
        subject=_clean(header(message, "Subject")),
        sender=_clean(header(message, "From")),
        pieces=tuple(_pieces(text[:LONGEST_TEXT])),
        attached=tuple(_attached(part, number) for number, part in enumerate((one for one in found if not _is_body(one)), 1)),
        is_cut=len(text) > LONGEST_TEXT or any(len(payload_bytes(part)) > LONGEST_TEXT for part in used),
    )


def _words(bodies: list[Message]) -> tuple[list[Message], list[str]]:
    """The parts that are read, and their words: the plain ones, or where those say nothing the others."""
    plain = [part for part in bodies if part.get_content_subtype() == "plain" and text_of(part).strip()]
    used = plain or [part for part in bodies if part.get_content_subtype() == "html"]
    written = [text_of(part) if plain else _without_markup(part) for part in used]
    return used, [words for words in written if words.strip()]


def _is_body(part: Message) -> bool:
    """Whether a part is the letter itself rather than something that came with it."""
    if part.get_content_type() not in ("text/plain", "text/html"):
        return False
    return part.get_content_disposition() != "attachment" and not _own_name(part)


def _clean(text: str) -> str:
    """Without control characters and what turns the reading around; line ends as they are on every screen."""
    lines = _TURNING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")


# --- Words ---------------------------------------------------------------------------------------------------------------


def _without_markup(part: Message) -> str:
    """The words of an HTML part, a line for each block, and what is quoted with > before each line."""
    words = decoded(payload_bytes(part)[:LONGEST_TEXT], charset_of(part))
    try:
        tree = html.document_fromstring(without_controls(words))
    except (etree.LxmlError, ValueError):
        return text_of(part)
    etree.strip_elements(tree, *_UNSEEN, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return _tidy("".join(_walked(tree)))


def _walked(tree: html.HtmlElement) -> Iterator[str]:
    """The text in order. A block begins and ends a line, a paragraph is set apart, QUOTE and END stand around what is quoted."""
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        edge = APART if tag in _PARAGRAPHS else LINE if tag in _BLOCKS else ""
        if event == "start":
            yield edge + {"br": "\n", "li": "– ", "blockquote": QUOTE, "img": element.get("alt", "")}.get(tag, "")
            yield " ".join((element.text or "").split("\n"))
        else:
            yield (END if tag == "blockquote" else "") + edge + " ".join((element.tail or "").split("\n"))


def _tidy(walked: str) -> str:
    """Lines without needless white space, at most one empty line between two, quotes marked with > as in plain text."""
    edged = re.sub(rf"{LINE}[{LINE}\s]*(?={APART})|(?<={APART})[{LINE}{APART}\s]+", "", walked)
    edged = re.sub(rf"[ \t]*{LINE}[{LINE} \t]*", "\n", edged).replace(APART, "\n\n")
    depth = 0
    lines: list[str] = []
    for line in re.sub(f"([{QUOTE}{END}])", r"\n\1\n", edged).split("\n"):
        depth = max(0, depth + (line == QUOTE) - (line == END))
        if line not in (QUOTE, END):
            lines.append("> " * min(depth, 9) + " ".join(line.split()))
    return re.sub(r"(?:^[> ]*\n){2,}", "\n", "\n".join(lines), flags=re.MULTILINE).strip()


def _pieces(text: str) -> Iterator[Piece]:
    """What is written and what is quoted, in turn."""
    marked = _marked(text.split("\n"))
    for is_quote, lines in groupby(marked, key=lambda line: line[0]):
        written = "\n".join(line for _quoted, line in lines).strip("\n")
        if written.strip():
            yield Piece(written, is_quote)


def _marked(lines: list[str]) -> list[tuple[bool, str]]:
    """Each line with whether it is quoted: by its >, by saying who wrote what follows, or by being under a whole letter."""
    quoted = [line.lstrip().startswith(">") for line in lines]
    next_words = _next_words(lines)
    for number, line in enumerate(lines):
        below = next_words[number]
        if not quoted[number] and (_ANSWERED_BELOW.match(line) or (_FROM.match(line) and _FROM_GOES_ON.match(lines[below]))):
            quoted[number:] = [True] * (len(lines) - number)
            break
        if len(line) < 400 and _SAID_BY.fullmatch(line) and quoted[below]:
            quoted[number] = True
    _fill(quoted, lines)
    return list(zip(quoted, lines, strict=True))


def _next_words(lines: list[str]) -> list[int]:
    """For each line the number of the next one that is not empty; its own where there is none."""
    found = list(range(len(lines)))
    for number in range(len(lines) - 2, -1, -1):
        found[number] = number + 1 if lines[number + 1].strip() else found[number + 1]
    return found


def _fill(quoted: list[bool], lines: list[str]) -> None:
    """An empty line after a quoted one belongs to the quote."""
    for number in range(1, len(lines)):
        if not lines[number].strip() and quoted[number - 1]:
            quoted[number] = True


# --- What came with it ---------------------------------------------------------------------------------------------------


def _attached(part: Message, number: int) -> Attached:
    inner = inner_message(part)
    content = inner.as_bytes() if inner is not None else payload_bytes(part)
    ending = ".eml" if inner is not None else ".bin"
    return Attached(_own_name(part) or f"{number}{ending}", content)


def _own_name(part: Message) -> str:
    """The file's name as its sender has it, without what a name may not hold; empty when it has none."""
    named = _clean(decoded_header(part.get_filename("") or ""))
    bare = re.sub(r'[\\/:*?"<>|\n\t]+', " ", named).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < 12 else bare[:LONGEST_NAME]
