"""The sender threads: one for each connection to the relay. They take letters, give answers, and never touch the database."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import logging
import queue
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from django.utils import timezone

from kampanj.distribution import simulator, verp
from kampanj.distribution.addresses import for_the_wire, not_an_address
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import DistributionError, LeaseTooShort, NotLeaving, RelayDown, SenderDied, Withdrawn
from kampanj.distribution.links import personal_links
from kampanj.distribution.redaction import redacted, without
from kampanj.distribution.retry import Reply
from kampanj.distribution.states import Claimed
from kampanj.distribution.transport import Transport, open_transport
from kampanj.distribution.wire import Envelope, Turn
from kampanj.municipality.models import SiteSettings

logger = logging.getLogger(__name__)

JOIN_SECONDS = 60.0
# The bell is rung at most so often while nobody looks.
RINGS = 4096


@dataclass(frozen=True)
class OpenLetter:
    """An approved letter ready to be filled, who sends it, the topic that it was approved with, and the mailing it follows."""

    form: LetterForm
    municipality: SiteSettings
    topic_id: int | None
    first_id: int | None = None


class Outgoing:
    """A letter on its way: its row, and a gate before it.

    A connection may open the transaction before the gate (MAIL, RCPT, DATA) while the database writes down that the letter is
    about to leave; the letter itself leaves only when the pump has said so, and never after `stop_at` (monotonic seconds).
    """

    def __init__(self, row: Claimed, letter: OpenLetter) -> None:
        self.row = row
        self.letter = letter
        self._envelope: Envelope | None = None
        self.stop_at = 0.0
        # A thread has had the pump's word and acts on it: from here on the letter cannot be withdrawn.
        self.is_begun = False
        self._is_withdrawn = False
        self._turn = threading.Lock()
        # Held until the pump has said its word: a bare lock takes a fifth of the time of a semaphore.
        self._word = threading.Lock()
        self._word.acquire()

    def allow(self) -> None:
        """The pump's word that it may leave until `stop_at`."""
        self._word.release()

    def withdraw(self) -> bool:
        """The pump's word that it may not; False when a thread has begun, which answers as usual."""
        with self._turn:
            if self.is_begun:
                return False
            if not self._is_withdrawn and self._word.locked():
                self._word.release()
            self._is_withdrawn = True
        return True

    def begin(self) -> None:
        """Waits for the pump's word; Withdrawn."""
        if self.is_begun:
            return
        if self._is_withdrawn:
            raise Withdrawn
        self._word.acquire()
        with self._turn:
            if self._is_withdrawn:
                raise Withdrawn
            self.is_begun = True

    def envelope(self) -> Envelope | None:
        """As SMTP has it; None when no letter can go to this address. Made once, by the thread that takes the letter."""
        if self._envelope is None and (address := for_the_wire(self.row.email)) is not None:
            self._envelope = Envelope(verp.address(self.row, self.letter.municipality), address)
        return self._envelope

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is nobody's business any more."""
        return self._is_withdrawn


# The relay's reply, or why there is none; without a letter, a thread ended that had begun none.
Answer = tuple[Outgoing | None, Reply | DistributionError]


