"""`make bench-failover`: for how long no letter leaves when the database or the broker of a mailing goes away and comes back.

Each event happens once in the midst of a mailing of its own, with one sending process, beat, a PostgreSQL and a Redis that
nobody else uses, and a relay that answers at once. Printed are the longest time without a letter within the ten seconds around
the event's beginning and its end, its own seconds, and what it cost: letters lost and doubled. Prints figures, judges none.

    python -m tests.benchmarks.failover --letters 20000 --only crash
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import django

# What counts the letters knows the sender's window.
django.setup()

from tests.brokers import OwnRedis  # noqa: E402
from tests.clusters import Cluster, seeded_on_postgres, started_with_content  # noqa: E402
from tests.faults.processes import is_done, processes, wait_for  # noqa: E402
from tests.installation import Installation  # noqa: E402
from tests.operating import Operator  # noqa: E402
from tests.sink import Sink  # noqa: E402

AROUND_SECONDS = 10.0


@contextlib.contextmanager
def servers() -> Iterator[tuple[Cluster, OwnRedis]]:
    """A database server with the demonstration content, and a broker."""
    cluster = started_with_content()
    try:
        with OwnRedis() as broker:
            yield cluster, broker
    finally:
        cluster.remove()


def measure(name: str, event: Callable[[], None], installation: Installation, letters: int) -> None:
    """One mailing with the event at its half; a line of the table."""
    with (
        Sink() as sink,
        Operator(installation, EMAIL_URL=sink.url) as operator,
        processes(installation, is_embedded=False) as group,
    ):
        operator("people", count=letters)
        mailing = operator("mailing")
        group.beat()
        group.sender()
        wait_for(lambda: sink.count >= letters // 2, "half of the letters")
        began = time.monotonic()
        event()
        ended = time.monotonic()
        operator.restart()
        wait_for(lambda: is_done(operator, mailing), "the mailing")
        taken = list(sink.taken())
        got = Counter(letter.recipient for letter in taken)
        lost = set(operator("addresses", mailing=mailing)) - set(got)
    near = [letter.at for letter in taken if began - AROUND_SECONDS < letter.at < ended + AROUND_SECONDS]
    pause = max((later - earlier for earlier, later in itertools.pairwise(near)), default=0.0)
    print(f"{name:>20}{ended - began:12.1f}{pause:16.1f}{len(lost):8}{len(taken) - len(got):10}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=20_000, metavar="N")
    parser.add_argument("--only", nargs="*", metavar="EVENT", help="restart, crash, broker")
    chosen = parser.parse_args()
    print(f"{'event':>20}{'its seconds':>12}{'without letters':>16}{'lost':>8}{'doubled':>10}")
    with servers() as (cluster, broker), tempfile.TemporaryDirectory() as folder:
        shutil.copytree(seeded_on_postgres() / "installation", folder, dirs_exist_ok=True)
        environment = {"DATABASE_URL": cluster.url, "BROKER_URL": broker.address, "LOG_LEVEL": "ERROR"}
        installation = Installation(Path(folder), environment)
        events = {
            "restart": ("database restarted", cluster.restart),
            "crash": ("database crashed", cluster.crash),
            "broker": ("broker restarted", broker.restart),
        }
        for key in chosen.only or events:
            measure(*events[key], installation, chosen.letters)


if __name__ == "__main__":
    main()
