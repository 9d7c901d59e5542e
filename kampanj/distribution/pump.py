"""The pump: claims rows, has their letters sent, writes down what the relay said.

The task's own thread is the only one at the database; sender threads have the connections. At most a window of letters is
out, which is in flight or not yet written down, so that a kill can double at most so many. In each commit the letters that
were taken become sent, and as many next ones, if they may still be sent, become `sending`; when it is over they may leave.
Connections open the transactions of the next ones meanwhile, for which a claim is enough: nothing of a letter leaves by that.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set

from django.conf import settings
from django.db import DatabaseError, Error, InterfaceError, InternalError, OperationalError, connection
from django.utils.translation import gettext as _

from kampanj.distribution import recheck, simulator, states, trial
from kampanj.distribution.commits import Commit, Commits
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.opened import Letters
from kampanj.distribution.retry import Reply, Verdict
from kampanj.distribution.senders import Answer, Outgoing, Senders
from kampanj.distribution.sending import relay
from kampanj.distribution.sending.pace import PATIENCE_SECONDS, Pace
from kampanj.distribution.sending.tally import Outcomes
from kampanj.distribution.settling import Settling, pause

logger = logging.getLogger(__name__)

WINDOW = 4
# On SQLite a commit is over at once, so that more of the window has left when a kill comes: with four, 2.5 letters were doubled
# in the mean of twenty kills.
WINDOW_ON_SQLITE = 3
LEASE_SHARE = 0.8
# So many letters that have not been allowed to leave yet are with the senders.
AHEAD = 2 * WINDOW
# The leases of letters in flight are renewed this often (share of a lease).
RENEW_SHARE = 0.25
# How long to wait for an answer before looking whether a mailing was paused or the process is to end.
LOOK_SECONDS = 0.2
# A letter that is taken says so often (seconds) that the relay works, if another pump has said otherwise.
WORKS_SECONDS = 1.0
# A pump ends after this many seconds even when there is more to do: the next tick wakes another.
BUDGET_SECONDS = 50.0

# The database, not the statement: it is away, busy, or no longer the one that may be written to.
FAILS = (OperationalError, InterfaceError, InternalError)

# Set when the process is asked to stop: the letters in hand are finished, the rest is given back.
stopping = threading.Event()


def pump(*, patience: float = PATIENCE_SECONDS) -> int:
    """Send until nothing is due, the budget is used or the process is stopping; returns how many letters were taken.

    For a letter that only a limit holds back it waits up to `patience` seconds.
    """
    with Senders(settings.MAIL_CONNECTIONS) as senders:
        work = _Pump(senders, Pace(patience=patience))
        try:
            while work.insist(work.turn):
                pass
        finally:
            try:
                work.end()
            finally:
                # Also when the database has failed for good: no thread must wait for a word that never comes.
                work.withdraw()
                work.commits.close()
    return work.taken


class _Pump:
    """One run of the pump.

    `ready` is claimed and waits; `ahead` is with the senders and may not leave yet; `out` is being allowed to leave or may have
    left, and is not written down yet.
    """

    def __init__(self, senders: Senders, pace: Pace) -> None:
        self.senders = senders
        self.pace = pace
        self.outcomes = Outcomes()
        self.owner = secrets.token_hex(8)
        self.settling = Settling(self.owner, pace)
        self.commits = Commits(self.owner)
        self.letters = Letters()
        self.window = WINDOW_ON_SQLITE if connection.vendor == "sqlite" else WINDOW
        self.taken = 0
        self.ready: deque[states.Claimed] = deque()
        self.ahead: deque[Outgoing] = deque()
        self.out: dict[int, Outgoing] = {}
        # What the relay has said of letters that are out, and letters that came back unsent: not written down yet.
        self.sent: dict[int, str] = {}
        self.others: list[tuple[Outgoing, Reply | DistributionError]] = []
        self.back: list[int] = []
        self.lease = float(settings.DELIVERY_LEASE_SECONDS)
        self.ends_at = time.monotonic() + BUDGET_SECONDS
        self.claim_ends_at = 0.0
        self.renew_at = 0.0
        self.claims_are_over = False
        self.is_ending = False
        self.works_at = -math.inf
        # While the database fails: until when what is to be written down is kept in memory.
        self.give_up_at: float | None = None

    def insist(self, step: Callable[[], bool]) -> bool:
        """One `step`; True when there are more. While the database fails it is tried again, for what the relay has taken is known
        only here; what has not begun does not leave meanwhile. Its error comes out when the letters' leases are nearly over."""
        try:
            goes_on = step()
        except FAILS as fault:
            now = time.monotonic()
            if self.give_up_at is None:
                self.give_up_at = min((letter.stop_at for letter in self.out.values()), default=now + self.lease * LEASE_SHARE)
            if now >= self.give_up_at or connection.in_atomic_block:
                raise
            logger.warning("the database does not answer, %s letters wait to be written down: %s", len(self.sent), fault)
            connection.close_if_unusable_or_obsolete()
            time.sleep(LOOK_SECONDS)
            return True
        self.give_up_at = None
        return goes_on

    @property
    def waiting(self) -> list[states.Claimed]:
        """Claimed, and not allowed to leave yet."""
        return [*(letter.row for letter in self.ahead), *self.ready]

    def turn(self) -> bool:
        """Write down what has been answered and let as many next ones leave; False when nothing is left to do."""
        begins = self._goes_on()
        self._hand_back()
        if begins:
            self._top_up()
            self._prepare()
        if not (self.out or self._may_begin(begins)):
            return self._goes_on() and self.pace.wait(stopping)
        self._hear(begins)
        self._write_down(begins and self._goes_on())
        self._renew_leases()
        return True

    def end(self) -> None:
        """Finish the letters in hand, give back the rest."""
        self.is_ending = True
        while self.insist(self._finish):
            pass
        self._set_aside()
        self._heed_outcomes(is_last=True)
        if self.settling.relay_is_down:
            relay.note_down(self.settling.relay_is_down)

    def _finish(self) -> bool:
        self._recall()
        if self.out:
            self._hear(begins=False)
            self._write_down(begins=False)
            self._renew_leases()
        return bool(self.out)

    def _goes_on(self) -> bool:
        """Whether further letters may be begun."""
        is_over = self.is_ending or self.settling.is_over or self.settling.relay_is_down
        return not (is_over or stopping.is_set() or time.monotonic() > self.ends_at)

    def _room(self) -> int:
        """How many more may be out after the next commit; fewer while a relay takes letters and breaks off, which may double."""
        written_down = len(self.sent) + sum(len(commit.sent) for commit in self.commits.under_way)
        return max(1, self.window - self.settling.lost_after_data) + written_down - len(self.out)

    def _may_begin(self, begins: bool) -> bool:
        return begins and bool(self.ahead) and self._room() > 0

    def _top_up(self) -> None:
        """Claim more before it runs dry; what was claimed too long ago is given back first."""
        now = time.monotonic()
        if self.ready or self.ahead:
            if now > self.claim_ends_at:
                self._set_aside()
            elif (still_open := self.pace.open_mailings()) is not None:
                # Quiet hours have begun, or somebody has paused.
                self._set_aside({row.mailing_id for row in self.waiting} - still_open)
        if len(self.ready) >= self.window or (self.claims_are_over and self.out and not self.pace.is_time()):
            return
        if not (self.ready or self.ahead):
            self.claim_ends_at = now + self.lease * LEASE_SHARE
        wanted = states.CLAIM_SIZE - len(self.ready)
        claimed = self.pace.claim(self.owner, wanted)
        self.claims_are_over = len(claimed) < wanted
        # One that we took for ours longer than its lease, and whose answer is still to come: it waits for that.
        self.back += [row.pk for row in claimed if row.pk in self.out]
        self.ready += [row for row in claimed if row.pk not in self.out]

    def _prepare(self) -> None:
        """Hand over letters ahead, so that a connection can open their transactions behind the letters before them."""
        made: list[Outgoing] = []
        while self.ready and len(self.ahead) + len(made) < AHEAD:
            if (letter := self._next()) is not None:
                made.append(letter)
        self.ahead += made
        if not settings.DELIVERY_NEVER_TWICE:
            self.senders.hand_over(made)

    def _next(self) -> Outgoing | None:
        """The next row with its letter opened; None when it does not leave. A mailing whose letter cannot be opened is paused."""
        row = self.ready.popleft()
        if not trial.may_leave(row.email):
            states.skip(row.pk, self.owner, trial.kept_back())
            self.pace.give_back([row.pk])
            return None
        try:
            return Outgoing(row, self.letters.open(row))
        except DistributionError as fault:
            pause(row.mailing_id, str(fault))
        except DatabaseError:
            raise
        except Exception:  # Whatever a store of files may raise is this mailing's matter: the others go on.
            logger.exception("the letter of mailing %s cannot be opened", row.mailing_id)
            reason = _("The approved letter cannot be read. Whoever runs the system finds the reason in the log.")
            pause(row.mailing_id, reason)
        self.settling.give_back([row.pk])
        return None

    def _hear(self, begins: bool) -> None:
        """What the relay has answered and which commits are over; waits for either when there is nothing to write down."""
        answers = self.senders.answers()
        waits = not (answers or (self.commits.takes(len(self.sent)) and (self.sent or self._may_begin(begins))))
        if waits:
            answers = self.commits.wait(self.senders, seconds=LOOK_SECONDS)
        # Before the database is asked: if it fails, what has been heard must be known.
        self._settle(answers)
        if waits and not (self._go_on() or answers):
            self._look_around()

    def _write_down(self, begins: bool) -> None:
        """Begin a commit, if it is time for one; only after it may its next letters leave."""
        if self.commits.takes(len(self.sent)):
            leaving = list(itertools.islice(self.ahead, max(0, self._room()))) if begins else []
            if self.sent or leaving:
                for letter in leaving:
                    letter.stop_at = time.monotonic() + self.lease * LEASE_SHARE
                with self._keeping_what_is_lost():
                    self.commits.begin(Commit(self.sent, leaving))
                self.sent = {}
                for letter in leaving:
                    self.ahead.popleft()
                    self.out[letter.row.pk] = letter
        self._go_on()

    def _go_on(self) -> bool:
        """Heed the commits that are over; True when there was one."""
        has_gone_on = False
        while True:
            with self._keeping_what_is_lost():
                over = self.commits.over()
            if over is None:
                return has_gone_on
            self._heed(*over)
            has_gone_on = True

    @contextlib.contextmanager
    def _keeping_what_is_lost(self) -> Iterator[None]:
        """After an error of the database it is not known what was carried out: all of it is written down once more."""
        try:
            yield
        except Error:
            for commit in reversed(self.commits.lost()):
                self.sent = commit.sent | self.sent
                for letter in reversed(commit.leaving):
                    del self.out[letter.row.pk]
                    self.ahead.appendleft(letter)
            raise

    def _heed(self, commit: Commit, changed: set[int]) -> None:
        """A commit is over: its letters may leave, those that it took note of are done."""
        taken = [self.out.pop(key).row for key in commit.sent]
        # The others' leases were lost: their rows are somebody else's.
        self.taken += sum(row.pk in changed for row in taken)
        going = [letter for letter in commit.leaving if letter.row.pk in changed]
        for letter in going:
            letter.allow()
        if settings.DELIVERY_NEVER_TWICE:
            # There the commit comes before anything is said about them.
            self.senders.hand_over(going)
        stays = [letter for letter in commit.leaving if letter.row.pk not in changed]
        for letter in stays:
            del self.out[letter.row.pk]
            letter.withdraw()
        if stays:
            self._leave_out([letter.row for letter in stays])
        for row in taken:
            simulator.complain(row.email, address_key=row.address_key)

    def _leave_out(self, rows: list[states.Claimed]) -> None:
        """Skip those that must not be sent; the others' mailing is paused or their lease was lost: they wait again, with all
        that have not begun to leave."""
        # First, so that none is forgotten if the database fails meanwhile.
        self.back += [row.pk for row in rows]
        unwanted = recheck.unwanted(rows)
        for key in unwanted:
            states.skip(key, self.owner)
        if len(unwanted) < len(rows):
            self._recall()
        self._hand_back()

    def _set_aside(self, mailings: Set[int] | None = None) -> None:
        """Give back what waits, or only those of some mailings."""
        aside = [row for row in self.waiting if mailings is None or row.mailing_id in mailings]
        if not aside:
            return
        for letter in self.ahead:
            if letter.row in aside:
                letter.withdraw()
        self.ahead = deque(letter for letter in self.ahead if letter.row not in aside)
        self.ready = deque(row for row in self.ready if row not in aside)
        self.settling.give_back([row.pk for row in aside])

    def _look_around(self) -> None:
        """While the relay takes its time: letters that have not begun to leave come back when their mailing was paused."""
        if self._goes_on():
            # Those that have begun cannot be withdrawn, and every other that is costs its connection.
            waiting = {letter.row.mailing_id for letter in self.out.values() if not letter.is_begun}
            if not waiting or waiting <= set(states.sending_mailings()):
                return
        self._recall()

    def _recall(self) -> None:
        self._go_on()
        about_to_be_allowed = {id(letter) for commit in self.commits.under_way for letter in commit.leaving}
        self.back += self.withdraw(but=about_to_be_allowed)
        self._hand_back()

    def withdraw(self, *, but: Set[int] = frozenset()) -> list[int]:
        """Whatever has not begun to leave stays, `but` for letters with these identities; the rows of those that stay."""
        letters = [letter for letter in (*self.ahead, *self.out.values()) if id(letter) not in but]
        stays = [letter for letter in letters if letter.withdraw()]
        self.ahead.clear()
        for letter in stays:
            self.out.pop(letter.row.pk, None)
        return [letter.row.pk for letter in stays]

    def _hand_back(self) -> None:
        """Rows of which nothing has left, and which are in no other list, wait again."""
        if self.back:
            self.settling.give_back(self.back)
            self.back.clear()

    def _renew_leases(self) -> None:
        """The letters in flight stay ours as long as this thread is alive."""
        now = time.monotonic()
        if now < self.renew_at or not self.out:
            return
        self.renew_at = now + self.lease * RENEW_SHARE
        # The commit that the database works on holds those that it notes as sent, and may wait for somebody itself.
        held = self.commits.under_way[0].sent if self.commits.under_way else {}
        for key in states.renew([key for key in self.out if key not in held], self.owner):
            self.out[key].stop_at = now + self.lease * LEASE_SHARE

    def _settle(self, answers: Iterable[Answer]) -> None:
        """Notes the letters that were taken, with the relay's words; everything else is written down here."""
        for outgoing, answer in answers:
            if outgoing is not None and self.out.get(outgoing.row.pk) is not outgoing:
                continue
            if outgoing and isinstance(answer, Reply):
                self.outcomes.count(outgoing.row.mailing_id, answer)
            if outgoing is None:
                self.is_ending = True
            elif isinstance(answer, Reply) and answer.verdict is Verdict.TAKEN:
                self.sent[outgoing.row.pk] = str(answer)[: states.SENT_REPLY_LENGTH]
                self.settling.lost_after_data = 0
            else:
                self.others.append((outgoing, answer))
        if self.others:
            self.settling.settle_all((outgoing.row, answer) for outgoing, answer in self.others)
            for outgoing, _answer in self.others:
                self.out.pop(outgoing.row.pk)
            self.others.clear()
        if self.sent and time.monotonic() >= self.works_at:
            self.works_at = time.monotonic() + WORKS_SECONDS
            relay.note_works()
        self._heed_outcomes()

    def _heed_outcomes(self, *, is_last: bool = False) -> None:
        """Pause the mailings of which too many letters have failed, whoever sent them."""
        for mailing_id, stop in self.outcomes.write_down(is_last=is_last).items():
            if stop.about_us:
                states.forgive(mailing_id, stop.about_us)
            pause(mailing_id, stop.reason)
