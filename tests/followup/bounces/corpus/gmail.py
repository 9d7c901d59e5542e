# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Gmail."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.forms import Sent, report


def gmail(sent: Sent, status: str, said: str, *, action: str = "failed", words: str = "", **more: object) -> bytes:
    about = (
        "Reporting-MTA: dns; googlemail.com\nReceived-From-MTA: dns; ung@kommun.example.org\nArrival-Date: Sun, 13 Dec 2026 22:30:06 -0800 (PST)\nX-Original-Message-ID: "
        + sent.message_id
    )
    recipient = f"Final-Recipient: rfc822; {sent.to}\nAction: {action}\nStatus: {status}\nRemote-MTA: dns; gmail-smtp-in.l.google.com.\nDiagnostic-Code: smtp; {said}\nLast-Attempt-Date: Sun, 13 Dec 2026 22:30:07 -0800 (PST)"
    return report(
        sent,
        words=words
        or f"** Address not found **\n\nYour message wasn't delivered to {sent.to} because the address couldn't be found, or is unable to receive mail.\n",
        about=about,
        recipient=recipient,
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
        **{"extra": f"X-Failed-Recipients: {sent.to}\nAuto-Submitted: auto-replied\n", **more},
    )  # type: ignore[arg-type]


NO_ACCOUNT = (
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the recipient's email address for typos or\n"
    " 550-5.1.1 unnecessary spaces. For more information, go to\n 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser a1-20020a2e9d01 - gsmtp"
)
add("gmail-5.1.1", "gone", lambda s: gmail(s, "5.1.1", NO_ACCOUNT))
add(
    "gmail-5.2.1-disabled",
    "gone",
    lambda s: gmail(s, "5.2.1", "550 5.2.1 The email account that you tried to reach is disabled."),
)
add(
    "gmail-5.2.1-too-fast",
    "failed",
    lambda s: gmail(
        s,
        "5.2.1",
        "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.",
    ),
)
add(
    "gmail-5.2.2",
    "full",
    lambda s: gmail(
        s,
        "5.2.2",
        "552-5.2.2 The recipient's inbox is out of storage space and inactive. Please direct the\n 552 5.2.2 recipient to https://support.google.com",
        words="Inkorgen är full",
    ),
)
add(
    "gmail-5.7.26",
    "policy",
    lambda s: gmail(
        s,
        "5.7.26",
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n 550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
        words="Message blocked",
    ),
)
add(
    "gmail-5.7.1-unsolicited",
    "policy",
    lambda s: gmail(
        s,
        "5.7.1",
        "550-5.7.1 [192.0.2.10] Our system has detected that this message is likely unsolicited mail.",
        words="Message blocked",
    ),
)
add(
    "gmail-delayed",
    "delayed",
    lambda s: gmail(
        s,
        "4.4.1",
        "The recipient server did not accept our requests to connect.",
        action="delayed",
        words="Delivery incomplete. There was a temporary problem. Gmail will retry for 46 more hours.",
    ),
)
add("gmail-base64-words", "gone", lambda s: gmail(s, "5.1.1", NO_ACCOUNT, encoding="base64"))
add("gmail-without-tag", "gone", lambda s: gmail(s, "5.1.1", NO_ACCOUNT, to=s.plain, head=s.head.partition("\n")[2]))
add(
    "gmail-5.7.26-three-lines",
    "policy",
    lambda s: gmail(
        s,
        "5.7.26",
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.\n 550 5.7.26 For more information, go to https://support.google.com",
    ),
)
add("gmail-5.1.8", "policy", lambda s: gmail(s, "5.1.8", "553 5.1.8 The sender's domain does not exist"))
add(
    "gmail-550-5.2.1-lines",
    "gone",
    lambda s: gmail(
        s,
        "5.2.1",
        "550-5.2.1 The email account that you tried to reach is inactive. For more\n 550 5.2.1 information, go to https://support.google.com",
    ),
)
