"""The pump: claims rows, has their letters sent, writes down what the relay said.

The task's own thread is the only one at the database; sender threads have the connections. At most WINDOW letters are
out, which is in flight or not yet written down, so that a kill can double at most so many. Each turn is one commit: the
letters that were taken become sent, and as many next ones, if they may still be sent, become `sending` and leave.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Set

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from kampanj.audience.models import Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import control, recheck, simulator, states, trial
from kampanj.distribution.approval import approved_message, missing_letter
from kampanj.distribution.envelope import LetterForm
from kampanj.distribution.exceptions import ConnectionLost, DistributionError, LeaseTooShort, RelayDown, SenderDied
from kampanj.distribution.models import ApprovedLetter, Mailing
from kampanj.distribution.retry import Reply, Verdict
from kampanj.distribution.senders import Answer, OpenLetter, Outgoing, Senders
from kampanj.distribution.sending import relay
from kampanj.distribution.sending.pace import PATIENCE_SECONDS, Pace
from kampanj.distribution.sending.tally import Outcomes

logger = logging.getLogger(__name__)

WINDOW = 4
LEASE_SHARE = 0.8
# The leases of letters in flight are renewed this often (share of a lease).
RENEW_SHARE = 0.25
# How long to wait for an answer before looking whether a mailing was paused or the process is to end.
LOOK_SECONDS = 0.2
# So many connections lost after DATA in a row are about the relay: more would only double letters.
LOST_BURST = 3
# A letter that is taken says so often (seconds) that the relay works, if another pump has said otherwise.
WORKS_SECONDS = 1.0
# A pump ends after this many seconds even when there is more to do: the next tick wakes another.
BUDGET_SECONDS = 50.0

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
            work.end()
    return work.taken


class Letters:
    """The approved letters that a pump has opened, by mailing and language."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, str], OpenLetter] = {}

    def open(self, row: states.Claimed) -> OpenLetter:
        """The row's letter; DistributionError when its file is not what was approved."""
        key = (row.mailing_id, row.language)
        if key not in self._open:
            letters = ApprovedLetter.objects.select_related("edition", "approval")
            letter = letters.filter(approval__mailing=row.mailing_id, language=row.language).first()
            if letter is None:
                raise DistributionError(missing_letter(row.language))
            form = LetterForm(approved_message(letter))
            self._open[key] = OpenLetter(form, letter.edition.municipality, letter.approval.topic_id)
        return self._open[key]


