# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Postfix."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.forms import Sent, report


def postfix(sent: Sent, status: str, said: str, *, action: str = "failed", named: str = "", **more: object) -> bytes:
    to = named or sent.to
    words = (
        "This is the mail system at host mx.example.org.\n\nI'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\nFor further assistance, please send mail to postmaster.\n\n"
        "If you do so, please include this problem report. You can\ndelete your own text from the attached returned message.\n\n"
        f"                   The mail system\n\n<{to}>: {said}\n"
    )
    if action == "delayed":
        words = words.replace(
            "could not\nbe delivered to one or more recipients. It's attached below", "has not yet been delivered"
        )
    about = (
        f"Reporting-MTA: dns; mx.example.org\nX-Postfix-Queue-ID: 4F2B1\nX-Postfix-Sender: rfc822; {more.pop('postfix_sender', sent.tagged)}\n"
        "Arrival-Date: Mon, 14 Dec 2026 07:30:05 +0100 (CET)"
    )
    recipient = (
        f"Final-Recipient: rfc822; {to}\nOriginal-Recipient: rfc822;{to}\nAction: {action}\nStatus: {status}\n"
        f"Remote-MTA: dns; mail.example.org\nDiagnostic-Code: smtp; {said}"
    )
    return report(sent, words=words, about=about, recipient=recipient, **{"extra": "Auto-Submitted: auto-replied\n", **more})  # type: ignore[arg-type]


add(
    "postfix-5.1.1",
    "gone",
    lambda s: postfix(s, "5.1.1", "550 5.1.1 <x>: Recipient address rejected: User unknown in virtual mailbox table"),
)
add(
    "postfix-5.1.2",
    "gone",
    lambda s: postfix(
        s, "5.1.2", "Host or domain name not found. Name service error for name=example.org type=A: Host not found"
    ),
)
add("postfix-5.1.10-null-mx", "gone", lambda s: postfix(s, "5.1.10", "556 5.1.10 Recipient address has null MX"))
add("postfix-5.2.1", "gone", lambda s: postfix(s, "5.2.1", "550 5.2.1 Mailbox disabled for this recipient"))
add("postfix-5.2.2", "full", lambda s: postfix(s, "5.2.2", "552 5.2.2 Mailbox full"))
add("postfix-4.2.2-given-up", "full", lambda s: postfix(s, "4.2.2", "452 4.2.2 Over quota"))
add("postfix-5.4.4-no-host", "failed", lambda s: postfix(s, "5.4.4", "Host not found"))
add(
    "postfix-4.4.1-given-up",
    "failed",
    lambda s: postfix(s, "4.4.1", "connect to mail.example.org[192.0.2.1]:25: Connection timed out"),
)
add(
    "postfix-delayed",
    "delayed",
    lambda s: postfix(
        s,
        "4.4.1",
        "connect to mail.example.org: Connection refused",
        action="delayed",
        subject="Delayed Mail (still being retried)",
    ),
)
add(
    "postfix-5.7.1-policy",
    "policy",
    lambda s: postfix(s, "5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org"),
)
add(
    "postfix-5.1.8-our-sender",
    "policy",
    lambda s: postfix(s, "5.1.8", "550 5.1.8 <x>: Sender address rejected: Domain not found"),
)
add("postfix-5.1.7-our-sender", "policy", lambda s: postfix(s, "5.1.7", "550 5.1.7 Sender address syntax"))
add(
    "postfix-delivered",
    "arrived",
    lambda s: postfix(s, "2.0.0", "250 2.0.0 Ok: queued as 5A1", action="delivered", subject="Successful Mail Delivery Report"),
)
add(
    "postfix-relayed", "arrived", lambda s: postfix(s, "2.0.0", "250 Ok", action="relayed", subject="Mail Delivery Status Report")
)
add(
    "postfix-without-tag",
    "gone",
    lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", to=s.plain, postfix_sender=s.plain, head=s.head.partition("\n")[2]),
)
add(
    "postfix-without-tag-headers-only",
    "gone",
    lambda s: postfix(
        s,
        "5.1.1",
        "550 5.1.1 User unknown",
        to=s.plain,
        postfix_sender=s.plain,
        head=s.head.partition("\n")[2],
        returned="text/rfc822-headers",
    ),
)
add(
    "postfix-tag-in-returned-path-only",
    "gone",
    lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", to=s.plain, postfix_sender=s.plain),
)
add(
    "postfix-nobody-s-letter",
    "unclear",
    lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", to=s.plain, postfix_sender=s.plain, head=s.unnamed_head),
    is_ours=False,
)
add(
    "postfix-without-tag-other-address",
    "unclear",
    lambda s: postfix(
        s,
        "5.1.1",
        "550 5.1.1 User unknown",
        to=s.plain,
        postfix_sender=s.plain,
        head=s.head.partition("\n")[2],
        named="ny-adress@example.net",
    ),
    is_ours=False,
)
add(
    "postfix-forwarded-by-the-reader",
    "failed",
    lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", named="ny-adress@example.net"),
)
add(
    "postfix-forged-tag",
    "unclear",
    lambda s: postfix(
        s,
        "5.1.1",
        "550 5.1.1 User unknown",
        to="studs+0123456789ab1f@kommun.example.org",
        postfix_sender="studs+0123456789ab1f@kommun.example.org",
        head=s.unnamed_head,
    ),
    is_ours=False,
)
add("postfix-truncated-in-returned", "gone", lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", end=-200))
add("postfix-truncated-in-words", "gone", lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", end=1300))
add("postfix-5.1.1-but-full", "full", lambda s: postfix(s, "5.1.1", "550 5.1.1 mailbox is full"))
add("postfix-encoded-status", "gone", lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", status_encoding="base64"))
add("postfix-quoted-status", "gone", lambda s: postfix(s, "5.1.1", "550 5.1.1 User unknown", status_encoding="quoted-printable"))
add(
    "postfix-of-mimecast",
    "gone",
    lambda s: postfix(s, "5.0.0", "550 Invalid Recipient - https://community.example.org/docs/DOC-1369#550"),
)
add("postfix-of-exim", "gone", lambda s: postfix(s, "5.0.0", "550 Unrouteable address"))
add("postfix-non-existent", "gone", lambda s: postfix(s, "5.0.0", "550 Non-existent user"))
add("postfix-spam-filter-sv", "policy", lambda s: postfix(s, "5.0.0", "550 Brevet stoppades av vårt spamfilter"))
add("postfix-spam-filter-en", "policy", lambda s: postfix(s, "5.0.0", "554 Stopped by the spam-filter at this site"))
