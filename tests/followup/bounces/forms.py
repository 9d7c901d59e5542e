# ruff: noqa: E501  # A mail system does not break its lines for us.
"""Messages in the forms in which mail systems write them, made around one letter of ours."""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """A letter as it left: its return address with and without tag, its Message-ID and its reader."""

    tagged: str
    plain: str
    message_id: str
    to: str

    @property
    def head(self) -> str:
        """The head of the letter as it is returned."""
        return (
            f"Return-Path: <{self.tagged}>\n"
            "Received: from kampanj.kommun.example.org (unknown [192.0.2.10]) by relay.example.org (Postfix) with ESMTP id 4F2B1\n"
            f"To: <{self.to}>\nMessage-ID: {self.message_id}\nDate: Mon, 14 Dec 2026 07:30:00 +0100\n"
            "From: =?utf-8?q?Str=C3=A4ngn=C3=A4s_kommun?= <ung@kommun.example.org>\nSubject: Jag trodde aldrig...\n"
            "List-Id: <kampanj.kommun.example.org>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=utf-8\n"
        )

    @property
    def unnamed_head(self) -> str:
        """The same without anything that says which letter it was."""
        kept = [line for line in self.head.splitlines() if not line.startswith(("Return-Path", "Message-ID", "To:"))]
        return "\n".join(kept) + "\n"


def plain(
    sent: Sent,
    body: str,
    *,
    sender: str,
    subject: str,
    to: str = "",
    extra: str = "",
    charset: str = "utf-8",
    encoding: str = "8bit",
) -> bytes:
    """A message of one text part, encoded as is said."""
    head = (
        f"Return-Path: <>\nDelivered-To: {to or sent.tagged}\nReceived: by mx.kommun.example.org; Mon, 14 Dec 2026 07:31:00 +0100\n"
        f"From: {sender}\nTo: {to or sent.tagged}\nSubject: {subject}\nDate: Mon, 14 Dec 2026 07:31:00 +0100\n{extra}"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    return head.encode("utf-8") + encoded(body.encode(charset), encoding)


def encoded(content: bytes, encoding: str) -> bytes:
    """As the transfer encoding writes it."""
    if encoding == "base64":
        return base64.encodebytes(content)
    return quopri.encodestring(content) if encoding == "quoted-printable" else content


def report(
    sent: Sent,
    *,
    words: str,
    about: str,
    recipient: str,
    sender: str = "MAILER-DAEMON@mx.example.org (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    to: str = "",
    returned: str = "message/rfc822",
    head: str = "",
    extra: str = "",
    charset: str = "utf-8",
    encoding: str = "8bit",
    status_encoding: str = "",
    end: int | None = None,
) -> bytes:
    """A multipart/report (RFC 3462) of the words, the fields about the message and the recipient, and the returned letter."""
    boundary = "4F2B1.1765700000/mx.example.org"
    fields = encoded(f"{about.strip()}\n\n{recipient.strip()}\n".encode(), status_encoding)
    status_head = f"Content-Transfer-Encoding: {status_encoding}\n" if status_encoding else ""
    pieces = [
        f"Return-Path: <>\nX-Original-To: {to or sent.tagged}\nDelivered-To: {to or sent.tagged}\n"
        f"Date: Mon, 14 Dec 2026 07:31:00 +0100\nFrom: {sender}\nSubject: {subject}\nTo: {to or sent.tagged}\n"
        f'{extra}MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n\tboundary="{boundary}"\n\n'
        f"This is a MIME-encapsulated message.\n\n--{boundary}\nContent-Description: Notification\n"
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n".encode(),
        encoded(words.encode(charset), encoding),
        f"\n\n--{boundary}\nContent-Description: Delivery report\nContent-Type: message/delivery-status\n{status_head}\n".encode(),
        fields,
    ]
    if returned:
        pieces.append(
            f"\n--{boundary}\nContent-Description: Undelivered Message\nContent-Type: {returned}\n\n{head or sent.head}\n".encode()
        )
        if returned == "message/rfc822":
            pieces.append(b"Till dig som har barn i skolan.\n")
    pieces.append(f"\n--{boundary}--\n".encode())
    return b"".join(pieces)[:end]


def complaint(
    sent: Sent, *, kind: str = "abuse", named: bool = True, to: str = "", provider: str = "complaints@mail.example.net"
) -> bytes:
    """A feedback report (RFC 5965); with `named` it gives the return address of the letter."""
    boundary = "part1_13d.2e68ed54_boundary"
    mail_from = f"Original-Mail-From: <{sent.tagged}>\n" if named else ""
    return (
        f"Return-Path: <fbl@mail.example.net>\nDelivered-To: {to or sent.plain}\nFrom: <{provider}>\nTo: <{to or sent.plain}>\n"
        "Date: Tue, 15 Dec 2026 10:00:00 +0000\nSubject: FW: Jag trodde aldrig...\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type=feedback-report;\n boundary="{boundary}"\n\n--{boundary}\n'
        "Content-Type: text/plain; charset=us-ascii\n\nThis is an email abuse report for an email message received from 192.0.2.10.\n\n"
        f"--{boundary}\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n"
        f"{mail_from}Arrival-Date: Tue, 15 Dec 2026 09:00:00 +0000\nSource-IP: 192.0.2.10\n\n--{boundary}\n"
        f"Content-Type: message/rfc822\nContent-Disposition: inline\n\n{sent.head if named else sent.head.partition(chr(10))[2]}\nHej\n\n--{boundary}--\n"
    ).encode()


def person(
    sent: Sent, body: str, *, subject: str = "SV: Jag trodde aldrig...", to: str = "", extra: str = "", sender: str = ""
) -> bytes:
    """What somebody writes in a mail program."""
    return (
        f"Return-Path: <{sender or sent.to}>\nDelivered-To: {to or sent.tagged}\nFrom: Anna Andersson <{sender or sent.to}>\n"
        f"To: {to or sent.tagged}\nSubject: {subject}\nDate: Mon, 14 Dec 2026 18:00:00 +0100\nMessage-ID: <abc.123@mail.example.org>\n"
        f"In-Reply-To: {sent.message_id}\n{extra}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    ).encode()
