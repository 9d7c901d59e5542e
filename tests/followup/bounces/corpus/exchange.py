# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Exchange and Exchange Online, in Swedish and English, with and without a part for machines."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.forms import Sent, plain, report

EXCHANGE = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@kommun.example.org>"


def exchange_online(
    sent: Sent, status: str, said: str, words: str, *, subject: str = "Undeliverable: Jag trodde aldrig...", **more: object
) -> bytes:
    about = "Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.exchangelabs.com\nReceived-From-MTA: dns;relay.example.org\nArrival-Date: Mon, 14 Dec 2026 06:30:06 +0000"
    recipient = f"Final-Recipient: rfc822;{sent.to}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp;{said}"
    extra = (
        "Auto-Submitted: auto-replied\nX-MS-Exchange-Message-Is-Ndr:\nX-MS-Exchange-Organization-SCL: -1\nContent-Language: sv-SE\n"
        f"In-Reply-To: {sent.message_id}\nReferences: {sent.message_id}\n"
    )
    return report(
        sent, words=words, about=about, recipient=recipient, sender=EXCHANGE, subject=subject, **{"extra": extra, **more}
    )  # type: ignore[arg-type]


GONE_SV = "Det gick inte att leverera meddelandet till följande mottagare. E-postadressen du angav kunde inte hittas."
add(
    "exchange-online-5.1.10-sv",
    "gone",
    lambda s: exchange_online(
        s,
        "5.1.10",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        GONE_SV,
        subject="=?utf-8?b?T2xldmVyZXJiYXJ0OiBKYWcgdHJvZGRlIGFsZHJpZw==?=",
        encoding="base64",
    ),
)
add(
    "exchange-online-5.1.1",
    "gone",
    lambda s: exchange_online(
        s, "5.1.1", "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found", "Your message couldn't be delivered."
    ),
)
add(
    "exchange-online-5.1.0-sender",
    "policy",
    lambda s: exchange_online(s, "5.1.0", "550 5.1.0 Sender rejected by policy reasons: sender denied", "Sender denied"),
)
add(
    "exchange-online-5.2.2",
    "full",
    lambda s: exchange_online(
        s,
        "5.2.2",
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
        "The recipient's mailbox is full.",
    ),
)
add(
    "exchange-online-5.7.1",
    "policy",
    lambda s: exchange_online(
        s, "5.7.1", "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy", "Nekad"
    ),
)
add(
    "exchange-online-5.7.133",
    "policy",
    lambda s: exchange_online(
        s, "5.7.133", "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", "Group"
    ),
)
add(
    "exchange-online-5.4.1",
    "gone",
    lambda s: exchange_online(
        s,
        "5.4.1",
        "550 5.4.1 Recipient address rejected: Access denied. [AM0EUR02FT003.eop-EUR02.prod.protection.outlook.com]",
        "Access denied",
    ),
)
add(
    "exchange-online-5.4.1-no-host",
    "failed",
    lambda s: exchange_online(s, "5.4.1", "550 5.4.1 No answer from host", "No answer"),
)
add(
    "exchange-online-5.4.310",
    "failed",
    lambda s: exchange_online(
        s, "5.4.310", "550 5.4.310 DNS domain hotmial.example does not exist [Message=InfoDomainNonexistent]", "No such domain"
    ),
)
add(
    "exchange-online-5.2.121",
    "failed",
    lambda s: exchange_online(s, "5.2.121", "550 5.2.121 Recipient's per hour message receive limit exceeded", "Limit"),
)
add("exchange-online-5.5.0", "failed", lambda s: exchange_online(s, "5.5.0", "550 5.5.0 Requested action not taken", "No"))
add(
    "exchange-online-5.4.14-loop",
    "failed",
    lambda s: exchange_online(s, "5.4.14", "554 5.4.14 Hop count exceeded - possible mail loop ATTR34", "Loop"),
)
add(
    "exchange-online-without-tag",
    "gone",
    lambda s: exchange_online(s, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", GONE_SV, to=s.plain, head=s.unnamed_head),
)
add(
    "exchange-without-dsn-sv",
    "gone",
    lambda s: plain(
        s,
        f"Ditt meddelande nådde inte vissa eller alla av de avsedda mottagarna.\n\n      Ämne:\tJag trodde aldrig...\n\n"
        f"Det gick inte att nå följande mottagare:\n\n      {s.to} den 2026-12-14 07:31\n            E-postkontot finns inte i den organisation som meddelandet skickades till.\n"
        "            <mail.kommun.example.org #5.1.1>\n",
        sender="Systemadministratör <postmaster@mail.example.org>",
        subject="Olevererbart: Jag trodde aldrig...",
    ),
)
add(
    "exchange-without-dsn-latin1",
    "full",
    lambda s: plain(
        s,
        "Ditt meddelande kunde inte levereras.\n\nMottagarens brevlåda är full och kan inte ta emot meddelanden nu.\n",
        sender="postmaster@mail.example.org",
        subject="=?iso-8859-1?q?Det_gick_inte_att_leverera:_f=F6rs=F6k_igen?=",
        charset="iso-8859-1",
        encoding="quoted-printable",
    ),
)
add(
    "exchange-without-dsn-en",
    "gone",
    lambda s: plain(
        s,
        f"Your message did not reach some or all of the intended recipients.\n\n  {s.to} on 12/14/2026 7:31 AM\n"
        "    The e-mail account does not exist at the organization this message was sent to.  Check the e-mail address.\n    <mail.example.org #5.1.1>\n",
        sender="System Administrator <postmaster@example.org>",
        subject="Undeliverable: Jag trodde aldrig...",
    ),
)
add(
    "exchange-delayed-sv",
    "delayed",
    lambda s: exchange_online(
        s, "4.4.7", "400 4.4.7 Message delayed", "Leveransen av meddelandet är försenad.", subject="Fördröjd leverans: Jag trodde"
    ).replace(b"Action: failed", b"Action: delayed"),
)


# As Exchange Online writes it to Swedish tenants: the words for people are HTML, with all details below them.
HTML_SV = (
    "<html><head><style>b {{color: red}} /* user unknown */</style></head><body><p><b>Ditt meddelande till {to} kunde inte levereras.</b></p>"
    "<p>{reason}</p><h2>Så här åtgärdar du det</h2><p>Adressen kan vara felstavad eller finns kanske inte längre. Kontakta mottagaren på något annat sätt.</p>"
    "<p>Diagnostikinformation för administratörer:</p><p>Genererande server: AM0PR01MB1234.eurprd01.prod.outlook.com</p><p>{to}<br>Remote Server returned &#39;{said}&#39;</p></body></html>"
)


def swedish_ndr(sent: Sent, status: str, said: str, reason: str, **more: object) -> bytes:
    words = HTML_SV.format(to=sent.to, reason=reason, said=said)
    made = exchange_online(
        sent, status, said, words, subject="=?utf-8?q?Gick_inte_att_leverera=3A_Jag_trodde_aldrig=2E=2E=2E?=", **more
    )
    return made.replace(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: text/html; charset=utf-8", 1)


NOT_FOUND_SV = "Mottagaren hittades inte på kommun.example.org."
for encoding in ("8bit", "base64", "quoted-printable"):
    add(
        f"exchange-online-ndr-sv-{encoding}",
        "gone",
        lambda s, encoding=encoding: swedish_ndr(
            s, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", NOT_FOUND_SV, encoding=encoding
        ),
    )  # type: ignore[misc]
add(
    "exchange-online-ndr-sv-full",
    "full",
    lambda s: swedish_ndr(s, "5.2.2", "554 5.2.2 mailbox full; STOREDRV.Deliver", "Mottagarens postlåda är full."),
)
add(
    "exchange-online-ndr-sv-5.7.124",
    "policy",
    lambda s: swedish_ndr(
        s,
        "5.7.124",
        "550 5.7.124 RESOLVER.RST.NotAuthorized; not authorized",
        "Avsändaren finns inte på mottagarens lista över tillåtna avsändare.",
    ),
)
add(
    "exchange-online-ndr-sv-base64-report",
    "gone",
    lambda s: swedish_ndr(s, "5.1.1", "550 5.1.1 RESOLVER.ADR.ExRecipNotFound", NOT_FOUND_SV, status_encoding="base64"),
)
add(
    "exchange-online-5.1.20",
    "policy",
    lambda s: exchange_online(s, "5.1.20", "550 5.1.20 Multiple From addresses are not allowed without Sender address", "Nekad"),
)
add(
    "exchange-online-5.1.90",
    "policy",
    lambda s: exchange_online(s, "5.1.90", "554 5.1.90 SubmissionQuotaExceeded; sender quota exceeded", "Nekad"),
)
