"""What a mail server's answer means: taken, try later, refused; and how long to wait. Wisdom as data."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self

from django.conf import settings

from kampanj.distribution import refusals
from kampanj.distribution.redaction import redacted
from kampanj.distribution.refusals import SENDER_AT_FAULT, Refusal

# Wait before the next attempt, by the number of attempts made. Then the row has failed.
BACK_OFF = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
MAX_ATTEMPTS = len(BACK_OFF) + 1
# A run of policy refusals (5.7.x) is about us, not about the recipients.
POLICY_BURST = 5

ENHANCED_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# “Authentication required” and its kin (RFC 4954): about us, whichever command they answer.
LOGIN_AT_FAULT = (530, 534, 535, 538)


class Verdict(Enum):
    """What to do with a row after an answer."""

    TAKEN = auto()
    LATER = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class Reply:
    """An SMTP reply: three-digit `code` and its text, lines joined by a space."""

    code: int
    text: str

    @classmethod
    def read(cls, code: int, text: bytes) -> Self:
        """From the bytes on the wire: one line without controls, addresses masked."""
        return cls(code, _one_line(text))

    @property
    def status(self) -> str:
        """Enhanced status code (RFC 3463) such as `5.1.1`, or an empty string."""
        found = ENHANCED_STATUS.search(self.text)
        return found.group(0) if found else ""

    @property
    def verdict(self) -> Verdict:
        """2yz taken, 4yz later, anything else refused."""
        if 200 <= self.code < 300:
            return Verdict.TAKEN
        return Verdict.LATER if 400 <= self.code < 500 else Verdict.REFUSED

    @property
    def refusal(self) -> Refusal:
        """What a refusal means; of one that is no answer to the recipient or the letter (550 to 559) words alone say nothing."""
        if refusals.is_precise(self.status):
            return refusals.of_status(self.status, self.text)
        return (refusals.of_words(self.text) if 550 <= self.code < 560 else None) or Refusal.FAILED

    @property
    def address_is_gone(self) -> bool:
        """Whether the address must not be written to again."""
        return self.verdict is Verdict.REFUSED and self.refusal is Refusal.GONE

    @property
    def as_kept(self) -> str:
        """A refusal as the row keeps it: as it was said, behind the code that means it where its own does not."""
        if self.refusal is Refusal.FAILED and not refusals.is_precise(self.status):
            return str(self)
        return refusals.with_code(self.refusal, self.status, str(self))

    @property
    def is_policy(self) -> bool:
        """Whether the refusal is about policy (5.7.x): reputation, authentication, content."""
        return self.verdict is Verdict.REFUSED and self.status.startswith("5.7.")

    @property
    def blames_the_sender(self) -> bool:
        """Whether the refusal is about who sends, also where it answers RCPT or DATA: many relays look at the sender late."""
        return self.verdict is Verdict.REFUSED and (self.code in LOGIN_AT_FAULT or self.status in SENDER_AT_FAULT)

    @property
    def asks_for_a_pause(self) -> bool:
        """421: the relay closes the door for everybody."""
        return self.code == 421

    def __str__(self) -> str:
        return f"{self.code} {self.text}"[:300]


@functools.lru_cache(maxsize=64)
def _one_line(text: bytes) -> str:
    # Kept, for a relay says the same of nearly every letter.
    written = " ".join(text.decode("utf-8", "replace").split())
    if not written.isprintable():
        written = "".join(sign if sign.isprintable() else "\ufffd" for sign in written)
    return redacted(written)


def wait_after(attempts: int) -> dt.timedelta | None:
    """How long to wait after `attempts` (≥ 1) attempts; None when there should be no more."""
    return BACK_OFF[attempts - 1] * settings.DELIVERY_BACK_OFF_FACTOR if attempts < MAX_ATTEMPTS else None
