"""A thousand generated letters in all scripts: every header rule holds on the wire, and readers get what was written.

They are read by the standard library, in both of its ways, and by listunsub, as a mailbox provider would.
"""

from __future__ import annotations

import email
import functools
import re
from email import policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from html import escape
from typing import Any, NamedTuple

import listunsub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kampanj.channels.email import Letter, compiled
from kampanj.channels.rich_text import without_controls
from kampanj.distribution import verp
from kampanj.distribution.addresses import for_the_wire
from kampanj.distribution.envelope import Addressee, LetterForm, build
from kampanj.distribution.headers import one_line
from kampanj.distribution.links import personal_links
from kampanj.distribution.senders import message_id
from kampanj.distribution.states import Claimed
from kampanj.municipality.models import SiteSettings

EACH_ONCE = [
    *("from", "to", "reply-to", "subject", "date", "message-id", "content-language", "mime-version", "content-type"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "precedence", "feedback-id"),
]
# A signature as the relay makes it: it covers both headers of one-click.
SIGNATURE = "v=1; a=rsa-sha256; d=example.org; h=from:to:list-unsubscribe:list-unsubscribe-post; bh=x; b=x"
ENCODED_WORD = re.compile(r"=\?[^\s?]*\?[^\s?]*\?[^\s?]*\?=")
NASTY = (
    "\r\nBcc: alla@example.org",
    "\n\n<p>x",
    "\r",
    "=?utf-8?q?x?=",
    "=??Q??=",
    '"',
    "\\",
    ", <x@example.org>",
    "(",
    "\u202eabc",
    "\u2028",
    "\x85",
    "\x00\x1b\x7f",
    "👨‍👩‍👧‍👦",
    "e\u0301\u0302\u0308",
    "..",
    "\n.\n",
    "&amp;",
    "From ",
)
SCRIPTS = ("aåäö éñ", "ابتثجحخ ًٌٍ", "אבגדה ְֱ", "абвгд єї", "中文字漢", "हिन्दी", "ไทย", "한국어", "🙂🏽🇸🇪", "ሰላም", "ꦗꦮ")
words = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(NASTY),
        *(st.text(st.sampled_from(script), max_size=60) for script in SCRIPTS),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=120),
    ),
    max_size=6,
).map("".join)
subjects = st.one_of(words, words.map(lambda text: text * 20), st.sampled_from(["x" * 2_000, "ord " * 400])).map(
    lambda text: text if one_line(text) else "Hej"
)
atoms = st.text(st.sampled_from("abcxyz0189!#$%&'*+-/=?^_`{|}~åä中ع"), min_size=1, max_size=20)
local_parts = st.lists(atoms, min_size=1, max_size=3).map(".".join)
domains = st.sampled_from(["example.org", "mail.example.se", "strängnäs.se", "例え.jp", "مثال.com", "b" * 50 + ".example.org"])
addresses = st.builds("{}@{}".format, local_parts, domains)


class Made(NamedTuple):
    """A generated letter: what went in, and the bytes that a relay is given."""

    written: Letter
    sender_name: str
    sender_email: str
    addressee: Addressee
    wires: tuple[bytes, bytes]


@functools.cache
def frame() -> str:
    """The HTML of a letter with a place for words in its three kinds of places, compiled once."""
    return compiled(
        '<mjml lang="sv" dir="ltr"><mj-head><mj-title>TITLE</mj-title><mj-preview>WORDS</mj-preview></mj-head><mj-body>'
        "<mj-section><mj-column><mj-text><h1>TITLE</h1><p>WORDS</p></mj-text>"
        '<mj-button href="KAMPANJ-SLOT-package">WORDS</mj-button>'
        '<mj-text><a href="https://kampanj.example.org/ung/KAMPANJ-SLOT-via">WORDS</a></mj-text>'
        '<mj-text><a href="KAMPANJ-SLOT-unsubscribe">WORDS</a></mj-text></mj-column></mj-section></mj-body></mjml>'
    )


@st.composite
def letters(draw: st.DrawFn) -> Made:
    """A letter as the channel makes it (one line of subject, no controls), to an address that some relay takes."""
    subject, text = draw(subjects), without_controls(draw(words))
    html = frame().replace("TITLE", escape(one_line(subject))).replace("WORDS", escape(text))
    language = draw(st.sampled_from(["sv", "en", "ar", "so", "uk"]))
    plain = f"{text}\n\nKAMPANJ-SLOT-package\nhttps://kampanj.example.org/ung/KAMPANJ-SLOT-via\n{text}\n"
    letter = Letter(subject=subject, preheader="", html=html, text=f"{plain}KAMPANJ-SLOT-unsubscribe\n", language=language)
    municipality = SiteSettings(
        base_url="https://kampanj.example.org",
        sender_name=draw(words)[:100],
        municipality_name="Åsö kommun",
        sender_email=draw(st.sampled_from(["ung@example.org", "u@a.se", "ung@xn--strngns-7wad.se", "u" * 60 + "@example.org"])),
        reply_to="svar@example.org",
        bounce_address=draw(st.sampled_from(["", "studs@example.org"])),
    )
    row = Claimed(draw(st.integers(1, 2**63 - 1)), 17, "k" * 22, language, 0, draw(addresses), None, 3)
    address = for_the_wire(row.email)
    if address is None:
        # What the address's own rules refuse gets no letter: that is another test's matter.
        address = "anna@example.org"
    links = personal_links(row, municipality, topic_id=2)
    addressee = Addressee(address, message_id(row, municipality), "Mon, 14 Dec 2026 07:30:00 +0100", links)
    form = LetterForm(build(letter, municipality, list_id="amne-2", feedback="c4:m17:guardians"))
    wires = (form.fill_for_wire(addressee, is_eight_bit=True), form.fill_for_wire(addressee, is_eight_bit=False))
    assert verp.address(row, municipality).isascii()
    return Made(letter, municipality.sender_name, municipality.sender_email, addressee, wires)


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(letters())
def test_every_rule_holds(made: Made) -> None:
    heads, bodies = set(), []
    for wire in made.wires:
        assert wire.endswith(b"\r\n.\r\n")
        message = wire.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        assert b"\r\n.\r\n" not in wire.removesuffix(b"\r\n.\r\n")
        assert message.count(b"\r") == message.count(b"\n") == message.count(b"\r\n")
        parsed = email.message_from_bytes(message)
        heads.add(message.partition(b"\r\n\r\n")[0])
        bodies.append(check_bodies(parsed, made))
    assert bodies[0] == bodies[1]
    assert len(heads) == 1, "Only the transfer encodings differ"
    check_lines(heads.pop().decode())
    check_headers(message, parsed, made)
    check_one_click(parsed, made)


