# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Reports whose status says one thing and whose words another, and what looks like a program's or a person's and is not."""

from __future__ import annotations

from tests.followup.bounces.corpus.case import add
from tests.followup.bounces.corpus.postfix import postfix
from tests.followup.bounces.forms import Sent, person, plain

# (name, verdict, the report's status, what the mail server said)
SAID = (
    ("other-code-in-the-words", "policy", "5.1.1", "550 5.7.1 Access denied"),
    ("busy-code-in-the-words", "failed", "5.1.1", "451 4.3.0 <x>: Temporary lookup failure"),
    ("full-code-in-the-words", "full", "5.1.1", "452 4.2.2 temporarily over limits"),
    ("lookup-failed", "failed", "5.1.1", "550 5.1.1 <x>: Recipient address rejected: Temporary lookup failure"),
    (
        "probe-was-greylisted",
        "failed",
        "5.1.1",
        "550 5.1.1 <x>: undeliverable address: host mx said: 450 Greylisted, try again in 300 seconds",
    ),
    ("directory-down", "failed", "5.1.1", "550 5.1.1 Unable to verify recipient: LDAP server unavailable"),
    ("too-many-invalid", "failed", "5.1.1", "550 5.1.1 Too many invalid recipients"),
    ("relaying", "policy", "5.1.1", "550 5.1.1 relaying not allowed"),
    ("our-domain", "policy", "5.1.2", "553 5.1.2 We do not accept mail from your domain"),
    ("our-domain-not-allowed", "policy", "5.1.0", "550 5.1.0 Your domain is not allowed to send here"),
    ("takes-no-mail-from-us", "failed", "5.0.0", "550 mx.example.org does not accept mail from 192.0.2.10"),
    ("message-blocked", "policy", "5.1.1", "550 5.1.1 Message blocked"),
    (
        "no-ptr",
        "policy",
        "5.1.350",
        "550 5.1.350 Remote server returned invalid or missing PTR (reverse DNS) record for sending domain",
    ),
    ("no-hostname", "policy", "4.7.25", "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.10]"),
    ("ironport-policy", "policy", "5.0.0", "5.1.0 - Unknown address error 550-'5.7.1 Command rejected' (delivery attempts: 0)"),
    ("ironport-anything", "failed", "5.1.0", "5.1.0 - Unknown address error 550-'Rejected' (delivery attempts: 0)"),
    ("ironport-gone", "gone", "5.0.0", "5.1.0 - Unknown address error 550-'5.1.1 User unknown' (delivery attempts: 0)"),
    ("barracuda", "policy", "5.0.0", "550 permanent failure for one or more recipients (x@example.org:blocked)"),
    ("proofpoint", "policy", "5.0.0", "554 Blocked - see https://ipcheck.example.net/?ip=192.0.2.10"),
    ("mimecast", "policy", "5.0.0", "550 Rejected by header based Anti-Spoofing policy: ung@kommun.example.org"),
    ("yahoo-not-allowed", "policy", "5.0.0", "554 Message not allowed - [299]"),
    ("rejected-your-message", "policy", "5.1.0", "550 5.1.0 mx.example.org rejected your message. See error 03"),
    ("denied-by-policy", "policy", "5.0.0", "550 Denied by policy"),
    ("message-filtered", "policy", "5.0.0", "553-Message filtered. Please see the questions about junk at 553 mx.example.org"),
    ("spam-score", "policy", "5.0.0", "550 This message scored 12.3 points and was rejected"),
    (
        "other-protocol-status",
        "gone",
        "5.5.0",
        "550 5.5.0 <x>: Recipient address rejected: User unknown in virtual mailbox table",
    ),
    ("size-of-the-mailbox", "full", "5.0.0", "552 mailbox size limit exceeded"),
    ("over-its-limit", "full", "5.0.0", "552 Mailbox is over its storage limit"),
    ("our-account", "policy", "5.3.0", "550 5.3.0 Your account has been suspended"),
    ("our-account-without-code", "policy", "5.0.0", "550 Your account has been suspended"),
    ("our-own-domain", "policy", "5.5.0", "550 5.5.0 Domain of sender address ung@kommun.example.org does not exist"),
    ("our-number", "policy", "5.3.0", "5.3.0 - Other mail system problem 554-'IP address 192.0.2.10 is suspended'"),
    ("our-limit", "policy", "5.2.0", "550 5.2.0 Mailbox has exceeded the sending limit"),
    ("our-day", "policy", "5.4.5", "550 5.4.5 Daily user sending quota exceeded"),
    ("no-name-server", "failed", "5.4.0", "554 5.4.0 Mail server address for example.org cannot be found, DNS timeout"),
    ("in-the-header", "policy", "5.6.0", "554 5.6.0 Message contains invalid address in header From"),
    ("ironport-no-ptr", "failed", "5.1.0", "5.1.0 - Unknown address error 554-'rDNS for 192.0.2.10 was not found'"),
    ("ironport-our-domain", "policy", "5.1.0", "5.1.0 - Unknown address error 550-'Sender domain does not exist'"),
    ("ironport-no-such-user", "gone", "5.1.0", "5.1.0 - Unknown address error 550-'No such user here'"),
    (
        "ironport-gone-from-a-number",
        "gone",
        "5.1.0",
        "5.1.0 - Unknown address error 550-'5.1.1 User unknown, your host was 192.0.2.1'",
    ),
)
for _name, _kind, _status, _said in SAID:
    add(f"trap-{_name}", _kind, lambda s, status=_status, said=_said: postfix(s, status, said))  # type: ignore[misc]

