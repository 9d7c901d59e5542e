"""`make test-faults`: whatever breaks, nobody is left out, nobody gets a letter three times, and few get it twice.

KAMPANJ_FAULT_RECIPIENTS=100000 KAMPANJ_FAULT_KILLS=20 KAMPANJ_FAULT_CRASHES=3 is the large form.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from kampanj.distribution.pump import WINDOW
from tests.faults.conftest import Cluster, forget_broker, signal_all
from tests.installation import ROOT, Installation, free_port
from tests.operating import Operator
from tests.sink import Sink

RECIPIENTS = int(os.environ.get("KAMPANJ_FAULT_RECIPIENTS", "5000"))
KILLS = int(os.environ.get("KAMPANJ_FAULT_KILLS", "5"))
CRASHES = int(os.environ.get("KAMPANJ_FAULT_CRASHES", "1"))
CONNECTIONS = 2
FINAL = {"sent", "failed", "skipped", "cancelled", "bounced"}
WORKER = ("-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle")
CHANCE = random.Random(20261126)


class Processes:
    """The processes of one installation, to be killed and started anew."""

    def __init__(self, installation: Installation, *, is_embedded: bool) -> None:
        self.installation = installation
        self.port = free_port()
        self.is_embedded = is_embedded
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.installation.folder / "processes.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.installation.variables(), stdout=log, stderr=log
        )
        self.running.append(process)
        return process

    def sender(self) -> subprocess.Popen[bytes]:
        """What sends: a Celery worker, or everything in one process."""
        if self.is_embedded:
            return self.start(str(ROOT / "manage.py"), "start", "--port", str(self.port))
        return self.start(*WORKER)

    def beat(self, name: str = "beat") -> subprocess.Popen[bytes]:
        return self.start("-m", "celery", "-A", "config", "beat", "--schedule", str(self.installation.folder / name))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        signal_all(process, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def end(self) -> None:
        for process in list(self.running):
            self.kill(process)


@contextlib.contextmanager
def processes(installation: Installation, *, is_embedded: bool) -> Iterator[Processes]:
    group = Processes(installation, is_embedded=is_embedded)
    try:
        yield group
    finally:
        group.end()


def wait_for(ready: Callable[[], bool], what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)


def is_done(operator: Operator, mailing: int) -> bool:
    return bool(operator("states", mailing=mailing)["run"] == "done")


def check(sink: Sink, operator: Operator, mailing: int, *, doubled_at_most: int) -> Counter[str]:
    """Nobody lost, nobody a third time, always the same Message-ID; how often each got the letter."""
    taken = list(sink.taken())
    got = Counter(letter.recipient for letter in taken)
    states = operator("addresses", mailing=mailing)
    lost = [address for address, state in states.items() if address not in got and state not in {*FINAL, "uncertain"}]
    assert lost == []
    assert {address for address, state in states.items() if state == "sent"} <= set(got)
    assert max(got.values()) <= 2
    assert sum(count - 1 for count in got.values()) <= doubled_at_most
    ids: dict[str, set[str]] = {}
    for letter in taken:
        ids.setdefault(letter.recipient, set()).add(letter.message_id)
    assert {len(same) for same in ids.values()} == {1}
    return got


@pytest.mark.parametrize(("place", "is_never_twice"), [("sqlite", False), ("postgres", False), ("postgres", True)])
def test_kills_and_crashes_lose_nobody_and_double_at_most_a_window_each(
    place: str, is_never_twice: bool, request: pytest.FixtureRequest
) -> None:
    installation: Installation = request.getfixturevalue(f"on_{place}")
    cluster: Cluster | None = request.getfixturevalue("cluster") if place == "postgres" else None
    with Sink(wait=(0.0005, 0.003)) as sink:
        installation.environment["EMAIL_URL"] = sink.url
        if is_never_twice:
            installation.environment["DELIVERY_NEVER_TWICE"] = "true"
        with Operator(installation) as operator, processes(installation, is_embedded=cluster is None) as group:
            operator("people", count=RECIPIENTS)
            mailing = operator("mailing")
            if cluster:
                group.beat()
            sender = group.sender()
            marks = sorted(CHANCE.sample(range(RECIPIENTS // 20, RECIPIENTS * 9 // 10), KILLS + (CRASHES if cluster else 0)))
            for number, mark in enumerate(marks):
                wait_for(lambda mark=mark: sink.count >= mark, f"letter {mark}")  # type: ignore[misc]
                if cluster and number % 2 and number // 2 < CRASHES:
                    cluster.crash()
                else:
                    group.kill(sender)
                    sender = group.sender()
            if cluster:
                operator.restart()
            wait_for(lambda: is_done(operator, mailing), "the mailing")
            got = check(sink, operator, mailing, doubled_at_most=0 if is_never_twice else WINDOW * len(marks))
            if is_never_twice:
                states = operator("addresses", mailing=mailing)
                assert {address for address, state in states.items() if state != "sent"} == {
                    address for address, state in states.items() if state == "uncertain"
                }
            print(f"{place}: {len(marks)} faults, {sum(got.values()) - len(got)} doubled")  # noqa: T201


def test_a_frozen_worker_doubles_at_most_one_letter_a_connection(on_postgres: Installation) -> None:
    with Sink(wait=(0.03, 0.06)) as sink:
        on_postgres.environment["EMAIL_URL"] = sink.url
        with Operator(on_postgres) as operator, processes(on_postgres, is_embedded=False) as group:
            operator("people", count=300)
            mailing = operator("mailing")
            first = group.sender()
            group.beat()
            wait_for(lambda: sink.count >= 50, "the first letters")
            signal_all(first, signal.SIGSTOP)
            group.sender()
            wait_for(lambda: sink.count >= 200, "the other worker's letters")
            signal_all(first, signal.SIGCONT)
            wait_for(lambda: is_done(operator, mailing), "the mailing")
            check(sink, operator, mailing, doubled_at_most=CONNECTIONS)


def test_a_broker_that_forgets_and_repeats_costs_nothing(on_postgres: Installation) -> None:
    with Sink(wait=(0.0005, 0.003)) as sink:
        on_postgres.environment["EMAIL_URL"] = sink.url
        with Operator(on_postgres) as operator, processes(on_postgres, is_embedded=False) as group:
            operator("people", count=1500)
            mailing = operator("mailing")
            for _ in range(2):
                group.sender()
            for name in ("one", "two"):
                group.beat(name)
            for share in range(1, 6):
                operator("ticks", count=3)
                operator("wake", pumps=3)
                wait_for(lambda share=share: sink.count >= 250 * share, "more letters")  # type: ignore[misc]
                forget_broker(on_postgres.environment["BROKER_URL"])
            wait_for(lambda: is_done(operator, mailing), "the mailing")
            got = check(sink, operator, mailing, doubled_at_most=0)
            assert len(got) == 1500


def test_with_a_difficult_relay_every_row_comes_to_an_end(on_sqlite: Installation) -> None:
    manners = {"later": 0.3, "refused": 0.05, "dropped": 0.02, "dropped_after": 0.005, "greylisting": True}
    with Sink(wait=(0, 0.004), **manners) as sink:
        on_sqlite.environment["EMAIL_URL"] = sink.url
        with Operator(on_sqlite) as operator, processes(on_sqlite, is_embedded=True) as group:
            operator("people", count=1500)
            mailing = operator("mailing")
            group.sender()
            wait_for(lambda: is_done(operator, mailing), "the mailing", seconds=180)
            found = operator("states", mailing=mailing)
            assert set(found) <= {"run", "sent", "failed", "uncertain"}
            assert sum(count for state, count in found.items() if state != "run") == 1500
            assert found["failed"] >= 30
            check(sink, operator, mailing, doubled_at_most=60)
