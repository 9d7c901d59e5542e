"""The wire: one SMTP connection, or the outbox on disk when no relay is set.

A transport takes whole messages and gives the relay's own answer; what the answer means is decided in `retry`.
"""

from __future__ import annotations

import mailbox
import smtplib
import socket
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils.translation import gettext as _

from kampanj.distribution.exceptions import ConnectionLost, RelayDown, RelayUnusable
from kampanj.distribution.redaction import redacted
from kampanj.distribution.retry import Reply, Verdict

# MAIL and RCPT together with the two waits of DATA (EMAIL_TIMEOUT each) stay within a lease.
COMMAND_SECONDS = 8


class Transport(Protocol):
    """Sends one message to one address; a context manager that holds the connection."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """The relay's final answer. Raises RelayDown, RelayUnusable or ConnectionLost when there is none about this recipient."""
        ...


class SmtpTransport:
    """One connection to the relay of EMAIL_URL, opened at the first letter and opened anew when it breaks."""

    def __init__(self) -> None:
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close(politely=True)

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """MAIL, RCPT, DATA. A refused sender is the relay's or our fault, never the recipient's."""
        connection = self._connected()
        try:
            _wait_at_most(connection, COMMAND_SECONDS)
            answer = _reply(connection.mail(sender, ["BODY=8BITMIME"] if connection.has_extn("8bitmime") else []))
            if answer.code == 421 or 400 <= answer.code < 500:
                return self._ended(answer)
            if answer.code != 250:
                self._close(politely=True)
                raise RelayUnusable(
                    _("The mail server refuses the sender %(sender)s: %(answer)s") % {"sender": sender, "answer": answer}
                )
            answer = _reply(connection.rcpt(recipient), recipient)
            if answer.verdict is not Verdict.TAKEN:
                return self._ended(answer)
        except (smtplib.SMTPServerDisconnected, OSError) as fault:
            self._close(politely=False)
            raise ConnectionLost(redacted(str(fault), recipient), after_data=False) from fault
        try:
            _wait_at_most(connection, settings.EMAIL_TIMEOUT)
            return _reply(connection.data(message), recipient)
        except smtplib.SMTPDataError as fault:
            return self._ended(_reply((fault.smtp_code, fault.smtp_error), recipient))
        except (smtplib.SMTPServerDisconnected, OSError) as fault:
            self._close(politely=False)
            raise ConnectionLost(redacted(str(fault), recipient), after_data=True) from fault

    def _ended(self, answer: Reply) -> Reply:
        """Leave the connection ready for the next letter after a refusal."""
        if answer.code == 421:
            self._close(politely=False)
        elif self._connection is not None:
            try:
                self._connection.rset()
            except (smtplib.SMTPServerDisconnected, OSError):
                self._close(politely=False)
        return answer

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        try:
            if settings.EMAIL_USE_SSL:
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT, context=context
                )
            else:
                connection = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
            if settings.EMAIL_USE_TLS:
                connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except smtplib.SMTPAuthenticationError as fault:
            raise RelayUnusable(
                _("The mail server %(place)s does not accept the user name and password in EMAIL_URL.") % {"place": place}
            ) from fault
        except ssl.SSLCertVerificationError as fault:
            raise RelayUnusable(
                _("The certificate of the mail server %(place)s does not fit: %(fault)s")
                % {"place": place, "fault": fault.verify_message}
            ) from fault
        except socket.gaierror as fault:
            raise RelayUnusable(
                _("The mail server's name %(place)s is not known. Check EMAIL_URL.") % {"place": place}
            ) from fault
        except smtplib.SMTPNotSupportedError as fault:
            # Before OSError, of which every SMTPException is a kind.
            raise RelayUnusable(
                _("The mail server %(place)s cannot be used: %(fault)s") % {"place": place, "fault": fault}
            ) from fault
        except OSError as fault:
            raise RelayDown(f"{place}: {fault}") from fault
        return connection

    def _close(self, *, politely: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if politely:
                connection.quit()
            else:
                connection.close()
        except (smtplib.SMTPException, OSError):
            connection.close()


def _wait_at_most(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _reply(answer: tuple[int, bytes | str], *recipients: str) -> Reply:
    code, text = answer
    written = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Reply(code, redacted(" ".join(written.split()), *recipients))


def outbox() -> mailbox.Maildir:
    """Campaign letters that were captured instead of sent (a Maildir under VAR_DIR)."""
    return _maildir("letters")


def system_outbox() -> mailbox.Maildir:
    """Captured mail to people with accounts: notifications and password resets. Each may see only their own."""
    return _maildir("system")


def _maildir(name: str) -> mailbox.Maildir:
    settings.OUTBOX_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return mailbox.Maildir(settings.OUTBOX_DIR / name, create=True)


def _capture(box: mailbox.Maildir, sender: str, recipient: str, message: bytes) -> None:
    """Deliver as a mail system would: the envelope in Return-Path and Delivered-To, lines ending in LF."""
    envelope = f"Return-Path: <{sender}>\nDelivered-To: {recipient}\n".encode()
    box.add(envelope + message.replace(b"\r\n", b"\n"))


class OutboxTransport:
    """Captures letters to disk: nothing leaves the machine."""

    def __enter__(self) -> Self:
        self._box = outbox()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """Always taken, once it is on the disk."""
        try:
            _capture(self._box, sender, recipient, message)
        except OSError as fault:
            raise RelayUnusable(_("The letter could not be written to the outbox: %(fault)s") % {"fault": fault}) from fault
        return Reply(250, "2.0.0 captured in the outbox")


class OutboxBackend(BaseEmailBackend):
    """Django e-mail backend for the same: notifications and password resets of people with accounts."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Capture each message once per recipient; returns how many messages."""
        box = system_outbox()
        for message in email_messages:
            content = message.message().as_bytes()
            for recipient in message.recipients():
                _capture(box, message.from_email, recipient, content)
        return len(email_messages)


def open_transport() -> Transport:
    """The transport that EMAIL_URL asks for; the outbox when it is empty."""
    return SmtpTransport() if settings.EMAIL_URL else OutboxTransport()
