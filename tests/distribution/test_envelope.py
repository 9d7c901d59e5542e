"""The letter on the wire: whatever is written in it, the headers hold and the reader gets what was written."""

import email
import email.policy
import quopri
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.channels.email import Letter
from kampanj.distribution.envelope import Addressee, LetterForm, build, folded, quoted_printable
from kampanj.distribution.exceptions import SenderMissing
from kampanj.distribution.headers import feedback_id, header, recipient
from kampanj.municipality.models import SiteSettings

# What a letter may hold: any text but control characters, which the channel takes out.
words = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\x85"), max_size=200)
LINKS = {
    "unsubscribe": "https://www.example.org/avregistrera/abcDEF123_-~12~sv.sIgNaTuRe_0123456789-abcdefghijklmnopqrstu/",
    "package": "https://www.example.org/skolpaket/12~3~sv.sIgNaTuRe_0123456789-abcdefghijklmnopqrstuvwxyz/",
}


def municipality() -> SiteSettings:
    return SiteSettings(sender_name="Åsö kommun, fritid", sender_email="ung@example.org", reply_to="svar@example.org")


def filled(subject: str, text: str, html: str) -> EmailMessage:
    letter = Letter(subject=subject, preheader="", html=html, text=text, language="sv")
    form = LetterForm(build(letter, municipality(), list_id="jag-trodde-aldrig", feedback="c1:m2:guardians"))
    message = form.fill(Addressee("anna@example.org", "<1.2.key@example.org>", "Mon, 14 Dec 2026 07:30:00 +0100", LINKS))
    assert all(len(line) <= 998 for line in message.split(b"\r\n"))
    assert b"\n" not in message.replace(b"\r\n", b"")
    # Mail programs read CRLF as one line end; so does this reader.
    return email.message_from_bytes(message.replace(b"\r\n", b"\n"), policy=email.policy.default)  # type: ignore[return-value]


@given(subject=words, before=words, after=words)
def test_what_was_written_is_what_is_read(subject: str, before: str, after: str) -> None:
    text = f"{before}\nKAMPANJ-SLOT-unsubscribe\n{after}"
    html = f'<p>{before}</p><a href="KAMPANJ-SLOT-package">x</a>{after}'
    message = filled(subject, text, html)
    assert not message.defects
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().rstrip("\n") == f"{before}\n{LINKS['unsubscribe']}\n{after}".rstrip("\n")
    assert rich.get_content().rstrip("\n") == f'<p>{before}</p><a href="{LINKS["package"]}">x</a>{after}'.rstrip("\n")


@given(before=words, after=words, mark=st.sampled_from(["", "?via=brev-1", "?via=brev-123456789012345678"]))
def test_a_mark_is_spliced_into_the_middle_of_an_address(before: str, after: str, mark: str) -> None:
    address = "https://www.example.org/ung/å/"
    text = f"{before} {address}KAMPANJ-SLOT-via {after}"
    html = f'<a href="{address}KAMPANJ-SLOT-via#mer">{before}</a>{after}'
    letter = Letter(subject="Hej", preheader="", html=html, text=text, language="sv")
    form = LetterForm(build(letter, municipality(), list_id="jag-trodde-aldrig", feedback="c1:m2:guardians"))
    links = {**LINKS, "via": mark}
    message = form.fill(Addressee("anna@example.org", "<1.2.key@example.org>", "Mon, 14 Dec 2026 07:30:00 +0100", links))
    assert max(map(len, message.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
    read: Any = email.message_from_bytes(message.replace(b"\r\n", b"\n"), policy=email.policy.default)
    assert not read.defects
    plain, rich = (read.get_body((kind,)).get_content().rstrip("\n") for kind in ("plain", "html"))
    assert plain == text.replace("KAMPANJ-SLOT-via", mark).rstrip("\n")
    assert rich == html.replace("KAMPANJ-SLOT-via", mark).rstrip("\n")


@given(subject=words)
def test_no_subject_can_begin_a_header_of_its_own(subject: str) -> None:
    message = filled(subject, "text", "<p>html</p>")
    assert str(message["Subject"]) == " ".join(subject.split())
    assert message["To"] == "anna@example.org"
    assert set(message.keys()) == {
        "To",
        "Message-ID",
        "Date",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "From",
        "Subject",
        "Reply-To",
        "Content-Language",
        "List-Id",
        "Auto-Submitted",
        "Precedence",
        "Feedback-ID",
        "MIME-Version",
        "Content-Type",
    }


def test_one_click_is_a_plain_unfolded_header() -> None:
    letter = Letter(subject="Hej", preheader="", html="<p>KAMPANJ-SLOT-unsubscribe</p>", text="x", language="sv")
    form = LetterForm(build(letter, municipality(), list_id="k", feedback="c1:m2:test"))
    links = {"unsubscribe": "https://www.example.org/" + "a" * 600}
    raw = form.fill(Addressee("anna@example.org", "<1@example.org>", "Mon, 14 Dec 2026 07:30:00 +0100", links))
    assert b"\r\nList-Unsubscribe: <" + links["unsubscribe"].encode() + b">\r\n" in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_headers_are_the_sender_s_own() -> None:
    message = filled("Hej", "text", "<p>html</p>")
    assert message["From"].addresses[0].display_name == "Åsö kommun, fritid"
    assert message["From"].addresses[0].addr_spec == "ung@example.org"
    assert message["Reply-To"].addresses[0].addr_spec == "svar@example.org"
    assert message["List-Id"] == "<jag-trodde-aldrig.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Feedback-ID"] == "c1:m2:guardians:example-org"


@pytest.mark.parametrize("value", ["a\r\nBcc: eve@example.org", "a\nb", "å", "", " a", "a" * 1000])
def test_a_value_that_is_no_header_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="Not a header value"):
        header("To", value)


