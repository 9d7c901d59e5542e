"""SIGTERM: the letters in hand are finished, the rest is given back at once; nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import signal
from collections import Counter

import pytest

from tests.faults.processes import (
    PATIENCE,
    WORKER,
    Processes,
    check,
    family,
    is_done,
    on_each_broker,
    processes,
    signal_all,
    wait_for,
)
from tests.installation import Installation
from tests.operating import Operator
from tests.sink import Sink

RECIPIENTS = 1200
# Whoever waited for it would be seen.
LONG_LEASE = {"DELIVERY_LEASE_SECONDS": "120"}


def send_and_end(installation: Installation, *, is_embedded: bool, pool: str = "prefork", is_whole: bool = False) -> None:
    """Ask what sends to end in the midst of it, look at the rows, then let another go on.

    To the parent alone, as systemd (KillMode=mixed) and containers do; if `is_whole`, to each process of the pool, too.
    """
    installation.environment |= LONG_LEASE
    with (
        Sink(wait=(0.02, 0.04)) as sink,
        Operator(installation, EMAIL_URL=sink.url) as operator,
        processes(installation, is_embedded=is_embedded) as group,
    ):
        operator("people", count=RECIPIENTS)
        mailing = operator("mailing")
        if not is_embedded:
            group.beat()
        ends_in_the_midst_of_it(group, operator, sink, mailing, pool=pool, is_whole=is_whole)
        group.sender()
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        got = check(sink, operator, mailing, doubled_at_most=0)
        assert len(got) == RECIPIENTS


def ends_in_the_midst_of_it(group: Processes, operator: Operator, sink: Sink, mailing: int, *, pool: str, is_whole: bool) -> None:
    first = group.sender() if pool == "prefork" else group.start(*WORKER, "--pool", pool)
    wait_for(lambda: sink.count >= 40, "the first letters")
    if is_whole:
        signal_all(first, signal.SIGTERM)
    else:
        first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=PATIENCE) == 0
    group.running.remove(first)
    states = Counter(operator("addresses", mailing=mailing).values())
    assert set(states) == {"sent", "queued"}
    assert states["sent"] == sink.count


@on_each_broker
def test_a_worker_gives_back_what_it_has_claimed(on_postgres: Installation) -> None:
    send_and_end(on_postgres, is_embedded=False)


def test_so_does_one_whose_every_process_is_asked(on_postgres: Installation) -> None:
    send_and_end(on_postgres, is_embedded=False, is_whole=True)


def test_a_pools_process_that_is_asked_time_and_again_loses_and_doubles_nothing(on_postgres: Installation) -> None:
    """As Celery asks it after each loss of the broker: it ends wherever its pump has come to, and another goes on."""
    on_postgres.environment |= LONG_LEASE
    with (
        Sink(wait=(0.005, 0.01)) as sink,
        Operator(on_postgres, EMAIL_URL=sink.url) as operator,
        processes(on_postgres, is_embedded=False) as group,
    ):
        operator("people", count=RECIPIENTS // 2)
        mailing = operator("mailing")
        group.beat()
        worker = group.sender()
        for mark in range(50, RECIPIENTS // 2, 50):
            wait_for(lambda mark=mark: sink.count >= mark, "more letters")  # type: ignore[misc]
            for process in family(worker.pid)[:-1]:
                os.kill(process, signal.SIGTERM)
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        got = check(sink, operator, mailing, doubled_at_most=0)
        assert len(got) == RECIPIENTS // 2
        assert worker.poll() is None


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_so_does_one_of_another_pool(pool: str, on_postgres: Installation) -> None:
    send_and_end(on_postgres, is_embedded=False, pool=pool)


def test_so_does_the_one_process(on_sqlite: Installation) -> None:
    send_and_end(on_sqlite, is_embedded=True)
