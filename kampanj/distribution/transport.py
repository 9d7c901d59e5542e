"""The wire: one SMTP connection, or the outbox on disk when no relay is set.

A transport takes a letter's form and its addressee and gives the relay's own answer; what that means is decided in `retry`.
"""

from __future__ import annotations

import errno
import mailbox
import smtplib
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils.translation import gettext as _

from kampanj.distribution.connecting import connect
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import ConnectionLost, LetterUnfillable, NotLeaving, RelayDown, RelayUnusable
from kampanj.distribution.retry import Reply
from kampanj.distribution.wire import ALONE, Envelope, Turn, Wire, sender_refused

_capturing = threading.Lock()
# Nobody waits long for a goodbye.
QUIT_SECONDS = 2.0
DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)


class Transport(Protocol):
    """Sends one message to one address; a context manager that holds the connection."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def send(self, sender: str, addressee: Addressee, form: LetterForm, *, turn: Turn = ALONE) -> Reply:
        """The relay's final answer about this recipient.

        Raises RelayDown, RelayUnusable or ConnectionLost when there is no answer about this recipient, LetterUnfillable when no
        letter can be made, and what `turn.leaves` raises.
        """
        ...


def filled(fill: Callable[[], bytes]) -> bytes:
    """What `fill` makes; LetterUnfillable instead of the error of a value that does not fit."""
    try:
        return fill()
    except (KeyError, ValueError) as fault:
        raise LetterUnfillable(
            _("The letter cannot be filled in for a recipient. Copy the mailing and have it approved again.")
        ) from fault


class SmtpTransport:
    """One connection to the relay of EMAIL_URL, opened at the first letter and opened anew when it breaks."""

    def __init__(self) -> None:
        self._connection: smtplib.SMTP | None = None
        self._wire: Wire | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close(politely=True)

    def send(self, sender: str, addressee: Addressee, form: LetterForm, *, turn: Turn = ALONE) -> Reply:
        """MAIL, RCPT, DATA, the letter. A refused sender is the relay's or our fault, never the recipient's."""
        envelope = Envelope(sender, addressee.address)

        def text(is_eight_bit: bool) -> bytes:
            return filled(lambda: form.fill_for_wire(addressee, is_eight_bit=is_eight_bit))

        kept = self._wire
        try:
            answer = self._transact(envelope, text, turn)
            has_ended = kept is not None and answer.asks_for_a_pause and not kept.letter_has_left
        except ConnectionLost as fault:
            if kept is None or fault.after_data:
                raise
            has_ended = True
        if has_ended:
            # A connection that was kept may have been idle for too long or have had its share of letters: nothing of this one
            # has left.
            self._close(politely=False)
            answer = self._transact(envelope, text, turn)
        if answer.asks_for_a_pause:
            self._close(politely=False)
        if answer.blames_the_sender:
            raise sender_refused(sender, answer)
        return answer

    def _transact(self, envelope: Envelope, text: Callable[[bool], bytes], turn: Turn) -> Reply:
        wire = self._connected()
        try:
            return wire.send(envelope, text, seconds=settings.EMAIL_TIMEOUT, turn=turn)
        except (ConnectionLost, NotLeaving, LetterUnfillable):
            # Not politely: the relay waits for a letter's text, and what it read would be one.
            self._close(politely=False)
            raise
        except (RelayDown, RelayUnusable):
            self._close(politely=True)
            raise

    def _connected(self) -> Wire:
        if self._wire is None:
            self._connection = connect()
            self._wire = Wire(self._connection)
        return self._wire

    def _close(self, *, politely: bool) -> None:
        connection, self._connection, self._wire = self._connection, None, None
        if connection is None:
            return
        try:
            if politely and connection.sock is not None:
                connection.sock.settimeout(QUIT_SECONDS)
                connection.quit()
            else:
                connection.close()
        except (smtplib.SMTPException, OSError):
            connection.close()


def outbox() -> mailbox.Maildir:
    """Campaign letters that were captured instead of sent (a Maildir under VAR_DIR)."""
    return _maildir("letters")


def system_outbox() -> mailbox.Maildir:
    """Captured mail to people with accounts: notifications and password resets. Each may see only their own."""
    return _maildir("system")


def _maildir(name: str) -> mailbox.Maildir:
    # Folder by folder: `mailbox` makes them in a way that fails when two connections or processes do it at once.
    for folder in (settings.OUTBOX_DIR, *(settings.OUTBOX_DIR / name / part for part in ("", "tmp", "new", "cur"))):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return mailbox.Maildir(settings.OUTBOX_DIR / name, create=False)


def _capture(box: mailbox.Maildir, sender: str, recipient: str, message: bytes) -> None:
    """Deliver as a mail system would: the envelope in Return-Path and Delivered-To, lines ending in LF."""
    envelope = f"Return-Path: <{sender}>\nDelivered-To: {recipient}\n".encode()
    # `mailbox` counts the names it gives without a lock of its own.
    with _capturing:
        box.add(envelope + message.replace(b"\r\n", b"\n"))


class OutboxTransport:
    """Captures letters to disk: nothing leaves the machine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def send(self, sender: str, addressee: Addressee, form: LetterForm, *, turn: Turn = ALONE) -> Reply:
        """Always taken, once it is on the disk."""
        message = filled(lambda: form.fill(addressee))
        turn.leaves()
        try:
            _capture(outbox(), sender, addressee.address, message)
        except OSError as fault:
            if fault.errno in DISK_IS_FULL:
                raise RelayUnusable(_("The disk is full. Make room on it, then let the mailing go on.")) from fault
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
    """The transport that the installation asks for: any Django e-mail backend, the relay of EMAIL_URL, else the outbox."""
    if settings.LETTER_BACKEND:
        from kampanj.distribution.provider import BackendTransport

        return BackendTransport(settings.LETTER_BACKEND)
    return SmtpTransport() if settings.EMAIL_URL else OutboxTransport()
