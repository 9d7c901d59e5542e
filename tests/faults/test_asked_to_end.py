"""SIGTERM: the letters in hand are finished, the rest is given back at once; nothing is lost, nothing doubled."""

from __future__ import annotations

import signal
from collections import Counter

import pytest

from tests.faults.processes import PATIENCE, WORKER, Processes, check, is_done, on_each_broker, processes, wait_for
from tests.installation import Installation
from tests.operating import Operator
from tests.sink import Sink

RECIPIENTS = 1200
# Whoever waited for it would be seen.
LONG_LEASE = {"DELIVERY_LEASE_SECONDS": "120"}


def send_and_end(installation: Installation, *, is_embedded: bool, pool: str = "prefork") -> None:
    """Ask what sends to end in the midst of it, look at the rows, then let another go on."""
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
        ends_in_the_midst_of_it(group, operator, sink, mailing, pool=pool)
        group.sender()
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        got = check(sink, operator, mailing, doubled_at_most=0)
        assert len(got) == RECIPIENTS


def ends_in_the_midst_of_it(group: Processes, operator: Operator, sink: Sink, mailing: int, *, pool: str) -> None:
    first = group.sender() if pool == "prefork" else group.start(*WORKER, "--pool", pool)
    wait_for(lambda: sink.count >= 40, "the first letters")
    # To the parent alone, as systemd (KillMode=mixed) and containers do.
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=PATIENCE) == 0
    group.running.remove(first)
    states = Counter(operator("addresses", mailing=mailing).values())
    assert set(states) == {"sent", "queued"}
    assert states["sent"] == sink.count


@on_each_broker
def test_a_worker_gives_back_what_it_has_claimed(on_postgres: Installation) -> None:
    send_and_end(on_postgres, is_embedded=False)


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_so_does_one_of_another_pool(pool: str, on_postgres: Installation) -> None:
    send_and_end(on_postgres, is_embedded=False, pool=pool)


def test_so_does_the_one_process(on_sqlite: Installation) -> None:
    send_and_end(on_sqlite, is_embedded=True)
