# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Letters that the reader's address has passed on: what fails then is another address, and the reader's own is left alone."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.corpus.exchange import exchange_online
from tests.followup.bounces.corpus.gmail import NO_ACCOUNT, gmail
from tests.followup.bounces.corpus.older import exim, qmail, sendmail
from tests.followup.bounces.corpus.postfix import postfix
from tests.followup.bounces.forms import Sent, plain, report

MEMBER = "bertil.bertilsson@annan.example.net"


def recipients(sent: Sent, *groups: str) -> bytes:
    """A report about several recipients, each with its fields."""
    return report(
        sent,
        words="Se nedan.",
        about="Reporting-MTA: dns; list.example.net",
        recipient="\n\n".join(group.strip() for group in groups),
    )


def fields(final: str, *, original: str = "", action: str = "failed", status: str = "5.1.1", said: str = "User unknown") -> str:
    first = f"Original-Recipient: {original}\n" if original else ""
    return f"{first}Final-Recipient: {final}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 {status} {said}"


add("passed-on-full", "failed", lambda s: postfix(s, "5.2.2", "552 5.2.2 Mailbox full", named=MEMBER))
add("passed-on-policy", "policy", lambda s: postfix(s, "5.7.1", "550 5.7.1 SPF check failed", named=MEMBER))
add(
    "passed-on-exchange-list",
    "failed",
    lambda s: exchange_online(s, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", "Hittades inte").replace(
        f"rfc822;{s.to}".encode(), f"rfc822;{MEMBER}".encode()
    ),
)
add(
    "passed-on-to-gmail",
    "failed",
    lambda s: gmail(s, "5.1.1", NO_ACCOUNT).replace(f"rfc822; {s.to}".encode(), b"rfc822; nagon@gmail.example.com"),
)
add("passed-on-final-only", "failed", lambda s: recipients(s, fields(f"rfc822; {MEMBER}")))
add("passed-on-utf8-type", "failed", lambda s: recipients(s, fields("utf-8; åsa@malmö.example.net")))
add("passed-on-quoted", "failed", lambda s: recipients(s, fields('rfc822; "bertil b"@annan.example.net')))
add(
    "passed-on-srs",
    "failed",
    lambda s: recipients(s, fields(f"rfc822; SRS0=Ab1=XY=example.org={s.to.partition('@')[0]}@annan.example.net")),
)
add("passed-on-two-gone", "failed", lambda s: recipients(s, fields(f"rfc822; {MEMBER}"), fields("rfc822; c@annan.example.net")))
add(
    "passed-on-two-differently",
    "failed",
    lambda s: recipients(s, fields(f"rfc822; {MEMBER}"), fields("rfc822; c@annan.example.net", status="5.2.2", said="full")),
)
add(
    "passed-on-one-gone-one-arrived",
    "unclear",
    lambda s: recipients(
        s, fields(f"rfc822; {MEMBER}"), fields("rfc822; c@annan.example.net", action="delivered", status="2.0.0", said="ok")
    ),
)
add(
    "list-whose-member-is-gone-and-another-is-not",
    "failed",
    lambda s: recipients(
        s,
        fields(f"rfc822; {MEMBER}", original=f"rfc822;{s.to}"),
        fields("rfc822; c@annan.example.net", original=f"rfc822;{s.to}", action="delivered", status="2.0.0", said="ok"),
    ),
)
add(
    "list-that-is-expanded",
    "arrived",
    lambda s: recipients(s, fields(f"rfc822; {s.to}", action="expanded", status="2.0.0", said="ok"), fields(f"rfc822; {MEMBER}")),
)
add(
    "list-in-sendmail",
    "failed",
    lambda s: sendmail(s, "5.1.1", "550 5.1.1 User unknown").replace(
        b"Action: failed", f"X-Actual-Recipient: RFC822; {MEMBER}\nAction: failed".encode()
    ),
)
add(
    "passed-on-exim-words",
    "failed",
    lambda s: exim(s, f"(generated from {s.to})\n    550 5.1.1 user unknown").replace(
        f"X-Failed-Recipients: {s.to}".encode(), f"X-Failed-Recipients: {MEMBER}".encode()
    ),
)
add(
    "passed-on-exim-words-without-header",
    "failed",
    lambda s: plain(
        s,
        f"This message was created automatically by mail delivery software.\n\nThe following address(es) failed:\n\n  {MEMBER}\n    (generated from {s.to})\n    550 5.1.1 user unknown\n",
        sender="Mailer-Daemon@exim.example.org",
        subject="Mail delivery failed: returning message to sender",
    ),
)
add(
    "passed-on-qmail",
    "failed",
    lambda s: qmail(s, "Sorry, no mailbox here by that name. (#5.1.1)").replace(f"<{s.to}>:".encode(), f"<{MEMBER}>:".encode()),
)
add("original-recipient-is-the-reader", "gone", lambda s: recipients(s, fields(f"rfc822; {MEMBER}", original=f"rfc822;{s.to}")))
add(
    "original-recipient-in-capitals",
    "gone",
    lambda s: recipients(s, fields(f"RFC822; {MEMBER}", original=f"RFC822 ; {s.to.upper()}")),
)
add("original-recipient-in-brackets", "gone", lambda s: recipients(s, fields(f"rfc822; {MEMBER}", original=f"rfc822;<{s.to}>")))
add(
    "original-recipient-in-xtext",
    "gone",
    lambda s: recipients(
        s, fields(f"rfc822; {MEMBER}", original="rfc822;" + s.to.replace("@", "+40").replace("+40", "@").replace(".", "+2E", 1))
    ),
)
add("original-recipient-utf8-type", "gone", lambda s: recipients(s, fields(f"rfc822; {MEMBER}", original=f"utf-8;{s.to}")))
add(
    "original-recipient-quoted",
    "gone",
    lambda s: recipients(s, fields(f"rfc822; {MEMBER}", original='rfc822;"' + s.to.replace("@", '"@'))),
)
add(
    "no-recipient-at-all",
    "gone",
    lambda s: recipients(s, "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"),
)
add("recipient-without-a-domain", "gone", lambda s: recipients(s, fields("local; anna")))
add(
    "words-that-name-nobody",
    "gone",
    lambda s: plain(
        s,
        "550 5.1.1 User unknown\n\nQuestions? Write to postmaster@mx.example.org.\n",
        sender="MAILER-DAEMON@mx.example.org",
        subject="failure notice",
    ),
)
add(
    "words-that-name-our-return-address",
    "gone",
    lambda s: plain(
        s,
        f"Message from {s.tagged} refused: 550 5.1.1 User unknown\n",
        sender="MAILER-DAEMON@mx.example.org",
        subject="failure notice",
    ),
)