def check_lines(head: str) -> None:
    """Lengths, folding, encoded words, and that each header stands there once."""
    lines = head.split("\r\n")
    names = [line.partition(":")[0].lower() for line in lines if not line.startswith(" ")]
    assert sorted(names) == sorted(EACH_ONCE)
    for line in lines:
        assert len(line.encode()) <= 998
        value = line.strip() if line.startswith(" ") else line.partition(": ")[2]
        assert value.strip(), "No line of white space alone"
        # Where there is a space, the line can be folded.
        assert len(line) <= 78 or " " not in value
        assert line.isascii() or line.startswith("To: ")
    assert all(len(word) <= 75 for word in ENCODED_WORD.findall(head))
    unsubscribe = next(line for line in lines if line.startswith("List-Unsubscribe: "))
    assert "=?" not in unsubscribe


def check_headers(message: bytes, old: Message, made: Made) -> None:
    """Subject, sender and the rest, as two readers read them."""
    modern = BytesHeaderParser(EmailMessage, policy=policy.default).parsebytes(message)
    assert not modern.defects
    subject = one_line(made.written.subject)
    assert str(modern["Subject"]) == subject
    assert decoded(old["Subject"]) == subject
    name = one_line(made.sender_name) or "Åsö kommun"
    sender: Address = modern["From"].addresses[0]
    # The modern parser reads a space between encoded words of a name (RFC 2047, 6.2, says that there is none).
    assert "".join(sender.display_name.split()) == "".join(name.split())
    assert (sender.addr_spec, len(modern["From"].addresses)) == (made.sender_email, 1)
    shown, address = parseaddr(re.sub(r"\r?\n", "", str(old["From"])))
    assert (decoded(shown), address) == (name, made.sender_email)
    assert (b"\r\n" + message).split(b"\r\nTo: ")[1].split(b"\r\n")[0].decode() == f"<{made.addressee.address}>"
    assert parsedate_to_datetime(modern["Date"]).isoformat() == "2026-12-14T07:30:00+01:00"
    assert modern["Message-ID"] == made.addressee.message_id
    assert modern["Content-Language"] == made.written.language
    assert re.fullmatch(r"<amne-2\.[a-z0-9.-]+>", modern["List-Id"])
    assert re.fullmatch(r"c4:m17:guardians:[a-z0-9-]{5,15}", modern["Feedback-ID"])
    assert (modern["Auto-Submitted"], modern["Precedence"]) == ("auto-generated", "bulk")


def decoded(value: Any) -> str:
    return str(make_header(decode_header(re.sub(r"\r?\n", "", value))))


def check_one_click(parsed: Message, made: Made) -> None:
    """As Gmail and Yahoo demand it (RFC 8058): one https address, one POST."""
    value, post = parsed["List-Unsubscribe"], parsed["List-Unsubscribe-Post"]
    assert listunsub.audit(value, post, dkim_signatures=[SIGNATURE]) == []
    assert listunsub.parse(value, strict=True) == [made.addressee.links["unsubscribe"]]
    action = listunsub.choose(listunsub.parse_header(value, strict=True), post, dkim_verified=True)
    assert action is not None
    assert (action.kind, action.uri) == ("one-click", made.addressee.links["unsubscribe"])


def check_bodies(parsed: Message, made: Made) -> list[str]:
    """The two bodies as the reader gets them; each line fits its transfer encoding."""
    found = []
    for part in parsed.get_payload():
        assert isinstance(part, Message)
        longest = max(len(line) for line in str(part.get_payload()).encode("utf-8", "surrogateescape").split(b"\r\n"))
        assert longest <= (998 if part["Content-Transfer-Encoding"] == "8bit" else 76)
        assert part.get_content_charset() == "utf-8"
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append(content.decode())
    assert [lines(text) for text in found] == [lines(made.written.filled(**made.addressee.links).text), lines(filled_html(made))]
    return found


def filled_html(made: Made) -> str:
    return made.written.filled(**made.addressee.links).html


def lines(text: str) -> str:
    """The same with one kind of line end and none at the end; white space next to a tag's name means nothing in HTML."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    return re.sub(r"(<[a-zA-Z][a-zA-Z0-9:-]*)[ \n]|(</[a-zA-Z][a-zA-Z0-9:-]*)\n(?=>)", r"\1\2 ", joined).replace(" >", ">")
