"""One letter over an SMTP connection that smtplib has opened (RFC 5321): as few round trips and as little work as it takes.

smtplib keeps the greeting, EHLO, STARTTLS and AUTH. A relay that offers PIPELINING (RFC 2920) gets MAIL, RCPT and DATA in
one write, for the letter that follows right behind the one before it; the letter comes dot-stuffed and ready.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from kampanj.distribution.addresses import needs_utf8
from kampanj.distribution.envelope import END_OF_DATA
from kampanj.distribution.exceptions import ConnectionLost, DistributionError, RelayDown, RelayUnusable
from kampanj.distribution.retry import Reply, Verdict

# MAIL, RCPT and DATA together.
COMMAND_SECONDS = 20.0
# A letter that is held back for longer finds perhaps a relay that no longer waits for it.
PATIENCE_SECONDS = 1.0
READ_BYTES = 65_536
# RFC 5321 allows 512 bytes a line; a relay that never ends its reply is broken.
LONGEST_REPLY = 32_768
MAIL, RCPT, DATA = "MAIL", "RCPT", "DATA"
GO_ON = 354
CLOSING = 421
_TAG = re.compile(r"\+[^@]*@")


class Envelope(NamedTuple):
    """From and to as SMTP has them: addresses without brackets."""

    sender: str
    recipient: str


def _leaves_at_once() -> None:
    """Nothing keeps the letter from leaving."""


def _nothing_follows() -> Envelope | None:
    """It is the only letter."""
    return None


class Turn(NamedTuple):
    """A letter's place among others on its connection.

    `leaves` is called before anything leaves that could be taken twice, and again if it is tried once more: it waits until the
    letter may leave, and raises when it may not. `following` gives the envelope of the letter that is sent next on this
    connection, if that is known by then.
    """

    leaves: Callable[[], None] = _leaves_at_once
    following: Callable[[], Envelope | None] = _nothing_follows


# For a letter by itself.
ALONE = Turn()


class BrokenReply(OSError):
    """What came from the relay is no SMTP reply, or none at this point."""


class Wire:
    """The transactions on one connection. After a 421, or an error from `send`, it must not be used again."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        if connection.sock is None:
            raise ConnectionLost("not connected", after_data=False)
        self._socket: socket.socket = connection.sock
        # Over TLS the bytes are not the socket's own.
        self._is_plain = not isinstance(connection.sock, ssl.SSLSocket)
        if self._is_plain:
            self._socket.settimeout(None)
        self._waits = 0.0
        self._unread = b""
        self._deadline = 0.0
        self._is_pipelining = connection.has_extn("pipelining")
        self._transaction_is_open = False
        # What has been written already, behind the last letter, and is not answered yet.
        self._ahead: Envelope | None = None
        # Whether anything of the last letter itself has left.
        self.letter_has_left = False
        self.is_eight_bit = connection.has_extn("8bitmime")
        # RFC 6531, 3.1: whoever offers SMTPUTF8 offers 8BITMIME too.
        self._is_utf8 = self.is_eight_bit and connection.has_extn("smtputf8")

    def send(self, envelope: Envelope, text: Callable[[bool], bytes], *, seconds: float, turn: Turn = ALONE) -> Reply:
        """The relay's final answer about this recipient.

        `text(is_eight_bit)` is what follows DATA; it has `seconds` to be taken. RelayUnusable or RelayDown: the sender is
        refused, which is not the recipient's fault.
        """
        if not self._carries(envelope):
            return needs_utf8()
        filled = text(self.is_eight_bit)
        self.letter_has_left = False
        try:
            refusal = self._open(envelope)
        except OSError as fault:
            raise ConnectionLost(str(fault), after_data=False) from fault
        if refusal is not None:
            return refusal
        asked_at = time.monotonic()
        turn.leaves()
        if time.monotonic() - asked_at > PATIENCE_SECONDS and self._has_something_to_say():
            raise ConnectionLost("the relay did not wait for the letter", after_data=False)
        try:
            self._limit(seconds)
            self.letter_has_left = True
            self._write(filled + self._opening(turn))
            answer = self._reply()
        except OSError as fault:
            raise ConnectionLost(str(fault), after_data=True) from fault
        self._transaction_is_open = False
        return answer

    def _has_something_to_say(self) -> bool:
        """While it waits for a letter's text a relay says nothing, unless it ends the connection."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(self._unread or poll.poll(0))

    def _carries(self, envelope: Envelope) -> bool:
        return self._is_utf8 or envelope.recipient.isascii()

    def _opening(self, turn: Turn) -> bytes:
        """MAIL, RCPT and DATA of the next letter: a letter's text may be the first in a group of commands (RFC 2920, 3.1)."""
        envelope = turn.following() if self._is_pipelining else None
        if envelope is None or not self._carries(envelope):
            return b""
        self._ahead = envelope
        return "".join(self._commands(envelope).values()).encode()

    def _open(self, envelope: Envelope) -> Reply | None:
        """The answer that ends the transaction before its letter, or None when the letter may follow."""
        self._limit(COMMAND_SECONDS)
        if self._transaction_is_open:
            self._reset()
        self._transaction_is_open = True
        refusal = None
        for command, answer in self._command_answers(envelope):
            if answer.code == CLOSING:
                return answer
            if refusal is None and not _is_yes(command, answer):
                refusal = (command, answer)
            if answer.code == GO_ON and refusal is not None:
                self._send_nothing()
        if refusal is not None and refusal[0] == MAIL:
            # Nothing has been said about the recipient.
            raise sender_refused(envelope.sender, refusal[1])
        return refusal[1] if refusal else None

    def _command_answers(self, envelope: Envelope) -> Iterator[tuple[str, Reply]]:
        """Each command with its answer: all sent in one write, or one by one until one is refused."""
        if self._ahead not in (None, envelope):
            # What is said now would be taken for that letter's text.
            raise BrokenReply("another letter's transaction is open")
        commands = self._commands(envelope)
        is_written, self._ahead = self._ahead == envelope, None
        if self._is_pipelining and not is_written:
            self._write("".join(commands.values()).encode())
        for command, line in commands.items():
            if not self._is_pipelining:
                self._write(line.encode())
            answer = self._reply(may_go_on=command == DATA)
            yield command, answer
            if not self._is_pipelining and not _is_yes(command, answer):
                return

    def _commands(self, envelope: Envelope) -> dict[str, str]:
        body = (" BODY=8BITMIME" if self.is_eight_bit else "") + ("" if envelope.recipient.isascii() else " SMTPUTF8")
        return {
            MAIL: f"MAIL FROM:<{envelope.sender}>{body}\r\n",
            RCPT: f"RCPT TO:<{envelope.recipient}>\r\n",
            DATA: "DATA\r\n",
        }

    def _send_nothing(self) -> None:
        """The lone dot (RFC 2920, 3.1): the relay waits for text, though sender or recipient was refused."""
        self._write(END_OF_DATA)
        self._reply()
        self._transaction_is_open = False

    def _reset(self) -> None:
        self._write(b"RSET\r\n")
        self._reply()

    def _limit(self, seconds: float) -> None:
        """Everything from here to the next call must be done within `seconds`."""
        self._deadline = time.monotonic() + seconds
        self._wait_at_most(seconds)

    def _wait_at_most(self, seconds: float) -> None:
        """Python's own time limits ask the system twice for every read and write, with two turns at the interpreter's lock."""
        if not self._is_plain:
            self._socket.settimeout(seconds)
        elif seconds != self._waits:
            whole, rest = divmod(max(seconds, 0.001), 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", int(whole), int(rest * 1e6)))
            self._waits = seconds

    def _write(self, data: bytes) -> None:
        if not self._is_plain:
            self._socket.sendall(data)
            return
        sent = self._write_some(data)
        while sent < len(data):
            poll = select.poll()
            poll.register(self._socket, select.POLLOUT)
            if not poll.poll(max(0.0, self._deadline - time.monotonic()) * 1000):
                raise TimeoutError("timed out")
            sent += self._write_some(data[sent:])

    def _write_some(self, data: bytes) -> int:
        try:
            return self._socket.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    def _reply(self, *, may_go_on: bool = False) -> Reply:
        """The next reply, its lines joined; BrokenReply or TimeoutError when there is none."""
        lines: list[bytes] = []
        while True:
            line, end, rest = self._unread.partition(b"\n")
            if not end:
                self._read_more()
                continue
            self._unread = rest
            lines.append(line[4:])
            if line[3:4] != b"-":
                break
        code = int(line[:3]) if line[:3].isdigit() else 0
        if not (400 <= code < 600 or (code == GO_ON if may_go_on else 200 <= code < 300)):
            raise BrokenReply(f"{line[:3]!r} is no answer here")
        return Reply.read(code, b" ".join(lines))

    def _read_more(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if left < self._waits * 0.9 or not self._is_plain:
            self._wait_at_most(left)
        try:
            got = self._socket.recv(READ_BYTES)
        except BlockingIOError as fault:
            raise TimeoutError("timed out") from fault
        if not got:
            raise BrokenReply("the connection was closed")
        self._unread += got
        if len(self._unread) > LONGEST_REPLY:
            raise BrokenReply("the reply does not end")


def sender_refused(sender: str, answer: Reply) -> DistributionError:
    """What an answer about the sender means: RelayDown when it is “later”, else RelayUnusable."""
    if answer.verdict is Verdict.LATER:
        return RelayDown(f"the sender is to come back later: {answer}")
    # Without the tag that says which delivery it was.
    plain = _TAG.sub("@", sender)
    return RelayUnusable(_("The mail server refuses the sender %(sender)s: %(answer)s") % {"sender": plain, "answer": answer})


def _is_yes(command: str, answer: Reply) -> bool:
    """Whether the relay has granted the command."""
    return answer.code == GO_ON if command == DATA else answer.verdict is Verdict.TAKEN
