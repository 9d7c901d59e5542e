# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Outlook.com, Telia and Loopia."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.forms import Sent, plain, report

add(
    "outlook.com-5.5.0",
    "failed",
    lambda s: report(
        s,
        words="Leveransen till följande mottagare misslyckades.",
        about="Reporting-MTA: dns;DB3EUR04.mail.protection.outlook.com",
        recipient=f"Final-Recipient: rfc822;{s.to}\nAction: failed\nStatus: 5.5.0\nDiagnostic-Code: smtp;550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [DB3EUR04FT012.eop-eur04]",
        sender="postmaster@outlook.com",
        subject="Undeliverable: Jag trodde aldrig...",
    ),
)
add(
    "outlook.com-5.7.1-s3140",
    "policy",
    lambda s: report(
        s,
        words="Det gick inte att leverera.",
        about="Reporting-MTA: dns; relay.example.org",
        recipient=f"Final-Recipient: rfc822; {s.to}\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).",
    ),
)
add(
    "outlook.com-5.2.2",
    "full",
    lambda s: report(
        s,
        words="Mottagarens postlåda är full.",
        about="Reporting-MTA: dns;VI1EUR04.outlook.com",
        recipient=f"Final-Recipient: rfc822;{s.to}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;552 5.2.2 The email account that you tried to reach is over quota",
        sender="postmaster@outlook.com",
    ),
)
add(
    "telia-sv-words",
    "gone",
    lambda s: plain(
        s,
        f"Hej!\n\nDitt brev kunde inte levereras till {s.to}.\nOrsak: Mottagaren finns inte hos Telia.\n\n--- Ursprungligt meddelande ---\n{s.head}",
        sender="Telia Mail <postmaster@telia.example.com>",
        subject="Kunde inte levereras: Jag trodde aldrig...",
    ),
)
add(
    "telia-full-latin1",
    "full",
    lambda s: plain(
        s,
        f"Meddelandet till {s.to} gick inte att leverera: brevlådan är full.\n",
        sender="Mail Delivery <mailer-daemon@telia.example.com>",
        subject="=?iso-8859-1?Q?Ej_levererat_brev?=",
        charset="iso-8859-1",
    ),
)
add(
    "telia-delayed-sv",
    "delayed",
    lambda s: plain(
        s,
        f"Leveransen av ditt brev till {s.to} är försenad. Servern kommer att försöka igen i fem dagar.\n",
        sender="postmaster@telia.example.com",
        subject="Försenad leverans",
    ),
)
add(
    "loopia-dsn",
    "gone",
    lambda s: report(
        s,
        words="Detta är Loopias e-postsystem. Ditt meddelande kunde inte levereras.",
        about="Reporting-MTA: dns; s980.loopia.se",
        recipient=f"Final-Recipient: rfc822; {s.to}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: x-unix; user unknown",
    ),
)
add(
    "loopia-full",
    "full",
    lambda s: report(
        s,
        words="Kontot har överskridit sin kvot.",
        about="Reporting-MTA: dns; s980.loopia.se",
        recipient=f"Final-Recipient: rfc822; {s.to}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 <x>: Quota exceeded (mailbox for user is full)",
    ),
)
add(
    "loopia-words-in-base64",
    "gone",
    lambda s: plain(
        s,
        f"Adressen {s.to} finns inte.\n",
        sender="MAILER-DAEMON@loopia.example.se",
        subject="Returnerat brev",
        encoding="base64",
    ),
)


def dsn(sent: Sent, mta: str, status: str, said: str, words: str, **more: object) -> bytes:
    """A report as most systems write it, in Swedish for people."""
    return report(
        sent,
        words=words,
        about=f"Reporting-MTA: dns; {mta}",
        recipient=f"Original-Recipient: rfc822;{sent.to}\nFinal-Recipient: rfc822;{sent.to}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {said}",
        subject="Det gick inte att leverera ditt meddelande",
        **more,
    )  # type: ignore[arg-type]


