"""The outbox (Utkorg): captured letters, read back from the disk."""

from __future__ import annotations

import datetime as dt
import mailbox
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

from kampanj.audience.identity import masked
from kampanj.content.languages import language_name
from kampanj.distribution.transport import outbox, system_outbox
from kampanj.municipality.models import User


@dataclass(frozen=True)
class Captured:
    """One captured letter: `key` in its box, the parsed message, and the envelope's recipient."""

    key: str
    box: str
    message: EmailMessage

    @property
    def recipient(self) -> str:
        """The recipient, masked."""
        return masked(str(self.message["Delivered-To"]))

    @property
    def subject(self) -> str:
        """Decoded subject."""
        return str(self.message["Subject"] or "")

    @property
    def date(self) -> Any:
        """Aware datetime of the Date header, or None."""
        written = self.message["Date"]
        if not written:
            return None
        sent = parsedate_to_datetime(str(written))
        # "-0000" is UTC from a writer who does not know its zone (RFC 5322).
        return sent if sent.tzinfo else sent.replace(tzinfo=dt.UTC)

    @property
    def language(self) -> str:
        """Content-Language, or an empty string."""
        return str(self.message["Content-Language"] or "")

    @property
    def language_name(self) -> str:
        """The same in words."""
        return language_name(self.language) if self.language else ""

    @property
    def html_part(self) -> str:
        """The HTML body, or an empty string."""
        return self._part("html")

    @property
    def text_part(self) -> str:
        """The plain text body, or an empty string."""
        return self._part("plain")

    def _part(self, kind: str) -> str:
        body = self.message.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body is not None else ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Headers worth looking at, addresses of recipients masked."""
        hidden = {"delivered-to", "to", "return-path"}
        return [
            (name, masked(str(value).strip("<>")) if name.lower() in hidden else str(value))
            for name, value in self.message.items()
        ]


_parser = BytesParser(policy=policy.default)
_BOXES = {"letters": outbox, "system": system_outbox}


def _arrival(key: str) -> tuple[int, str]:
    """Maildir keys begin with the second of delivery."""
    return int(key.partition(".")[0]), key


def newest_first(box: mailbox.Maildir) -> list[str]:
    """Keys by the second of delivery; files that no mail program has put there are passed over."""
    return sorted((key for key in box.keys() if key.partition(".")[0].isdecimal()), key=_arrival, reverse=True)  # noqa: SIM118


def keys() -> list[str]:
    """Keys of the captured campaign letters, newest first."""
    return newest_first(outbox())


def captured(box: str, key: str) -> Captured | None:
    """One captured letter, or None when it is not there."""
    try:
        return Captured(key, box, _parser.parsebytes(_BOXES[box]().get_bytes(key)))
    except KeyError:
        return None


def own_notifications(user: User) -> list[Captured]:
    """Captured mail to this user's own address, newest first; password resets of others are nobody else's business."""
    found = []
    box: mailbox.Maildir = system_outbox()
    for key in newest_first(box)[:200]:
        letter = captured("system", key)
        if letter and user.email and str(letter.message["Delivered-To"]).lower() == user.email.lower():
            found.append(letter)
    return found
