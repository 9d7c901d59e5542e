"""A real SMTP server on loopback that keeps what it is given, for the tests that send for real."""

from __future__ import annotations

import asyncio
import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.installation import free_port


class Received(NamedTuple):
    """One accepted message: the envelope's sender and recipients, and the bytes as they came over the wire."""

    mail_from: str
    rcpt_tos: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The bytes, parsed."""
        return email.message_from_bytes(self.content, policy=email.policy.default)  # type: ignore[return-value]


@dataclass
class MailServer:
    """The server's handler: `messages` in the order they came; `replies` gives a recipient an answer of its own to RCPT TO;
    `drops_after_data` breaks every connection once it has the text."""

    messages: list[Received] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    url: str = ""
    drops_after_data: bool = False
    seconds_per_letter: float = 0

    @property
    def recipients(self) -> list[str]:
        """Every envelope recipient of every message, in order."""
        return [recipient for received in self.messages for recipient in received.rcpt_tos]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]) -> str:
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drops_after_data:
            server.transport.abort()
            return "421 gone"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        await asyncio.sleep(self.seconds_per_letter)
        self.messages.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return "250 kept"


def serve(handler: MailServer) -> Controller:
    """Start the server in a thread and write its address into `handler.url`; the caller stops it."""
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    return controller
