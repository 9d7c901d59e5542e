"""`make bench-scale`: how sending grows with workers, and what a worker's memory does when the mailing is a hundred times larger.

First one mailing at a time with 1, 2 and 4 sending processes on the same PostgreSQL, broker and relay: letters per second, and
beside one process; with a relay that answers at once (then the machine's cores are the limit, which relay and database share),
and with one that takes 2 to 10 ms for an answer, as a real one does (then the waiting is). Then, with one process that is never
restarted, mailings of growing size: seconds of fan-out, letters per second, and the process's memory (resident, sampled) idle,
at most, and above idle. Prints figures, judges none.

    make bench-scale ARGS="--letters 20000 --sizes 10000 1000000"
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import threading
import time
from collections.abc import Iterator

from tests.benchmarks import mail
from tests.operating import Operator
from tests.sink import Sink

SAMPLE_SECONDS = 0.5
REAL_RELAY = (0.002, 0.010)
# Of the letters, with the real relay: as long a run.
REAL_SHARE = 0.2
# A million letters take minutes.
PATIENCE = 3600.0
# What a tick does: a pump ends by itself after its budget, and another must be waiting then.
WAKE_SECONDS = 20.0


class Watch(threading.Thread):
    """Keeps the largest memory that a process and its children had, in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.most = 0.0
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(SAMPLE_SECONDS):
            self.most = max(self.most, mail.megabytes(self.pid))


@contextlib.contextmanager
def watched(pid: int) -> Iterator[Watch]:
    watch = Watch(pid)
    watch.start()
    try:
        yield watch
    finally:
        watch.is_over.set()
        watch.join()


def rates(workers: list[int], letters: int, rounds: int, port: int, wait: tuple[float, float] = (0.0, 0.0)) -> None:
    """Letters per second with so many sending processes, in turn, so that no one has the machine's better minutes."""
    found: dict[int, list[float]] = {count: [] for count in workers}
    for _ in range(rounds):
        for count in workers:
            case = mail.Case("scale", processes=count)
            with (
                Sink(keeps_log=False, processes=2, wait=wait) as sink,
                mail.installed(case, port) as installation,
                Operator(installation, EMAIL_URL=sink.url) as operator,
                mail.working(case, installation) as pid,
            ):
                operator("people", count=200 * count)
                mail.ours(sink, case, operator, pid)
                operator("people", count=letters)
                found[count].append(mail.ours(sink, case, operator, pid)[0].rate)
    one = statistics.median(found[workers[0]])
    print(f"relay's answer after {wait[0] * 1000:.0f}-{wait[1] * 1000:.0f} ms")
    print(f"{'processes':>12}{'letters/s':>12}{f'beside {workers[0]}':>12}")
    for count, several in found.items():
        print(f"{count:12}{statistics.median(several):12.0f}{statistics.median(several) / one:12.2f}", flush=True)


def sizes(chosen: list[int], port: int) -> None:
    """Mailings of growing size through one process."""
    case = mail.Case("scale")
    print(f"{'letters':>12}{'fan-out s':>12}{'letters/s':>12}{'MB idle':>12}{'MB most':>12}{'above idle':>12}")
    with (
        Sink(keeps_log=False) as sink,
        mail.installed(case, port) as installation,
        Operator(installation, EMAIL_URL=sink.url) as operator,
        mail.working(case, installation) as pid,
    ):
        operator("people", count=200)
        mail.ours(sink, case, operator, pid)
        idle = mail.megabytes(pid)
        for letters in chosen:
            operator("people", count=letters)
            mailing = operator("mailing")
            began = time.monotonic()
            operator("start_due")
            fan_out = time.monotonic() - began
            with watched(pid) as watch:
                rate = send(sink, operator, mailing, letters)
            print(f"{letters:12}{fan_out:12.1f}{rate:12.0f}{idle:12.1f}{watch.most:12.1f}{watch.most - idle:12.1f}", flush=True)


def send(sink: Sink, operator: Operator, mailing: int, letters: int) -> float:
    """Letters per second of one mailing, woken until every row is sent."""
    start, began, woken = sink.count, time.monotonic(), 0.0
    deadline = began + PATIENCE
    while sink.count - start < letters:
        assert time.monotonic() < deadline, f"{sink.count - start} of {letters} letters came"
        if time.monotonic() - woken >= WAKE_SECONDS:
            operator("wake", pumps=1)
            woken = time.monotonic()
        time.sleep(0.05)
    rate = letters / (time.monotonic() - began)
    while (found := operator("states", mailing=mailing)).get("sent") != letters:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4], metavar="N")
    parser.add_argument("--letters", type=int, default=20_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--postgres-port", type=int, default=5432)
    chosen = parser.parse_args()
    if chosen.workers:
        rates(chosen.workers, chosen.letters, chosen.rounds, chosen.postgres_port)
        rates(chosen.workers, int(chosen.letters * REAL_SHARE), chosen.rounds, chosen.postgres_port, REAL_RELAY)
    if chosen.sizes:
        sizes(chosen.sizes, chosen.postgres_port)


if __name__ == "__main__":
    main()
