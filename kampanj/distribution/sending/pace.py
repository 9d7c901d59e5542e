"""How fast one run of the pump may go: it claims what may leave now under every limit, and says how long to wait for more."""

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from collections import Counter
from collections.abc import Iterable

from kampanj.distribution import states
from kampanj.distribution.sending import meter, relay, throttle
from kampanj.distribution.sending.meter import Limit
from kampanj.distribution.sending.runs import SendingRun, sending_runs, waiting

# Settings are read anew, and other mailings looked for, so often (seconds).
LOOK_SECONDS = 1.0
# The runs are asked for anew so often: a claim comes every few hundredths of a second.
RUNS_SECONDS = 0.25
# Permits are asked for at most so often: letters leave in groups where limits are high.
GROUP_SECONDS = 0.1
# Letters are claimed for so long ahead at most, so that a slow relay does not get many old permits' letters at once.
AHEAD_SECONDS = 0.5
# A pump waits so long for the next letter; when it is further away the clock wakes another.
PATIENCE_SECONDS = 5.0
# Claims in a row that may find only rows of domains whose limit is used up.
ROUNDS = 10


class Pace:
    """Used by one thread. With no limit set it costs two short queries a second."""

    def __init__(self, *, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._limits = throttle.Limits()
        self._read_at = -math.inf
        self._look_at = -math.inf
        self._runs: list[SendingRun] = []
        self._runs_at = self._told_at = -math.inf
        # Monotonic seconds: when more may leave that a limit holds back; None when no limit holds anything back.
        self._next_at: float | None = None
        # What each claimed row was allowed, and when.
        self._held: dict[int, tuple[tuple[Limit, dt.datetime], ...]] = {}

    def claim(self, owner: str, wanted: int) -> list[states.Claimed]:
        """Up to `wanted` due rows, leased to `owner`, whose letters may leave at once."""
        now = time.monotonic()
        if self._next_at is not None and now < min(self._next_at, self._look_at):
            return []
        self._next_at, self._look_at = None, now + LOOK_SECONDS
        if self._read_at == -math.inf and relay.asked_again_at() is not None:
            # Asked only at the beginning: later on this pump's own connections show whether the relay answers.
            return []
        if now - self._read_at >= LOOK_SECONDS:
            self._limits, self._read_at = throttle.limits(), now
        runs = self._runs_now(now)
        if self._limits.none and not any(map(throttle.own_limit, runs)):
            return states.claim(owner, wanted, runs)
        return self._claim_within(owner, wanted, runs)

    def _runs_now(self, now: float) -> list[SendingRun]:
        """A run that was paused a moment ago may be among them: no letter leaves before `states.move_on` has asked again."""
        if now - self._runs_at >= RUNS_SECONDS or not self._runs:
            self._runs, self._runs_at = sending_runs(), now
        return self._runs

    def open_mailings(self) -> set[int] | None:
        """Those of which letters may leave, when that was asked anew since the last call, once a second at least; else None."""
        now = time.monotonic()
        if now - self._runs_at >= LOOK_SECONDS:
            self._runs, self._runs_at = sending_runs(), now
        if self._told_at == self._runs_at:
            return None
        self._told_at = self._runs_at
        return {run.mailing_id for run in self._runs}

    def give_back(self, keys: Iterable[int]) -> None:
        """These rows' letters have not left: their permits are others'."""
        unused = Counter(permit for key in keys for permit in self._held.pop(key, ()))
        for (limit, taken_at), count in unused.items():
            meter.give_back(limit, count, taken_at=taken_at)

    def is_time(self) -> bool:
        """Whether a letter that a limit held back at the last claim may leave by now."""
        return self._next_at is not None and time.monotonic() >= self._next_at

    def wait(self, stop: threading.Event) -> bool:
        """When nothing is in hand: wait a moment, if it is a limit that holds more back and it will not be long."""
        if self._next_at is None or (left := self._next_at - time.monotonic()) > self._patience:
            return False
        stop.wait(max(0.0, min(left, LOOK_SECONDS)))
        return True

    def _claim_within(self, owner: str, wanted: int, runs: list[SendingRun]) -> list[states.Claimed]:
        granted = _take(self._limits.relay, wanted)
        found: list[states.Claimed] = []
        for run in runs:
            if len(found) < granted.letters:
                found += self._claim_of(run, owner, granted.letters - len(found))
        self._settle(self._limits.relay, granted, used=len(found), wanted=wanted)
        if self._limits.domains and len(found) < wanted:
            self._look_for_put_off(runs)
        return found

    def _claim_of(self, run: SendingRun, owner: str, room: int) -> list[states.Claimed]:
        own = throttle.own_limit(run)
        granted = _take(own, room)
        found: list[states.Claimed] = []
        if granted.letters and self._limits.domains:
            found = self._claim_by_domain(run, owner, granted.letters)
        elif granted.letters:
            found = states.claim_of(run, owner, granted.letters)
        self._settle(own, granted, used=len(found), wanted=room)
        for row in found:
            limits = (self._limits.relay, own, self._limits.domains.get(_domain(row)))
            self._held[row.pk] = tuple((limit, granted.at) for limit in limits if limit)
        return found

    def _settle(self, limit: Limit | None, granted: meter.Grant, *, used: int, wanted: int) -> None:
        """Give back what was not used, or come back for more when it is this limit that let no more leave."""
        if limit:
            meter.give_back(limit, granted.letters - used, taken_at=granted.at)
        if used == granted.letters < wanted:
            self._come_back(granted.wait)

    def _claim_by_domain(self, run: SendingRun, owner: str, allowed: int) -> list[states.Claimed]:
        """Rows of a domain whose limit is used up are put off, so that those of other domains come to the front."""
        found: list[states.Claimed] = []
        for _round in range(ROUNDS):
            rows = states.claim_of(run, owner, states.CLAIM_SIZE)
            found += self._sort_out(run, owner, rows, allowed - len(found))
            if len(found) == allowed or len(rows) < states.CLAIM_SIZE:
                return found
        self._come_back(0)
        return found

    def _sort_out(self, run: SendingRun, owner: str, rows: list[states.Claimed], allowed: int) -> list[states.Claimed]:
        """The rows that may leave, `allowed` at most; the others go back, later when their domain's limit is used up."""
        asked = Counter(_domain(row) for row in rows)
        grants: dict[str, meter.Grant] = {}
        left: dict[str, int] = {}
        for domain in asked.keys() & self._limits.domains.keys():
            asking = min(asked[domain], allowed, _ahead(self._limits.domains[domain]))
            grants[domain] = meter.take(self._limits.domains[domain], asking)
            left[domain] = grants[domain].letters
        found: list[states.Claimed] = []
        late: dict[str, list[int]] = {}
        back: list[int] = []
        for row in rows:
            domain = _domain(row)
            if domain in left and not left[domain] and grants[domain].wait > 0:
                late.setdefault(domain, []).append(row.pk)
            elif len(found) == allowed or left.get(domain) == 0:
                back.append(row.pk)
            else:
                found.append(row)
                if domain in left:
                    left[domain] -= 1
        for domain, unused in left.items():
            meter.give_back(self._limits.domains[domain], unused, taken_at=grants[domain].at)
        for domain, keys in late.items():
            self._put_off(run, owner, domain, keys, wait=grants[domain].wait)
        states.give_back(back, owner)
        return found

    def _put_off(self, run: SendingRun, owner: str, domain: str, keys: list[int], *, wait: float) -> None:
        """Spread over the time to come, one interval apart, behind those of the mailing that are put off already."""
        limit = self._limits.domains[domain]
        after = states.database_now() + wait * meter.SECOND
        later = limit._replace(key=throttle.later_key(run.mailing_id, domain))
        moments = meter.spread(later, len(keys), after=after, most=throttle.most_letters(run.mailing_id))
        states.put_off_each(dict(zip(keys, moments, strict=True)), owner)

    def _come_back(self, seconds: float) -> None:
        moment = time.monotonic() + max(seconds, GROUP_SECONDS)
        self._next_at = moment if self._next_at is None else min(moment, self._next_at)

    def _look_for_put_off(self, runs: list[SendingRun]) -> None:
        """Rows that were put off are due again at moments that only the database knows."""
        now = states.database_now()
        for run in runs:
            held_back = waiting(run).filter(owner=states.HELD_BACK, due__gt=now)
            due = held_back.order_by("due").values_list("due", flat=True).first()
            if due is not None:
                self._come_back((due - now).total_seconds())


def _take(limit: Limit | None, wanted: int) -> meter.Grant:
    return meter.Grant(wanted, 0, states.database_now()) if limit is None else meter.take(limit, min(wanted, _ahead(limit)))


def _ahead(limit: Limit) -> int:
    return max(1, round(AHEAD_SECONDS / limit.interval.total_seconds()))


def _domain(row: states.Claimed) -> str:
    return row.email.rpartition("@")[2].lower()
