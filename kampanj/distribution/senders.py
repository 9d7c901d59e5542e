"""The sender threads: one for each connection to the relay. They take letters, give answers, and never touch the database."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from django.utils import timezone

from kampanj.distribution import simulator, verp
from kampanj.distribution.addresses import for_the_wire, not_an_address
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import DistributionError, LeaseTooShort, RelayDown, SenderDied
from kampanj.distribution.links import personal_links
from kampanj.distribution.redaction import redacted, without
from kampanj.distribution.retry import Reply
from kampanj.distribution.states import Claimed
from kampanj.distribution.transport import Transport, open_transport
from kampanj.municipality.models import SiteSettings

logger = logging.getLogger(__name__)

JOIN_SECONDS = 60.0


@dataclass(frozen=True)
class OpenLetter:
    """An approved letter ready to be filled, who sends it, and the topic that it was approved with."""

    form: LetterForm
    municipality: SiteSettings
    topic_id: int | None


@dataclass
class Outgoing:
    """A letter on its way: its row, and the moment (monotonic seconds) after which it must not leave any more."""

    row: Claimed
    letter: OpenLetter
    stop_at: float


# The relay's reply, or why there is none; without a letter, a thread ended that had none in hand.
Answer = tuple[Outgoing | None, Reply | DistributionError]


class Senders:
    """`count` threads, from `with` to its end. What is handed over is answered, or comes back from `take_back`."""

    def __init__(self, count: int) -> None:
        self._letters: queue.SimpleQueue[Outgoing | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._at_work = count
        self._threads = [threading.Thread(target=self._run, name=f"sender-{number}", daemon=True) for number in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.take_back()
        for _thread in self._threads:
            self._letters.put(None)
        for thread in self._threads:
            thread.join(JOIN_SECONDS)

    def hand_over(self, letters: Sequence[Outgoing]) -> None:
        """To whichever connection is free first."""
        for letter in letters:
            self._letters.put(letter)

    def answers(self, *, seconds: float) -> list[Answer]:
        """All answers so far; waits at most `seconds` for the first."""
        found: list[Answer] = []
        try:
            found.append(self._answers.get(timeout=seconds) if seconds > 0 else self._answers.get_nowait())
            while True:
                found.append(self._answers.get_nowait())
        except queue.Empty:
            return found

    def take_back(self) -> list[Outgoing]:
        """The letters that no thread has begun."""
        found: list[Outgoing] = []
        try:
            while True:
                letter = self._letters.get_nowait()
                if letter is not None:
                    found.append(letter)
        except queue.Empty:
            return found

    def _run(self) -> None:
        in_hand: Outgoing | None = None
        is_over = False
        try:
            with open_transport() as transport:
                while (in_hand := self._letters.get()) is not None:
                    answer = _send(transport, in_hand)
                    if isinstance(answer, RelayDown) and self._others_go_on():
                        # Perhaps the relay wants fewer connections: whoever has one sends this letter, too.
                        logger.info("one connection fewer to the relay: %s", answer)
                        self._letters.put(in_hand)
                        break
                    self._answers.put((in_hand, answer))
            is_over = True
        finally:
            # A fault of our own ends the thread, and the interpreter writes it down: the pump must not wait for it.
            if not is_over:
                self._answers.put((in_hand, SenderDied()))

    def _others_go_on(self) -> bool:
        """Let this thread go, unless it is the last one: what that one hears is the relay's word for all."""
        with self._lock:
            if self._at_work == 1:
                return False
            self._at_work -= 1
            return True


def _send(transport: Transport, outgoing: Outgoing) -> Reply | DistributionError:
    try:
        if time.monotonic() > outgoing.stop_at:
            return LeaseTooShort()
        row, letter = outgoing.row, outgoing.letter
        address = for_the_wire(row.email)
        if address is None:
            return not_an_address()
        addressee = Addressee(
            address=address,
            message_id=message_id(row, letter.municipality),
            date=_date(int(time.time())),
            links=personal_links(row, letter.municipality, topic_id=letter.topic_id),
        )
        reply = simulator.answer(row.email, attempts=row.attempts) or transport.send(
            verp.address(row, letter.municipality), addressee, letter.form, stop_at=outgoing.stop_at
        )
        return Reply(reply.code, redacted(reply.text, row.email))
    except DistributionError as fault:
        fault.args = (without(str(fault), outgoing.row.email),)
        return fault


@functools.lru_cache(maxsize=4)
def _date(second: int) -> str:
    """The Date header (RFC 5322) of this second since 1970, in the municipality's zone."""
    return format_datetime(timezone.localtime(dt.datetime.fromtimestamp(second, dt.UTC)))


def message_id(row: Claimed, municipality: SiteSettings) -> str:
    """Message-ID (RFC 5322), the same for every attempt at this delivery."""
    domain = municipality.sender_email.rpartition("@")[2]
    return f"<{row.mailing_id}.{row.pk}.{row.address_key}@{domain}>"
