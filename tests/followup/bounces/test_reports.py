"""Of whom a report speaks, what is kept of a mail server's words, and how the desk explains them."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kampanj.audience.identity import address_key, normalise_address
from kampanj.audience.models import Suppression
from kampanj.distribution import refusals
from kampanj.distribution.deliveries import replies
from kampanj.distribution.deliveries.replies import in_plain_words, what_to_do
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.redaction import BLANK
from kampanj.followup.bounces import applying, meaning, recipients
from kampanj.followup.bounces.kinds import Kind
from kampanj.followup.bounces.models import Answer
from kampanj.followup.reports.figures import figures_of
from tests.followup.bounces.corpus import CASES
from tests.followup.bounces.corpus.passed_on import MEMBER
from tests.followup.bounces.corpus.passed_on import fields as fields_about
from tests.followup.bounces.corpus.passed_on import recipients as report_about
from tests.followup.bounces.forms import plain
from tests.followup.bounces.letters import rows_of, sent_letter

pytestmark = pytest.mark.django_db
WORDS = {
    "gone": {"The address does not exist any more.", "The address's domain takes no mail."},
    "full": {"The mailbox is full."},
    "policy": {
        "The mail server does not want our letter: its rules take it for unwanted mail.",
        "The mail server does not accept our sender address.",
    },
}


def read_by(row: Delivery, email: str) -> Delivery:
    """The row, as if its letter had gone to this address."""
    email = normalise_address(email)
    reader = row.guardian or row.contact
    assert reader is not None
    reader.email, reader.address_key = email, address_key(email)
    reader.save()
    Delivery.objects.filter(pk=row.pk).update(address_key=reader.address_key)
    return Delivery.objects.select_related("guardian", "contact").get(pk=row.pk)


# --- Whose address it is ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "written", "is_the_reader_s"),
    [
        ("anna@example.org", "rfc822; ANNA@Example.ORG", True),
        ("anna@example.org", "RFC822;<anna@example.org.>", True),
        ("anna@example.org", "anna@example.org (Anna)", True),
        ("anna@example.org", 'rfc822; "anna"@example.org', True),
        ("anna@example.org", "rfc822; anna.b@example.org", False),
        ("anna@example.org", "rfc822; anna@sub.example.org", False),
        ("anna@example.org", "rfc822; xanna@example.org", False),
        ("anna@example.org", "rfc822; SRS0=Ab1C=XY=example.org=anna@annan.example.net", False),
        ("anna+skola@example.org", "rfc822; anna+skola@example.org", True),
        ("anna+skola@example.org", "rfc822; anna+2Bskola@example.org", True),
        # A mail system that knows tags reports the mailbox that has them.
        ("anna+skola@example.org", "rfc822; anna@example.org", True),
        # A tag that the letter did not have is another folder, or another person's.
        ("anna@example.org", "rfc822; anna+arkiv@example.org", False),
        ("anna@malmö.example.org", "rfc822; anna@xn--malm-8qa.example.org", True),
        ("anna@malmö.example.org", "utf-8; anna@malmö.example.org", True),
        ("anna@malmö.example.org", "utf-8; anna@MALMÖ.example.org", True),
        ("anna@malmö.example.org", r"utf-8; anna@malm\x{F6}.example.org", True),
        ("anna@malmo.example.org", "utf-8; anna@malmö.example.org", False),
        ("a=b@example.org", "rfc822; a+3Db@example.org", True),
        ("anna@example.org", "rfc822; åsa@example.org", False),
        ("anna@example.org", r"utf-8; \x{D800}anna@example.org", False),
    ],
)
def test_only_the_reader_s_own_address_in_whatever_writing_takes_the_reader_out(
    mailing: Mailing, reader: str, written: str, is_the_reader_s: bool
) -> None:
    Suppression.objects.all().delete()
    row = read_by(rows_of(mailing)[0], reader)
    answer, _is_new = applying.take(report_about(sent_letter(row), fields_about(written)))
    assert answer.kind == ("gone" if is_the_reader_s else "failed")
    found = Suppression.objects.values_list("address_key", flat=True)
    assert list(found) == ([row.address_key] if is_the_reader_s else [])
    row.refresh_from_db()
    assert row.state == "bounced"


def test_a_reader_who_is_gone_from_the_register_is_recognised_all_the_same(mailing: Mailing) -> None:
    row = rows_of(mailing)[0]
    content = report_about(sent_letter(row), fields_about(f"rfc822; {sent_letter(row).to}"))
    Delivery.objects.filter(pk=row.pk).update(guardian=None, contact=None)
    assert applying.take(content)[0].kind == "gone"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=200))
def test_any_field_and_any_words_can_be_looked_through(mailing: Mailing, values: list[str], words: str) -> None:
    row = rows_of(mailing)[0]
    found = (*recipients.in_fields(values), *recipients.in_words(words), *recipients.listed(words))
    assert all("@" in address for address in found)
    assert not recipients.is_of(row, tuple(one for one in found if one.lower() != sent_letter(row).to))


def test_a_letter_that_was_passed_on_is_explained(mailing: Mailing) -> None:
    row = rows_of(mailing)[0]
    applying.take(report_about(sent_letter(row), fields_about(f"rfc822; {MEMBER}")))
    row.refresh_from_db()
    with translation.override("en"):
        assert in_plain_words(row.smtp_reply) == "The letter was passed on to another address, and did not get there."
        assert "still the right one" in what_to_do(row.smtp_reply)


# --- The answer that is kept -----------------------------------------------------------------------------------------


def test_every_answer_is_explained_as_what_it_was_taken_for(mailing: Mailing) -> None:
    rows = rows_of(mailing)
    wrong = []
    for number, one in enumerate(CASES):
        row = rows[number % len(rows)]
        Delivery.objects.filter(pk=row.pk).update(state="sent", smtp_reply="")
        applying.take(one.make(sent_letter(row)))
        row.refresh_from_db()
        with translation.override("en"):
            said = in_plain_words(row.smtp_reply)
        fits = said in WORDS[one.kind] if one.kind in WORDS else bool(said) and not any(said in words for words in WORDS.values())
        if row.state == "bounced" and not fits:
            wrong.append((one.name, row.smtp_reply, said))
    assert wrong == []


@pytest.mark.parametrize("name", ["gmail-5.7.26", "gmail-5.7.26-three-lines", "exim-blocked", "qmail-5.7.1"])
def test_the_report_of_a_refusal_by_policy_blames_no_address(mailing: Mailing, name: str) -> None:
    row = rows_of(mailing)[0]
    [one] = [one for one in CASES if one.name == name]
    applying.take(one.make(sent_letter(row)))
    with translation.override("en"):
        [reason] = figures_of(mailing).reasons
        assert (reason.words in WORDS["policy"], reason.number) == (True, 1)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("550-5.7.26 This mail has been blocked", "rules take it for unwanted mail"),
        ("550-5.1.1 The email account", "does not exist any more"),
        ("552-5.2.2 out of storage", "mailbox is full"),
        ("452-4.2.2 out of storage", "mailbox is full"),
        ("452 4.3.1 Insufficient system storage", "could not reach"),
        ("552-5.3.4 too big", "too large"),
        ("552 5.2.3 too big", "too large"),
        ("552-5.7.0 blocked content", "unwanted mail"),
        ("553-5.1.8 sender", "our sender address"),
        ("5.2.4 550 5.1.1 User unknown", "passed on"),
        ("5.0.0 something", "refused the letter"),
        ("421-4.7.28 rate", "busy"),
        ("451-4.7.1 greylisted", "come back later"),
        ("554-5.4.14 loop", "could not reach"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", "address does not exist any more"),
        ("5.1.10", "address does not exist any more"),
        ("556 5.1.10 Recipient address has null MX", "domain takes no mail"),
        ("550 5.1.2 no such host", "domain takes no mail"),
        ("550 5.4.310 DNS domain hotmial.example does not exist", "domain does not exist"),
        ("5.4.4 Host not found", "domain does not exist"),
        ("550 5.2.121 receive limit exceeded", "refused the letter"),
        ("550-5.5.0 not taken", "refused the letter"),
        ("550 no such user", "nobody has this address"),
    ],
)
def test_a_reply_of_several_lines_is_explained_as_one_of_one(reply: str, words: str) -> None:
    with translation.override("en"):
        assert words in in_plain_words(reply)


@pytest.mark.parametrize(
    ("reply", "advice"),
    [
        ("4.4.1 connection timed out", "whether the address is still the right one"),
        ("554 5.4.14 loop", "whether the address is still the right one"),
        ("451 4.7.1 greylisted", "whether the address is still the right one"),
        ("5.4.4 Host not found", "a new address"),
        ("550 5.4.310 DNS domain hotmial.example does not exist", "a new address"),
    ],
)
def test_nobody_is_told_to_send_again_what_came_back(mailing: Mailing, reply: str, advice: str) -> None:
    row = rows_of(mailing)[0]
    Delivery.objects.filter(pk=row.pk).update(state="bounced", smtp_reply=reply)
    with translation.override("en"):
        [reason] = figures_of(mailing).reasons
    assert advice in reason.advice


def test_what_never_left_may_be_sent_again_beside_what_came_back(mailing: Mailing) -> None:
    failed, came_back, *_rest = rows_of(mailing)
    Delivery.objects.filter(pk=failed.pk).update(state="failed", smtp_reply="451 4.4.1 no answer")
    Delivery.objects.filter(pk=came_back.pk).update(state="bounced", smtp_reply="4.4.1 no answer")
    with translation.override("en"):
        advice = {reason.advice for reason in figures_of(mailing).reasons}
        assert advice == {str(replies.AGAIN), str(replies.ASK_WHETHER_RIGHT)}


@pytest.mark.parametrize("kind", [Kind.GONE, Kind.FULL, Kind.POLICY, Kind.FAILED])
@pytest.mark.parametrize("status", ["", "5.0.0", "5.1.1", "5.1.8", "5.2.1", "5.2.2", "5.7.1", "4.4.1", "4.2.2"])
def test_the_code_in_front_means_the_verdict(kind: Kind, status: str) -> None:
    assert meaning.of_status(refusals.code_of(refusals.Refusal(kind), status), "") is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((f"5.1.{number}", Kind.GONE) for number in (0, 1, 2, 3, 4, 6, 10)),
        *((f"5.1.{number}", Kind.POLICY) for number in (7, 8, 20, 90)),
        ("5.2.1", Kind.GONE),
        ("5.2.2", Kind.FULL),
        ("4.2.2", Kind.FULL),
        *((f"5.7.{number}", Kind.POLICY) for number in (0, 1, 26, 133, 515)),
    ],
)
def test_each_status_has_its_verdict(status: str, kind: Kind) -> None:
    assert meaning.of_status(status, "") is kind
    if kind is Kind.POLICY and status.startswith("5.1."):
        assert meaning.of_status(status, "sender quota exceeded") is kind


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (
            "Hej Anna Andersson!\nVi kunde inte leverera till Anna.\n\n550 5.1.1 anna.andersson@example.org: unknown user\n\nMvh",
            f"550 5.1.1 {BLANK}: unknown user",
        ),
        ("Anna Andersson (tel 08-550 12 34) har slutat. Adressen finns inte.", ""),
        (
            "550-5.1.1 No account Anna Andersson\n550 5.1.1 anna.andersson here",
            f"550-5.1.1 No account {BLANK} 550 5.1.1 {BLANK} here",
        ),
        ("Andersson, Anna: mail.example.org #5.1.1 Andersson, Anna", f"5.1.1 {BLANK}"),
        (
            "<anna.andersson@example.org>: host mx said: 550 5.1.1 <ANNA.ANDERSSON=40example.org> unknown",
            f"550 5.1.1 <{BLANK}> unknown",
        ),
        ("User unknown: Anna Andersson\n\n--- Original message ---\n550 5.1.1 Anna", ""),
    ],
)
def test_of_a_text_only_what_the_mail_server_said_is_kept(mailing: Mailing, body: str, kept: str) -> None:
    row = read_by(rows_of(mailing)[0], "anna.andersson@example.org")
    content = plain(sent_letter(row), body, sender="MAILER-DAEMON@mx.example.org", subject="failure notice")
    answer, _is_new = applying.take(content)
    assert (answer.kind, answer.words, answer.kept) == ("gone", kept, "")
    row.refresh_from_db()
    assert row.smtp_reply == (kept if kept.startswith("5") else "5.1.1")
    assert "anna" not in (row.smtp_reply + answer.words).lower()


def test_the_letter_that_is_returned_is_not_taken_for_the_mail_server_s_words(mailing: Mailing) -> None:
    row = rows_of(mailing)[0]
    head = b"Subject: 550 5.1.1 user unknown\nTo: Anna Andersson\n"
    body = b"".join(
        b"--x\nContent-Type: %s\n\n%s\n" % (kind, head) for kind in (b"text/rfc822-headers", b"message/rfc822", b"text/rfc822")
    )
    content = (
        f"Return-Path: <>\nTo: {sent_letter(row).tagged}\nFrom: MAILER-DAEMON@x.example.org\nSubject: failure notice\n"
        "Content-Type: multipart/mixed; boundary=x\n\n"
    ).encode() + body
    answer, _is_new = applying.take(content + b"--x--\n")
    assert (answer.kind, answer.words) == ("unclear", "")


def test_no_reader_s_name_or_address_is_left_in_any_row(mailing: Mailing) -> None:
    row = read_by(rows_of(mailing)[0], "anna.andersson@example.org")
    for one in CASES:
        Delivery.objects.filter(pk=row.pk).update(state="sent")
        applying.take(one.make(sent_letter(row)))
        row.refresh_from_db()
        assert "andersson" not in row.smtp_reply.lower(), one.name
    assert not Answer.objects.filter(words__icontains="andersson").exists()
    assert not Answer.objects.filter(words__icontains="bertilsson").exists()
