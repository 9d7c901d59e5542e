# ruff: noqa: E501  # Broken off, a message would be no longer what hurts.
"""Whatever somebody puts into a message gets a verdict in a short time, and changes nothing that it has no right to."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kampanj.audience.models import Suppression
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.bounces import applying, keeping, parse, reading
from kampanj.followup.bounces.kinds import BOUNCES, FOR_A_PERSON, Kind
from kampanj.followup.bounces.models import Answer
from tests.followup.bounces.corpus import CASES, Case
from tests.followup.bounces.letters import STRANGER, rows_of, sent_letter

# One fixture for all messages of a test: they may as well come after one another.
MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60)
SECONDS = 10


def taken(mailing: Mailing, content: bytes, *, may_be_about: Delivery | None = None) -> Answer:
    """Take the message for good; whatever it says, at most the letter that it is about has changed."""
    Delivery.objects.filter(mailing=mailing).exclude(state="skipped").update(state="sent", smtp_reply="")
    Suppression.objects.all().delete()
    Answer.objects.all().delete()
    before = set(Delivery.objects.filter(mailing=mailing).values_list("pk", "state"))
    answer, is_new = applying.take(content)
    assert is_new
    assert applying.take(content) == (answer, False)
    changed = {key for key, _state in set(Delivery.objects.filter(mailing=mailing).values_list("pk", "state")) - before}
    suppressed = set(Suppression.objects.values_list("address_key", flat=True))
    assert changed <= ({may_be_about.pk} if may_be_about else set())
    assert suppressed <= ({may_be_about.address_key} if may_be_about else set())
    assert bool(changed) <= (answer.kind in BOUNCES)
    assert bool(keeping.kept(answer)) == (answer.kind in FOR_A_PERSON and bool(content))
    return answer


@given(st.binary(max_size=3000))
def test_any_bytes_get_a_verdict(content: bytes) -> None:
    assert parse.read(content).kind in Kind


@pytest.mark.django_db
@MANY
@given(st.binary(max_size=3000))
def test_any_bytes_are_taken(mailing: Mailing, content: bytes) -> None:
    assert taken(mailing, content).kind in Kind


HEADERS = st.sampled_from(
    [
        "Content-Type: ",
        "Content-Transfer-Encoding: ",
        "From: ",
        "Subject: ",
        "To: ",
        "Return-Path: ",
        "Action: ",
        "Status: ",
        "Message-ID: ",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        "--x",
        "--x--",
        "",
        "Content-Type: message/delivery-status",
        "Content-Type: message/rfc822",
        "Content-Type: message/feedback-report",
        "Content-Transfer-Encoding: base64",
        "Final-Recipient: rfc822; a@b.se",
        "To: TAGGED",
        "In-Reply-To: MESSAGE",
        "Final-Recipient: rfc822; READER",
        "From: MAILER-DAEMON@x.se",
        "Feedback-Type: abuse",
    ]
)
LINES = st.lists(st.tuples(HEADERS, st.text(max_size=40)), max_size=30)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\r"])
CHARSETS = st.sampled_from(["utf-8", "utf-16", "latin-1"])


def written(lines: list[tuple[str, str]], end: str, charset: str) -> bytes:
    return end.join(name + value for name, value in lines).encode(charset, "replace")


@given(LINES, ENDS, CHARSETS)
def test_any_lines_that_look_like_a_message_get_a_verdict(lines: list[tuple[str, str]], end: str, charset: str) -> None:
    assert parse.read(written(lines, end, charset)).kind in Kind


@pytest.mark.django_db
@MANY
@given(LINES, ENDS, CHARSETS)
def test_any_lines_about_a_letter_are_taken(mailing: Mailing, lines: list[tuple[str, str]], end: str, charset: str) -> None:
    row = rows_of(mailing)[0]
    letter = sent_letter(row)
    content = written(lines, end, charset)
    for name, value in (("TAGGED", letter.tagged), ("MESSAGE", letter.message_id), ("READER", letter.to)):
        content = content.replace(name.encode(), value.encode())
    taken(mailing, content, may_be_about=row)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(CASES), st.integers(0, 6000), st.integers(0, 6000), st.binary(max_size=40))
def test_any_damaged_message_gets_a_verdict(one: Case, start: int, end: int, put: bytes) -> None:
    content = one.make(STRANGER)
    assert parse.read(content[:start] + put + content[end:]).kind in Kind


@pytest.mark.django_db
@MANY
@given(st.sampled_from(CASES), st.integers(0, 6000), st.integers(0, 6000), st.binary(max_size=40))
def test_any_damaged_message_is_taken(mailing: Mailing, one: Case, start: int, end: int, put: bytes) -> None:
    row = rows_of(mailing)[0]
    content = one.make(sent_letter(row))
    taken(mailing, content[:start] + put + content[end:], may_be_about=row)


DAEMON = b"From: MAILER-DAEMON@x.se\nContent-Type: text/plain\n\nuser unknown "
REPORT = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    b"Reporting-MTA: dns; x\n\nAction: failed\nStatus: 5.1.1\n"
)
HURTING = {
    "nested and numbered": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + b"".join(b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (n, n + 1) for n in range(10_000)),
    "nested": b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(10_000)),
    "nested in one boundary": b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 10_000,
    "messages in messages": b"Content-Type: message/rfc822\n\n" * 10_000,
    "many headers": b"A: b\n" * 2_000_000,
    "one header of 10 MB": b"Subject: " + b"x" * 10_000_000 + b"\n\nhej",
    "one folded header of 10 MB": b"Subject: a\n" + b" b\n" * 3_300_000 + b"\nhej",
    "10 MB of addresses": b"From: " + b"a@b.se, " * 1_250_000 + b"\n\nhej",
    "10 MB of comments": b"From: " + b"(" * 10_000_000 + b"\n\nhej",
    "endless boundaries": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 2_000_000,
    "endless boundaries with CR": b"Content-Type: multipart/mixed; boundary=x\r\r" + b"--x\r\r" * 2_000_000,
    "a boundary that is nearly there": b'Content-Type: multipart/mixed; boundary="' + b"-" * 70 + b'"\n\n' + (b"-" * 72 + b"\n") * 30_000,
    "endless groups": REPORT + b"\nStatus: 5.1.1\nFinal-Recipient: rfc822; a@b.se\n" * 100_000,
    "empty lines": b"Content-Type: message/delivery-status\n\n" + b"\n" * 5_000_000,
    "empty lines with CR": b"Content-Type: message/delivery-status\n\n" + b"\r" * 5_000_000,
    "empty lines with CRLF": b"Content-Type: message/delivery-status\r\n\r\n" + b"\r\n" * 5_000_000,
    "a quote that is never closed": b'Content-Type: multipart/mixed; x="' + b";" * 3_000_000 + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?b?" * 10_000,
    "tags": b"Content-Type: text/html\n\n" + b"<" * 200_000,
    "words": DAEMON + b"user " * 400_000,
    "letters without an end": DAEMON + b"a" * 3_000_000,
    "signs of addresses": DAEMON + b"a@" * 1_500_000,
    "numbers": DAEMON + b"550 " * 700_000 + b"1." * 700_000,
    "brackets": DAEMON + b"(expanded from " * 200_000,
    "a long answer": REPORT + b"Diagnostic-Code: smtp; " + b"user " * 400_000,
    "lone surrogates": "Subject: \ud800\n\n\udfff".encode("utf-8", "surrogatepass"),
    "lone surrogates in UTF-16": b"From: MAILER-DAEMON@x.se\nContent-Type: text/plain; charset=utf-16-le\n\n\x00\xd8a\x00",
    "lone surrogates in UTF-7": b"From: a@b.se\nContent-Type: text/plain; charset=utf-7\n\n+2AA- +3/8-",
    "a surrogate in an encoded word": b"From: =?utf-16-be?b?2AA=?= <a@b.se>\n\nhej",
    "a surrogate in an address": REPORT + rb"Final-Recipient: utf-8; \x{D800}@x.se",
    "NUL": b"\0" * 100_000,
    "NUL everywhere": b"Subject: \0a\0\nFrom: \0@\0.se\nMessage-ID: <\0>\n\n\0user unknown\0",
    "NUL in a bounce": b"From: MAILER-DAEMON@x.se\n\n550 5.1.1 user\0unknown \0",
    "NUL in a report": REPORT.replace(b"5.1.1", b"5.1.1\0") + b"Diagnostic-Code: smtp; 550 5.1.1 \0 unknown\0\nFinal-Recipient: rfc822; \0@x.se",
    "mixed line ends": b"From: MAILER-DAEMON@x.se\r\nSubject: a\rContent-Type: text/plain\n\r\n\ruser unknown\r\r\n550 5.1.1\n\r",
    "mixed line ends in a report": REPORT.replace(b"\n", b"\r\n", 5).replace(b"\nStatus", b"\rStatus"),
    **{
        f"charset {name}": b"From: MAILER-DAEMON@x.se\nSubject: =?%b?q?a=FF?=\nContent-Type: text/plain; charset=%b\n\nuser unknown \xff"
        % (name, name)
        for name in (
            *(b"rot13", b"zip", b"zlib_codec", b"uu_codec", b"hex_codec", b"bz2", b"quopri", b"base64", b"undefined", b"punycode"),
            *(b"idna", b"unicode_escape", b"raw_unicode_escape", b"mbcs", b"x-okand", b"", b"\xff", b"../../etc", b"a" * 100_000),
        )
    },
    "charset as RFC 2231 writes it": b"From: MAILER-DAEMON@x.se\nContent-Type: text/plain; charset*=punycode''abc-d\n\nuser unknown \xe5",
    "charset of a charset": b"From: MAILER-DAEMON@x.se\nContent-Type: text/plain; charset*=punycode''" + b"abc-d" * 200_000 + b"\n\nuser",
    "punycode without an end": b"From: a@b.se\nContent-Type: text/plain; charset=punycode\n\n" + b"\xffabc-d" * 300_000,
    "punycode that is returned": REPORT + b"\n--x\nContent-Type: text/x; charset=punycode\n\n" + b"\xffabc-d" * 300_000,
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("content", HURTING.values(), ids=list(HURTING))
def test_a_message_made_to_hurt_is_taken_and_changes_nothing(mailing: Mailing, content: bytes) -> None:
    began = time.process_time()
    assert taken(mailing, content).kind in Kind
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "charset", ["rot13", "zip", "uu_codec", "hex", "punycode", "idna", "unicode_escape", "utf-7", "x-okand", "\0", ""]
)
def test_what_is_no_charset_of_mail_decodes_nothing(charset: str) -> None:
    content = b"hej \\u0041 +2AA- uryyb"
    assert reading.decoded(content, charset) == content.decode()


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "cp850", "macintosh", "utf-16", "ISO_8859-1"]
)
def test_what_mail_is_written_in_is_decoded(charset: str) -> None:
    assert reading.decoded("Åsa Öberg är här".encode(charset), charset) == "Åsa Öberg är här"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
@pytest.mark.parametrize("name", ["From", "Subject", "X-Failed-Recipients"])
def test_letters_outside_ascii_that_nobody_encoded_stay(encoding: str, name: str) -> None:
    message = reading.opened(f"{name}: Frånvaro för Åsa =?utf-8?q?=C3=84n?= på\n\nhej".encode(encoding))
    assert message is not None
    assert reading.header(message, name) == "Frånvaro för Åsa Än på"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
@pytest.mark.parametrize("transfer", ["", "Content-Transfer-Encoding: 8bit\n"])
def test_letters_outside_ascii_in_the_fields_of_a_report_stay(encoding: str, transfer: str) -> None:
    written = f"Content-Type: message/delivery-status\n{transfer}\nReporting-MTA: dns; x\n\nDiagnostic-Code: smtp; 550 Brevlådan är full – nu\n"
    message = reading.opened(written.encode(encoding, "replace"))
    assert message is not None
    words = "550 Brevlådan är full ? nu" if encoding == "latin-1" else "550 Brevlådan är full – nu"
    assert [group.get("diagnostic-code") for group in reading.fields(message)] == [None, f"smtp; {words}"]