add(
    "telia-dsn",
    "gone",
    lambda s: dsn(
        s, "mailfe12.telia.example.com", "5.1.1", "550 5.1.1 RCPT TO:<x> User unknown", "Ditt brev kunde inte levereras."
    ),
)
add(
    "telia-dsn-5.2.1",
    "gone",
    lambda s: dsn(s, "mailfe12.telia.example.com", "5.2.1", "550 5.2.1 Mailbox disabled", "Ditt brev kunde inte levereras."),
)
add(
    "telia-dsn-full",
    "full",
    lambda s: dsn(s, "mailfe12.telia.example.com", "5.2.2", "552 5.2.2 Mailbox over quota", "Brevlådan är full."),
)
add(
    "telia-blocked",
    "policy",
    lambda s: dsn(
        s, "mailfe12.telia.example.com", "5.7.1", "554 5.7.1 Client host blocked using TeliaBL", "Ditt brev kunde inte levereras."
    ),
)
add(
    "telia-raw-latin1-words",
    "gone",
    lambda s: dsn(
        s, "mailfe12.telia.example.com", "5.0.0", "550 Mottagaren finns inte", "Mottagaren saknas hos oss.", charset="iso-8859-1"
    ).replace(b"Det gick inte att leverera", "Felaktig leverans: förfrågan".encode("latin-1")),
)
add(
    "loopia-words",
    "gone",
    lambda s: plain(
        s,
        f"Ditt meddelande kunde inte levereras.\n\n<{s.to}>: host mx.loopia.example.se said: 550 5.1.1 <{s.to}>: Recipient address rejected: User unknown\n",
        sender="MAILER-DAEMON@loopia.example.se",
        subject="Undelivered Mail Returned to Sender",
    ),
)
add(
    "loopia-words-blocked",
    "policy",
    lambda s: plain(
        s,
        f"Ditt meddelande till {s.to} kunde inte levereras: 550 5.7.1 blocked as spam\n",
        sender="MAILER-DAEMON@loopia.example.se",
        subject="Undelivered Mail Returned to Sender",
    ),
)
add(
    "loopia-tag-lost",
    "gone",
    lambda s: dsn(
        s,
        "s980.loopia.example.se",
        "5.1.1",
        "550 5.1.1 user unknown",
        "Kunde inte levereras.",
        to=s.plain,
        head=s.head.partition("\n")[2],
    ),
)
add(
    "outlook.com-5.1.1",
    "gone",
    lambda s: dsn(
        s,
        "DB3EUR04.mail.protection.outlook.example.com",
        "5.1.1",
        "550 5.1.1 Recipient address rejected: User unknown",
        "Leveransen misslyckades.",
    ),
)
add(
    "outlook.com-5.7.515",
    "policy",
    lambda s: dsn(
        s,
        "DB3EUR04.mail.protection.outlook.example.com",
        "5.7.515",
        "550 5.7.515 Access denied, sending domain does not meet the required authentication level",
        "Leveransen misslyckades.",
    ),
)
add(
    "outlook.com-5.2.2-raw-utf8-field",
    "full",
    lambda s: dsn(s, "outlook.example.com", "5.0.0", "552 Brevlådan är full", "Leveransen misslyckades."),
)
add(
    "outlook.com-5.2.2-raw-latin1-field",
    "full",
    lambda s: dsn(s, "outlook.example.com", "5.0.0", "552 Brevlådan är full", "Leveransen misslyckades.").replace(
        "Brevlådan är full".encode(), "Brevlådan är full".encode("latin-1")
    ),
)
add(
    "truncated-before-the-report",
    "gone",
    lambda s: dsn(
        s,
        "mx.example.org",
        "5.1.1",
        "550 5.1.1 user unknown",
        f"Det gick inte att leverera till {s.to}: 550 5.1.1 user unknown",
        end=780,
    ),
)