@pytest.mark.parametrize("address", ["a@b> <c", "a b@example.org", "a@b@c", "a@b\r\nBcc: x@b", "a", "\udcff@b"])
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"Not a header value|surrogates"):
        recipient(address)


def test_an_address_outside_ascii_stands_as_it_is() -> None:
    assert recipient("åsa@example.org") == "To: <åsa@example.org>\r\n".encode()


@pytest.mark.parametrize("domain", ["a.se", "xn--strngns-7wad.se", "example.org", "a-very-long-name.municipality.example.org"])
def test_gmail_takes_the_sender_in_the_feedback_id(domain: str) -> None:
    name, _sign, value = feedback_id("c1:m2:guardians", domain).decode().strip().partition(": ")
    assert name == "Feedback-ID"
    assert 5 <= len(value.split(":")[3]) <= 15
    assert len(value.split(":")) == 4


def test_without_a_sender_there_is_no_letter() -> None:
    letter = Letter(subject="Hej", preheader="", html="", text="", language="sv")
    with pytest.raises(SenderMissing):
        build(letter, SiteSettings(), list_id="k", feedback="c1:m2:test")


@given(subject=words, before=words, after=words, dots=st.lists(st.sampled_from([".", "..", ".x", ""]), max_size=4))
def test_every_form_on_the_wire_says_the_same(subject: str, before: str, after: str, dots: list[str]) -> None:
    text = "\n".join([before, *dots, "KAMPANJ-SLOT-unsubscribe", *dots, after])
    letter = Letter(subject=subject, preheader="", html=f"<p>{text}</p>", text=text, language="sv")
    form = LetterForm(build(letter, municipality(), list_id="k", feedback="c1:m2:test"))
    addressee = Addressee("anna@example.org", "<1@example.org>", "Mon, 14 Dec 2026 07:30:00 +0100", LINKS)
    whole = parts_of(form.fill(addressee))
    for is_eight_bit in (True, False):
        wire = form.fill_for_wire(addressee, is_eight_bit=is_eight_bit)
        assert wire.endswith(b"\r\n.\r\n")
        assert max(map(len, wire.split(b"\r\n"))) <= 998
        received = wire.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        assert b"\r\n.\r\n" not in wire.removesuffix(b"\r\n.\r\n")
        assert parts_of(received) == whole


def parts_of(message: bytes) -> list[bytes]:
    parsed = email.message_from_bytes(message)
    return [bytes(part.get_payload(decode=True)) for part in parsed.walk() if not part.is_multipart()]


def test_long_lines_of_html_are_ended_inside_tags_and_leave_as_8bit() -> None:
    html = '<div class="a"><p style="color:#123">Blåbär och lingon</p></div>' * 100
    letter = Letter(subject="Hej", preheader="", html=html, text="x", language="sv")
    form = LetterForm(build(letter, municipality(), list_id="k", feedback="c1:m2:test"))
    wire = form.fill_for_wire(
        Addressee("a@example.org", "<1@example.org>", "Mon, 14 Dec 2026 07:30:00 +0100", LINKS), is_eight_bit=True
    )
    assert wire.count(b"Content-Transfer-Encoding: 8bit\r\n") == 2
    assert "Blåbär".encode() in wire
    assert folded(html).replace("<p\n", "<p ").replace("<div\n", "<div ").replace("\n", "") == html


@pytest.mark.parametrize("length", range(68, 84))
@pytest.mark.parametrize("letter", ["x", "å"])
def test_a_line_that_a_slot_ends_keeps_to_76_octets(length: int, letter: str) -> None:
    text = "x" * (length - 4) + letter + "yyy" + "KAMPANJ-SLOT-unsubscribe" + "z" * length
    written = quoted_printable(text)
    assert max(map(len, written.split(b"\r\n"))) <= 76
    assert quopri.decodestring(written).decode() == text
