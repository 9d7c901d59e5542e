# A mail system does not break its lines for us.
"""Complaints (RFC 5965), automatic answers (RFC 3834), and what people write."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.corpus.postfix import postfix
from tests.followup.bounces.forms import complaint, person, plain, report

add("arf-abuse", "complaint", complaint)
add("arf-abuse-by-message-id", "complaint", lambda s: complaint(s, named=False))
add("arf-abuse-to-the-tag", "complaint", lambda s: complaint(s, named=False, to=s.tagged))
add("arf-fraud", "complaint", lambda s: complaint(s, kind="fraud"))
add("arf-opt-out", "opt-out", lambda s: complaint(s, kind="opt-out"))
add("arf-not-spam", "arrived", lambda s: complaint(s, kind="not-spam"))
add("arf-unknown-type", "unclear", lambda s: complaint(s, kind="other-thing"))
add(
    "arf-nobody-s-letter",
    "unclear",
    lambda s: complaint(s, named=False).replace(s.message_id.encode(), b"<someone@else.example>"),
    is_ours=False,
)


def quoted(words: str) -> str:
    return "".join(f"={byte:02X}" for byte in words.encode())


AWAY = "Hej! Jag är på semester och läser inte min e-post. Åter den 7 januari. Vid frågor: user unknown finns inte här."
add(
    "auto-exchange-sv",
    "automatic",
    lambda s: person(
        s, AWAY, subject="Autosvar: Jag trodde aldrig...", extra="Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"
    ),
)
add("auto-franvaro", "automatic", lambda s: person(s, AWAY, subject="=?utf-8?q?Fr=C3=A5nvaro=3A_Jag_trodde_aldrig?="))
add("auto-rfc3834", "automatic", lambda s: person(s, "Tack, jag hör av mig.", extra="Auto-Submitted: auto-replied (vacation)\n"))
add("auto-x-autoreply", "automatic", lambda s: person(s, "Borta.", extra="X-Autoreply: yes\n"))
add("auto-precedence", "automatic", lambda s: person(s, "Borta.", extra="Precedence: auto_reply\n"))
add(
    "auto-gmail-vacation",
    "automatic",
    lambda s: person(s, "I am on vacation.", extra="Precedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied\n"),
)
add("auto-ooo-en", "automatic", lambda s: person(s, "I will be out.", subject="Out of Office Re: Jag trodde aldrig..."))
add("auto-automatic-reply", "automatic", lambda s: person(s, "Away", subject="Automatic reply: Jag trodde aldrig..."))
add(
    "auto-says-the-address-is-gone",
    "automatic",
    lambda s: person(
        s,
        "550 5.1.1 User unknown. Adressen finns inte längre.",
        subject="Automatiskt svar: Jag",
        extra="Auto-Submitted: auto-replied\n",
    ),
)
add(
    "auto-null-sender",
    "automatic",
    lambda s: plain(s, "Vi har tagit emot ditt brev.", sender="kundtjanst@example.org", subject="Ditt ärende 4711"),
)
add(
    "auto-read-receipt",
    "automatic",
    lambda s: (
        report(
            s,
            words="Meddelandet har lästs.",
            about="Reporting-UA: Outlook",
            recipient=f"Final-Recipient: rfc822;{s.to}\nDisposition: manual-action/MDN-sent-manually; displayed",
            subject="Läst: Jag",
        )
        .replace(b"report-type=delivery-status", b"report-type=disposition-notification")
        .replace(b"message/delivery-status", b"message/disposition-notification")
    ),
)


add("person-reply", "person", lambda s: person(s, "Hej, varför får jag det här? Sluta skicka!"))
add("person-absent-child", "person", lambda s: person(s, "Kalle är sjuk i dag.", subject="Frånvaro Kalle"))
add(
    "person-quotes-a-bounce",
    "person",
    lambda s: person(
        s, "Jag fick detta:\n> 550 5.1.1 User unknown\n> mailbox full", subject="VB: Undelivered Mail Returned to Sender"
    ),
)
add(
    "person-forwards-a-bounce",
    "person",
    lambda s: (
        person(s, "Se bifogat").replace(
            b"Content-Type: text/plain; charset=utf-8\n\n",
            b'Content-Type: multipart/mixed; boundary="q"\n\n--q\nContent-Type: text/plain\n\n',
        )
        + b"\n--q\nContent-Type: message/rfc822\n\n"
        + postfix(s, "5.1.1", "550 5.1.1 User unknown")
        + b"\n--q--\n"
    ),
)
add(
    "person-about-undeliverable",
    "person",
    lambda s: person(s, "Min mejl till er kom i retur, user unknown.", subject="Undeliverable? Hur når jag er"),
)
# Parents answer in the very words of an absence. No header says that a program wrote it: somebody is to read it.
for name, subject, written in (
    ("a-child-that-is-ill", "Frånvaro", "Kalle är sjuk, tillbaka den 5 mars."),
    ("a-day-off", "Tack för brevet", "Jag är ledig på fredag, kan ni ringa då?"),
    ("two-letters", "Vi har fått brevet två gånger", "Den ena gick till min man, jag är föräldraledig just nu."),
    ("worry", "Jag är orolig", "Jag är på semester just nu men vill prata med någon."),
    ("leave", "Ledig", "Jag är tjänstledig och åter måndag. Ring mig då."),
    ("thanks", "Thank you", "I am on parental leave, call me any day."),
    ("an-errand", "Ärende om min dotter", "Jag har slutat på jobbet och är hemma nu, ring gärna."),
    ("a-confirmation", "Bekräftelse", "Vi kommer. Jag är inte på jobbet på onsdag."),
    ("our-letter-and-a-reply-to-it", "Sv: Semester", "Do not reply to him, reply to me: I am away on holiday."),
):
    add(
        f"person-writes-of-{name}",
        "person",
        lambda s, subject=subject, written=written: person(s, written, subject=f"=?utf-8?q?{quoted(subject)}?="),
    )  # type: ignore[misc]
add(
    "auto-without-headers-that-says-so",
    "automatic",
    lambda s: person(s, "Detta är ett automatiskt svar. Jag är föräldraledig till den 1 juni.", subject="Semester"),
)
add("person-only-a-subject", "person", lambda s: person(s, "", subject="Stoppa"))
add("unclear-empty", "unclear", lambda _letter: b"", is_ours=False)
add("unclear-bytes", "unclear", lambda _letter: b"\x00\xff\xfe" * 50, is_ours=False)
add(
    "unclear-daemon-without-reason",
    "unclear",
    lambda s: plain(s, "Något gick fel.", sender="MAILER-DAEMON@example.org", subject="Hm"),
)
add(
    "person-forwards-a-bounce-from-outlook",
    "person",
    lambda s: (
        person(s, "", subject="VB: Olevererbart").replace(
            b"Content-Type: text/plain; charset=utf-8\n\n",
            b'Content-Type: multipart/mixed; boundary="q"\n\n--q\nContent-Type: text/html\n\n<p>Vad betyder detta?</p>',
        )
        + b"\n--q\nContent-Type: message/rfc822; name=studs.eml\nContent-Disposition: attachment\n\n"
        + postfix(s, "5.1.1", "550 5.1.1 User unknown")
        + b"\n--q--\n"
    ),
)
add(
    "auto-subject-in-raw-latin1",
    "automatic",
    lambda s: person(s, AWAY, subject="RAW").replace(b"Subject: RAW", "Subject: Frånvaro: Jag trodde".encode("latin-1")),
)
add("auto-subject-in-raw-utf8", "automatic", lambda s: person(s, AWAY, subject="Frånvaro: Jag trodde"))
