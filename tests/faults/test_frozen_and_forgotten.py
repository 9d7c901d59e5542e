"""A worker that stands still past its lease, a broker that forgets and repeats, two clocks."""

from __future__ import annotations

import signal

from tests.faults.processes import (
    check,
    deliver_thrice,
    forget_broker,
    hang_up,
    is_done,
    on_each_broker,
    processes,
    signal_all,
    wait_for,
)
from tests.installation import Installation
from tests.operating import Operator
from tests.sink import Sink

CONNECTIONS = 2


@on_each_broker
def test_a_frozen_worker_doubles_at_most_one_letter_a_connection(on_postgres: Installation) -> None:
    with (
        Sink(wait=(0.03, 0.06)) as sink,
        Operator(on_postgres, EMAIL_URL=sink.url) as operator,
        processes(on_postgres, is_embedded=False) as group,
    ):
        operator("people", count=300)
        mailing = operator("mailing")
        first = group.sender()
        group.beat()
        wait_for(lambda: sink.count >= 50, "the first letters")
        signal_all(first, signal.SIGSTOP)
        frozen_at = sink.count
        group.sender()
        wait_for(lambda: sink.count >= max(200, frozen_at + 50), "the other worker's letters")
        signal_all(first, signal.SIGCONT)
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        got = check(sink, operator, mailing, doubled_at_most=CONNECTIONS)
        assert len(got) == 300


@on_each_broker
def test_a_broker_that_forgets_and_repeats_costs_nothing(on_postgres: Installation) -> None:
    broker = on_postgres.environment["BROKER_URL"]
    with (
        Sink(wait=(0.0005, 0.003)) as sink,
        Operator(on_postgres, EMAIL_URL=sink.url) as operator,
        processes(on_postgres, is_embedded=False) as group,
    ):
        operator("people", count=1500)
        mailing = operator("mailing")
        repeated = 0
        # Before there is a worker, so that some tasks wait for certain.
        operator("ticks", count=3)
        operator("wake", pumps=3)
        repeated += deliver_thrice(broker)
        for _ in range(2):
            group.sender()
        for name in ("one", "two"):
            group.beat(name)
        for share in range(1, 6):
            wait_for(lambda share=share: sink.count >= 250 * share, "more letters")  # type: ignore[misc]
            operator("ticks", count=3)
            operator("wake", pumps=3)
            repeated += deliver_thrice(broker)
            if share % 2:
                forget_broker(broker)
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        got = check(sink, operator, mailing, doubled_at_most=0)
        assert len(got) == 1500
        assert repeated >= 6


@on_each_broker
def test_a_broker_that_is_started_anew_costs_nothing(on_postgres: Installation) -> None:
    with (
        Sink(wait=(0.01, 0.02)) as sink,
        Operator(on_postgres, EMAIL_URL=sink.url) as operator,
        processes(on_postgres, is_embedded=False) as group,
    ):
        operator("people", count=400)
        mailing = operator("mailing")
        group.sender()
        group.beat()
        for mark in (40, 160):
            wait_for(lambda mark=mark: sink.count >= mark, "more letters")  # type: ignore[misc]
            hang_up(on_postgres.environment["BROKER_URL"])
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        got = check(sink, operator, mailing, doubled_at_most=0)
        assert len(got) == 400
        assert all(process.poll() is None for process in group.running)