QMAIL = "Hi. This is the qmail-send program at mx.example.net.\n\n<{to}>:\nThis address no longer accepts mail.\n\n--- Below this line is a copy of the message.\n\n{head}"
DOMINO = "Your message\n\n  Subject: Jag trodde aldrig...\n\nwas not delivered to:\n\n  {to}\n\nbecause:\n\n  User x ({to}) not listed in Domino Directory\n"
add(
    "trap-qmail-no-longer",
    "gone",
    lambda s: plain(s, QMAIL.format(to=s.to, head=s.head), sender="MAILER-DAEMON@mx.example.net", subject="failure notice"),
)
add(
    "trap-domino-words",
    "gone",
    lambda s: plain(s, DOMINO.format(to=s.to), sender="Postmaster@mx.example.net", subject="DELIVERY FAILURE: User not listed"),
)


def junk_at_outlook(sent: Sent) -> bytes:
    """Outlook.com's JMRP: the reported letter attached with a header of its own, and no feedback report."""
    return (
        "Return-Path: <staff@hotmail.example>\nFrom: <staff@hotmail.example>\nTo: abuse@kommun.example.org\n"
        'Subject: complaint about message from 192.0.2.10\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="j"\n\n--j\n'
        f"Content-Type: message/rfc822\nContent-Disposition: inline\n\nX-HmXmrOriginalRecipient: {sent.to}\n{sent.head}\nHej\n--j--\n"
    ).encode()


add("trap-jmrp", "complaint", junk_at_outlook)


def junk_as_it_was(sent: Sent) -> bytes:
    """The reported letter itself, with a header more and without the return address it had."""
    _return_path, _end, rest = sent.head.partition("\n")
    return f"Return-Path: <>\nX-HmXmrOriginalRecipient: {sent.to}\n{rest}\nHej\n".encode()


add("trap-jmrp-as-it-is", "complaint", junk_as_it_was)
for _name, _subject in (
    ("fi", "Automaattinen vastaus: Jag trodde aldrig..."),
    ("de", "Automatische Antwort: Jag trodde aldrig..."),
    ("ar", "رد تلقائي: Jag trodde aldrig..."),
    ("uk", "Автоматична відповідь: Jag trodde aldrig..."),
    ("dmarc", "Report domain: kommun.example.org Submitter: mail.example.net Report-ID: 1"),
):
    add(f"trap-auto-{_name}", "automatic", lambda s, subject=_subject: person(s, "…", subject=subject))  # type: ignore[misc]
add(
    "trap-auto-errand",
    "automatic",
    lambda s: person(s, "Vi har tagit emot ditt ärende. Detta är ett automatiskt meddelande.", subject="[Ärende #12345] Jag"),
)
# A person who answers our own automatic answer, or begins a subject with a word that programs use.
for _name, _subject in (
    ("answers-an-automatic-answer", "SV: Automatiskt svar: du har svarat på ett brev"),
    ("has-read", "Läst: men inte förstått"),
    ("goes-by-car", "Auto: parkering vid arenan"),
):
    add(f"trap-person-{_name}", "person", lambda s, subject=_subject: person(s, "Ring mig gärna.", subject=subject))  # type: ignore[misc]
add("trap-person-no-autoreply", "person", lambda s: person(s, "Hur anmäler man sig?", extra="X-Autoreply: no\n"))
NOT_FOUND = (
    "Leveransen misslyckades till följande mottagare eller grupper:\n\n{to}\nDen e-postadress du angav kunde inte hittas."
    " Kontrollera mottagarens e-postadress och försök skicka meddelandet igen.\n"
)
add(
    "trap-exchange-words-sv",
    "gone",
    lambda s: plain(
        s, NOT_FOUND.format(to=s.to), sender="postmaster@mx.example.net", subject="Olevererbart: Jag trodde aldrig..."
    ),
)
