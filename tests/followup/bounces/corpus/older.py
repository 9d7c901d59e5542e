# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Exim, Sendmail and qmail."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.forms import Sent, plain, report


def exim(sent: Sent, said: str, *, with_head: bool = True, **more: object) -> bytes:
    body = (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. "
        f"This is a permanent error. The following address(es) failed:\n\n  {sent.to}\n    {said}\n\n"
    )
    body += (
        f"------ This is a copy of your message, including all the headers. ------\n\n{sent.head}\nSpam? quota exceeded? user unknown?\n"
        if with_head
        else ""
    )
    return plain(
        sent,
        body,
        sender="Mail Delivery System <Mailer-Daemon@exim.example.org>",
        subject="Mail delivery failed: returning message to sender",
        **{"extra": f"X-Failed-Recipients: {sent.to}\nAuto-Submitted: auto-replied\n", **more},
    )  # type: ignore[arg-type]


add(
    "exim-5.1.1",
    "gone",
    lambda s: exim(
        s,
        "host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<x>:\n    550 5.1.1 Recipient unknown",
    ),
)
add("exim-words-only", "gone", lambda s: exim(s, "550 No such user here"))
add("exim-quota", "full", lambda s: exim(s, "mailbox is full (MTA-imposed quota exceeded while writing to file)"))
add(
    "exim-blocked",
    "policy",
    lambda s: exim(s, "SMTP error from remote mail server after MAIL FROM: 550 5.7.1 Message rejected: listed in Spamhaus"),
)
add("exim-retry-time", "failed", lambda s: exim(s, "retry timeout exceeded: 451 Temporarily unavailable"))
add("exim-unrouteable", "gone", lambda s: exim(s, "Unrouteable address", with_head=False), is_ours=True)
add("exim-without-tag", "gone", lambda s: exim(s, "550 5.1.1 user unknown", to=s.plain))
add(
    "exim-without-tag-or-letter",
    "unclear",
    lambda s: exim(s, "550 5.1.1 user unknown", to=s.plain, with_head=False),
    is_ours=False,
)
add(
    "exim-dsn-5.0.0",
    "gone",
    lambda s: report(
        s,
        words="A message that you sent could not be delivered.",
        about="Reporting-MTA: dns; exim.example.org",
        recipient=f"Action: failed\nFinal-Recipient: rfc822;{s.to}\nStatus: 5.0.0\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 No such recipient here",
        subject="Mail delivery failed",
    ),
)
add(
    "exim-warning",
    "delayed",
    lambda s: plain(
        s,
        f"A message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours on the queue.\n\n  {s.to}\n\nNo action is required on your part.\n",
        sender="Mail Delivery System <Mailer-Daemon@exim.example.org>",
        subject="Warning: message 1abc delayed 24 hours",
    ),
)


def sendmail(sent: Sent, status: str, said: str, **more: object) -> bytes:
    words = (
        f"The original message was received at Mon, 14 Dec 2026 07:30:06 +0100\nfrom relay.example.org [192.0.2.10]\n\n   ----- The following addresses had permanent fatal errors -----\n<{sent.to}>\n"
        f"    (reason: {said})\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.org.:\n>>> DATA\n<<< {said}\n"
    )
    return report(
        sent,
        words=words,
        about="Reporting-MTA: dns; sendmail.example.org\nReceived-From-MTA: DNS; relay.example.org",
        recipient=f"Final-Recipient: RFC822; {sent.to}\nAction: failed\nStatus: {status}\nRemote-MTA: DNS; mx.example.org\nDiagnostic-Code: SMTP; {said}",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@sendmail.example.org>",
        subject="Returned mail: see transcript for details",
        **{"returned": "text/rfc822-headers", "extra": "Auto-Submitted: auto-generated (failure)\n", **more},
    )  # type: ignore[arg-type]


add("sendmail-5.1.1", "gone", lambda s: sendmail(s, "5.1.1", "550 5.1.1 <x>... User unknown"))
add("sendmail-5.2.2", "full", lambda s: sendmail(s, "5.2.2", "552 5.2.2 Over quota"))
add("sendmail-5.3.4-size", "failed", lambda s: sendmail(s, "5.3.4", "552 5.3.4 Message size exceeds fixed limit"))
add("sendmail-5.7.1-relay", "policy", lambda s: sendmail(s, "5.7.1", "550 5.7.1 Relaying denied"))
add(
    "sendmail-lower-case-fields",
    "gone",
    lambda s: (
        sendmail(s, "5.1.1", "550 5.1.1 User unknown")
        .replace(b"Final-Recipient", b"final-recipient")
        .replace(b"Status:", b"STATUS:")
    ),
)
add("sendmail-4.4.7", "failed", lambda s: sendmail(s, "4.4.7", "451 4.4.7 Message expired"))