class _Pump:
    """One run of the pump. `ready` is claimed and waits; `out` may have left and is not written down yet."""

    def __init__(self, senders: Senders, pace: Pace) -> None:
        self.senders = senders
        self.pace = pace
        self.outcomes = Outcomes()
        self.owner = secrets.token_hex(8)
        self.letters = Letters()
        self.taken = 0
        self.ready: deque[states.Claimed] = deque()
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
        self.relay_is_down = ""
        self.works_at = -math.inf
        # While the database fails: until when what is to be written down is kept in memory.
        self.give_up_at: float | None = None
        self.lost_after_data = 0

    def insist(self, step: Callable[[], bool]) -> bool:
        """One `step`; True when there are more. While the database fails it is tried again, for what the relay has taken is known
        only here; what has not begun does not leave meanwhile. Its error comes out when the letters' leases are nearly over."""
        try:
            goes_on = step()
        except (OperationalError, InterfaceError) as fault:
            now = time.monotonic()
            if self.give_up_at is None:
                self.give_up_at = min((letter.stop_at for letter in self.out.values()), default=now)
            if now >= self.give_up_at or connection.in_atomic_block:
                raise
            logger.warning("the database does not answer, %s letters wait to be written down: %s", len(self.sent), fault)
            connection.close_if_unusable_or_obsolete()
            time.sleep(LOOK_SECONDS)
            return True
        self.give_up_at = None
        return goes_on

    def turn(self) -> bool:
        """Write down what has been answered and let as many next ones leave; False when nothing is left to do."""
        if self._goes_on():
            self._top_up()
        may_begin = bool(self.ready) and self._room() > 0 and self._goes_on()
        if not self.out and not may_begin:
            return self._goes_on() and self.pace.wait(stopping)
        answers = self.senders.answers(seconds=0 if may_begin else LOOK_SECONDS)
        if not answers and not may_begin:
            self._look_around()
        self._settle(answers)
        leaving = self._next(self._room() + len(self.sent)) if self._goes_on() else {}
        self._move_on(leaving)
        self._renew_leases()
        return True

    def end(self) -> None:
        """Finish the letters in hand, give back the rest."""
        self.is_ending = True
        while self.insist(self._finish):
            pass
        self._set_aside()
        self._heed_outcomes(is_last=True)
        if self.relay_is_down:
            relay.note_down(self.relay_is_down)

    def _finish(self) -> bool:
        self._recall()
        if self.out:
            self._settle(self.senders.answers(seconds=LOOK_SECONDS))
            self._move_on({})
            self._renew_leases()
        return bool(self.out)

    def _goes_on(self) -> bool:
        """Whether further letters may be begun."""
        return not (self.is_ending or self.relay_is_down or stopping.is_set() or time.monotonic() > self.ends_at)

    def _room(self) -> int:
        """How many more may be out; fewer while a relay takes letters and breaks the connection, which may double each."""
        return max(1, WINDOW - self.lost_after_data) - len(self.out)

    def _top_up(self) -> None:
        """Claim more before it runs dry; what was claimed too long ago is given back first."""
        now = time.monotonic()
        if self.ready and now > self.claim_ends_at:
            self._set_aside()
        if self.ready and (still_open := self.pace.open_mailings()) is not None:
            # Quiet hours have begun, or somebody has paused.
            self._set_aside({row.mailing_id for row in self.ready} - still_open)
        if len(self.ready) >= WINDOW or (self.claims_are_over and self.out and not self.pace.is_time()):
            return
        if not self.ready:
            self.claim_ends_at = now + self.lease * LEASE_SHARE
        wanted = states.CLAIM_SIZE - len(self.ready)
        claimed = self.pace.claim(self.owner, wanted)
        self.claims_are_over = len(claimed) < wanted
        self.ready += claimed

    def _next(self, count: int) -> dict[int, Outgoing]:
        """The next rows with their letters opened. A mailing whose letter cannot be opened is paused."""
        stop_at = time.monotonic() + self.lease * LEASE_SHARE
        found: dict[int, Outgoing] = {}
        while self.ready and len(found) < count:
            row = self.ready.popleft()
            if not trial.may_leave(row.email):
                states.skip(row.pk, self.owner, trial.kept_back())
                self.pace.give_back([row.pk])
                continue
            try:
                found[row.pk] = Outgoing(row, self.letters.open(row), stop_at)
            except DistributionError as fault:
                self._pause(row.mailing_id, str(fault))
                self._give_back([row.pk])
            except DatabaseError:
                raise
            except Exception:  # Whatever a store of files may raise is this mailing's matter: the others go on.
                logger.exception("the letter of mailing %s cannot be opened", row.mailing_id)
                reason = _("The approved letter cannot be read. Whoever runs the system finds the reason in the log.")
                self._pause(row.mailing_id, reason)
                self._give_back([row.pk])
        return found

    def _move_on(self, leaving: Mapping[int, Outgoing]) -> None:
        """One commit; only after it do the next letters leave."""
        if not self.sent and not leaving:
            return
        try:
            changed = states.move_on(self.owner, sent=self.sent, leaving=list(leaving))
        except (OperationalError, InterfaceError):
            self.ready.extendleft(letter.row for letter in reversed(list(leaving.values())))
            raise
        taken = [self.out.pop(key).row for key in self.sent]
        self.sent = {}
        # The others' leases were lost: their rows are somebody else's.
        self.taken += sum(row.pk in changed for row in taken)
        going = {key: letter for key, letter in leaving.items() if key in changed}
        self.out |= going
        self.senders.hand_over(list(going.values()))
        if len(going) < len(leaving):
            self._leave_out([letter.row for key, letter in leaving.items() if key not in changed])
        for row in taken:
            simulator.complain(row.email, address_key=row.address_key)

    def _leave_out(self, rows: list[states.Claimed]) -> None:
        """Skip those that must not be sent; the others' mailing is paused or their lease was lost: they wait again, with all
        that no connection has begun."""
        unwanted = recheck.unwanted(rows)
        for key in unwanted:
            states.skip(key, self.owner)
        if len(unwanted) < len(rows):
            self._recall()
        self._give_back([row.pk for row in rows])

    def _set_aside(self, mailings: Set[int] | None = None) -> None:
        """Give back what waits, or only those of some mailings."""
        aside = [row.pk for row in self.ready if mailings is None or row.mailing_id in mailings]
        if aside:
            self.ready = deque(row for row in self.ready if mailings is not None and row.mailing_id not in mailings)
            self._give_back(aside)

    def _look_around(self) -> None:
        """While the relay takes its time: letters that no connection has begun come back when their mailing was paused."""
        if not self._goes_on() or not {letter.row.mailing_id for letter in self.out.values()} <= set(states.sending_mailings()):
            self._recall()

    def _recall(self) -> None:
        self.back += [letter.row.pk for letter in self.senders.take_back()]
        for key in self.back:
            self.out.pop(key, None)
        self._give_back(self.back)
        self.back.clear()

    def _give_back(self, keys: list[int]) -> None:
        """Nothing has left for these rows: they wait again, and what the limits allowed them is others'."""
        states.give_back(keys, self.owner)
        self.pace.give_back(keys)

    def _renew_leases(self) -> None:
        """The letters in flight stay ours as long as this thread is alive."""
        now = time.monotonic()
        if now < self.renew_at or not self.out:
            return
        self.renew_at = now + self.lease * RENEW_SHARE
        for key in states.renew(list(self.out), self.owner):
            self.out[key].stop_at = now + self.lease * LEASE_SHARE

    def _settle(self, answers: Iterable[Answer]) -> None:
        """Notes the letters that were taken, with the relay's words; everything else is written down here."""
        for outgoing, answer in answers:
            if outgoing and isinstance(answer, Reply):
                self.outcomes.count(outgoing.row.mailing_id, answer)
            if outgoing is None:
                self.is_ending = True
            elif isinstance(answer, Reply) and answer.verdict is Verdict.TAKEN:
                self.sent[outgoing.row.pk] = str(answer)[: states.SENT_REPLY_LENGTH]
                self.lost_after_data = 0
            else:
                self.others.append((outgoing, answer))
        if self.others:
            with transaction.atomic():
                for outgoing, answer in self.others:
                    self._settle_other(outgoing.row, answer)
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
            self._pause(mailing_id, stop.reason)

    def _settle_other(self, row: states.Claimed, answer: Reply | DistributionError) -> None:
        if isinstance(answer, Reply):
            self._settle_refusal(row, answer)
        elif isinstance(answer, ConnectionLost):
            self._settle_lost(row, answer)
        elif isinstance(answer, SenderDied):
            states.settle_uncertain(row.pk, self.owner, "")
            self.is_ending = True
            reason = _("Something unexpected happened while sending. Whoever runs the system finds it in the log.")
            self._pause(row.mailing_id, reason)
        else:
            self._give_back([row.pk])
            if isinstance(answer, RelayDown):
                self.relay_is_down = str(answer) or type(answer).__name__
                logger.warning("the relay does not answer, mailing %s waits: %s", row.mailing_id, answer)
            elif not isinstance(answer, LeaseTooShort):
                # Not about this recipient: nothing is marked sent or failed for it.
                self._pause(row.mailing_id, str(answer))

    def _settle_lost(self, row: states.Claimed, fault: ConnectionLost) -> None:
        if not fault.after_data:
            broken = Reply(451, _("The connection to the mail server broke: %(fault)s") % {"fault": fault})
            states.settle_later(row, self.owner, broken)
            return
        states.settle_uncertain(row.pk, self.owner, str(fault))
        self.lost_after_data += 1
        if self.lost_after_data >= LOST_BURST:
            self._pause(row.mailing_id, _("The mail server takes letters and then breaks the connection. Ask whoever runs it."))

    def _settle_refusal(self, row: states.Claimed, reply: Reply) -> None:
        self.lost_after_data = 0
        if reply.verdict is Verdict.LATER:
            states.settle_later(row, self.owner, reply)
            if reply.asks_for_a_pause:
                self._pause(row.mailing_id, str(reply))
            return
        states.settle_failed(row.pk, self.owner, str(reply))
        if reply.address_is_gone:
            suppress(row.address_key, Suppression.Reason.ADDRESS_GONE)

    def _pause(self, mailing_id: int, reason: str) -> None:
        logger.warning("mailing %s paused", mailing_id)
        control.pause(Mailing.objects.get(pk=mailing_id), reason=reason)