class Senders:
    """`count` threads, from `with` to its end. What is handed over is answered, unless it is withdrawn."""

    def __init__(self, count: int) -> None:
        self._letters: queue.SimpleQueue[Outgoing | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        # A queue cannot be waited for together with a connection to the database.
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._rings = False
        self._lock = threading.Lock()
        self._at_work = count
        self._threads = [_Sender(self, number) for number in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Everything that has not begun must be withdrawn by now."""
        for _thread in self._threads:
            self._letters.put(None)
        for thread in self._threads:
            thread.join(JOIN_SECONDS)
        if not any(thread.is_alive() for thread in self._threads):
            self._bell.close()
            self._rope.close()

    def hand_over(self, letters: Iterable[Outgoing]) -> None:
        """To whichever connection is free first, in this order; they must be allowed in the same order."""
        for letter in letters:
            self._letters.put(letter)

    def answers(self, *, seconds: float = 0) -> list[Answer]:
        """All answers so far; waits at most `seconds` for the first."""
        found: list[Answer] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._answers.get(timeout=seconds) if seconds > 0 else self._answers.get_nowait())
            while True:
                found.append(self._answers.get_nowait())
        return found

    @contextlib.contextmanager
    def ringing(self) -> Iterator[int]:
        """A file descriptor that can be read when an answer has come since, for one who waits for something else, too."""
        self._rings = True
        try:
            yield self._bell.fileno()
        finally:
            self._rings = False
            with contextlib.suppress(BlockingIOError):
                self._bell.recv(RINGS)

    def take(self, *, waits: bool) -> Outgoing | None:
        """For a thread: the next letter, or None: there is none now, or with `waits`, there will be none."""
        try:
            while (letter := self._letters.get(block=waits)) is not None:
                if not letter.is_withdrawn:
                    return letter
        except queue.Empty:
            return None
        if not waits:
            # The word that all is over is for the thread that waits for it.
            self._letters.put(None)
        return None

    def answer(self, letter: Outgoing | None, answer: Reply | DistributionError) -> None:
        """For a thread: what came of a letter that it has begun."""
        self._answers.put((letter, answer))
        if self._rings:
            # Rung so often that nobody has listened yet: that is enough.
            with contextlib.suppress(BlockingIOError):
                self._rope.send(b"!")

    def others_go_on(self) -> bool:
        """Let a thread go, unless it is the last one: what that one hears is the relay's word for all."""
        with self._lock:
            if self._at_work == 1:
                return False
            self._at_work -= 1
            return True


class _Sender(threading.Thread):
    """One connection to the relay."""

    def __init__(self, senders: Senders, number: int) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)
        self._senders = senders
        self._in_hand: Outgoing | None = None
        self._following: Outgoing | None = None

    def run(self) -> None:
        """Letters one after the other, until there will be none or the connection is no longer wanted."""
        is_over = False
        try:
            with open_transport() as transport:
                while (letter := self._take()) is not None and self._deal_with(letter, transport):
                    pass
            is_over = True
        finally:
            # A fault of our own ends the thread, and the interpreter writes it down: the pump must not wait for it.
            if not is_over:
                self._say_died()

    def _say_died(self) -> None:
        letter, self._in_hand = self._in_hand, None
        may_have_left = letter is not None and letter.is_begun
        try:
            if letter is not None:
                # As for every answer: its row must say first that it was begun.
                letter.begin()
        except Withdrawn:
            letter = None
        self._senders.answer(letter, SenderDied(may_have_left=may_have_left))

    def _take(self) -> Outgoing | None:
        self._in_hand, self._following = self._following or self._senders.take(waits=True), None
        return self._in_hand

    def _deal_with(self, letter: Outgoing, transport: Transport) -> bool:
        """Send a letter and answer it; False when the connection is no longer wanted."""
        try:
            answer = self._send(transport, letter)
            # However it went, the row must say that it was begun before it says how it ended.
            letter.begin()
        except Withdrawn:
            return True
        if isinstance(answer, RelayDown) and self._senders.others_go_on():
            # Perhaps the relay wants fewer connections: whoever has one sends these letters.
            logger.info("one connection fewer to the relay: %s", answer)
            self._answer(letter, NotLeaving())
            if self._following is not None:
                self._let_go(self._following)
            return False
        self._answer(letter, answer)
        return True

    def _answer(self, letter: Outgoing, answer: Reply | DistributionError) -> None:
        self._in_hand = None
        self._senders.answer(letter, answer)

    def _let_go(self, letter: Outgoing) -> None:
        with contextlib.suppress(Withdrawn):
            letter.begin()
            self._senders.answer(letter, NotLeaving())

    def _send(self, transport: Transport, outgoing: Outgoing) -> Reply | DistributionError:
        def leaves() -> None:
            outgoing.begin()
            if time.monotonic() > outgoing.stop_at:
                raise LeaseTooShort

        try:
            row, letter = outgoing.row, outgoing.letter
            envelope = outgoing.envelope()
            if envelope is None:
                return not_an_address()
            addressee = Addressee(
                address=envelope.recipient,
                message_id=message_id(row, letter.municipality),
                date=_date(int(time.time())),
                links=personal_links(row, letter.municipality, topic_id=letter.topic_id, first_id=letter.first_id),
            )
            reply = simulator.answer(row.email, attempts=row.attempts) or transport.send(
                envelope.sender, addressee, letter.form, turn=Turn(leaves, self._next_envelope)
            )
            return Reply(reply.code, redacted(reply.text, row.email))
        except Withdrawn:
            raise
        except DistributionError as fault:
            fault.args = (without(str(fault), outgoing.row.email),)
            return fault

    def _next_envelope(self) -> Envelope | None:
        """Take the next letter, if one waits; its envelope, unless it does not go by the relay."""
        self._following = self._senders.take(waits=False)
        letter = self._following
        return None if letter is None or simulator.is_simulated(letter.row.email) else letter.envelope()


@functools.lru_cache(maxsize=4)
def _date(second: int) -> str:
    """The Date header (RFC 5322) of this second since 1970, in the municipality's zone."""
    return format_datetime(timezone.localtime(dt.datetime.fromtimestamp(second, dt.UTC)))


def message_id(row: Claimed, municipality: SiteSettings) -> str:
    """Message-ID (RFC 5322), the same for every attempt at this delivery."""
    domain = municipality.sender_email.rpartition("@")[2]
    return f"<{row.mailing_id}.{row.pk}.{row.address_key}@{domain}>"