def qmail(
    sent: Sent,
    said: str,
    *,
    opening: str = "Hi. This is the qmail-send program at qmail.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.",
    **more: object,
) -> bytes:
    return plain(
        sent,
        f"{opening}\n\n<{sent.to}>:\n{said}\n\n--- Below this line is a copy of the message.\n\n{sent.head}\nno such user, quota exceeded\n",
        sender="MAILER-DAEMON@qmail.example.org",
        subject="failure notice",
        **more,
    )  # type: ignore[arg-type]


add("qmail-no-mailbox", "gone", lambda s: qmail(s, "Sorry, no mailbox here by that name. (#5.1.1)"))
add("qmail-full", "full", lambda s: qmail(s, "user is over quota (#5.2.2)"))
add(
    "qmail-remote-words",
    "gone",
    lambda s: qmail(s, "192.0.2.1 does not like recipient.\nRemote host said: 550 unknown user\nGiving up on 192.0.2.1."),
)
add(
    "qmail-policy",
    "policy",
    lambda s: qmail(s, "192.0.2.1 failed after I sent the message.\nRemote host said: 554 5.7.1 Message rejected as spam"),
)
add(
    "qmail-connection",
    "unclear",
    lambda s: qmail(
        s, "I couldn't establish an SMTP connection. I'm not going to try again; this message has been in the queue too long."
    ),
)
add("qmail-without-tag", "gone", lambda s: qmail(s, "Sorry, no mailbox here by that name. (#5.1.1)", to=s.plain))


def exim_dsn(sent: Sent, status: str, said: str, **more: object) -> bytes:
    """As Exim writes it since 4.83: words, the report, the letter."""
    return report(
        sent,
        words=f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {sent.to}\n    host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<{sent.to}>:\n    {said}\n",
        about="Reporting-MTA: dns; exim.example.org",
        recipient=f"Action: failed\nFinal-Recipient: rfc822;{sent.to}\nStatus: {status}\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; {said}",
        sender="Mail Delivery System <Mailer-Daemon@exim.example.org>",
        subject="Mail delivery failed: returning message to sender",
        **{"extra": f"X-Failed-Recipients: {sent.to}\nAuto-Submitted: auto-replied\n", **more},
    )  # type: ignore[arg-type]


add("exim-dsn-5.1.1", "gone", lambda s: exim_dsn(s, "5.0.0", "550 5.1.1 <x>: Recipient address rejected"))
add("exim-dsn-5.2.2", "full", lambda s: exim_dsn(s, "5.0.0", "552 5.2.2 Over quota"))
add("exim-dsn-4.2.2-given-up", "full", lambda s: exim_dsn(s, "4.0.0", "452 4.2.2 Mailbox full"))
add("exim-dsn-5.7.1", "policy", lambda s: exim_dsn(s, "5.0.0", "550-5.7.1 Blocked by SpamAssassin\n 550 5.7.1 see our policy"))
add(
    "exim-dsn-base64",
    "gone",
    lambda s: exim_dsn(s, "5.0.0", "550 5.1.1 User unknown", status_encoding="base64", encoding="base64"),
)
add(
    "exim-dsn-truncated-in-the-report", "gone", lambda s: exim_dsn(s, "5.1.1", "550 5.1.1 User unknown").partition(b"Status: ")[0]
)
add(
    "exim-dsn-tag-lost",
    "gone",
    lambda s: exim_dsn(s, "5.1.1", "550 5.1.1 User unknown", to=s.plain, head=s.head.partition("\n")[2]),
)
add(
    "exim-dsn-everything-lost",
    "unclear",
    lambda s: exim_dsn(s, "5.1.1", "550 5.1.1 User unknown", to=s.plain, head=s.unnamed_head),
    is_ours=False,
)
add("exim-5.1.7-our-sender", "policy", lambda s: exim(s, "550 5.1.7 Sender rejected"))
add("exim-truncated", "gone", lambda s: exim(s, "550 5.1.1 Recipient unknown")[:950])
add("qmail-truncated", "gone", lambda s: qmail(s, "Sorry, no mailbox here by that name. (#5.1.1)")[:720])
add("qmail-5.2.1", "gone", lambda s: qmail(s, "Mailbox disabled, not accepting messages. (#5.2.1)"))
add(
    "qmail-5.7.1",
    "policy",
    lambda s: qmail(
        s,
        "192.0.2.1 does not like recipient.\nRemote host said: 550-5.7.1 blocked\n550 5.7.1 see https://example.org\nGiving up on 192.0.2.1.",
    ),
)
