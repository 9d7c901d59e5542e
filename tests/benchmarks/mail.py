"""`make bench-mail`: letters per second through the whole stack, beside bare `smtplib.sendmail` loops in the same minute.

Every run of ours (Django, Celery's task, each row durable) stands between two runs of the floor: as many processes and
connections, the same letter, nothing written down. Printed is the median of the ratios. Prints figures, judges none.

    python -m tests.benchmarks.mail --letters 5000 --pairs 5 --only postgres-1 sqlite
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from tests.benchmarks import peers
from tests.installation import ROOT, Installation, copy_of_template, free_port, migrated_on_postgres
from tests.operating import Operator
from tests.sink import Sink

POSTGRES = "postgresql://postgres@127.0.0.1:{port}"
REDIS = "redis://127.0.0.1:6379/15"
CONNECTIONS = 2
TICKS = os.sysconf("SC_CLK_TCK")
# A run that has not ended by now never will.
PATIENCE = 300.0


@dataclass
class Run:
    """One run: letters per second between the first and the last, CPU microseconds per letter of the sending processes."""

    rate: float
    cpu: float


@dataclass
class Case:
    """One line of the table."""

    name: str
    database: str = "postgres"
    processes: int = 1
    share: float = 1.0
    manners: dict[str, object] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


CASES = [
    Case("postgres-1"),
    Case("postgres-2", processes=2),
    Case("slow-relay", share=0.2, manners={"wait": (0.002, 0.010)}),
    Case("slow-answers", share=0.1, manners={"wait": (0.002, 0.010), "wait_each": (0.002, 0.010)}),
    Case("never-twice", environment={"DELIVERY_NEVER_TWICE": "true"}),
    Case("sqlite", database="sqlite"),
]


def main() -> None:
    """Run the chosen cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[*(case.name for case in CASES), *peers.NAMES])
    parser.add_argument("--text", action="store_true", help="the floor sends str, as in smtplib's manual, not the faster bytes")
    parser.add_argument("--postgres-port", type=int, default=5432)
    parser.add_argument("--floor", nargs=4, metavar=("PORT", "LETTERS", "CONNECTIONS", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.floor:
        port, letters, connections, file = chosen.floor
        written = Path(file).read_bytes()
        bare_loop(int(port), int(letters), int(connections), written.decode("ascii") if chosen.text else written)
        return
    print(f"sink alone: {capacity():.0f} letters/s on one connection")
    headings = ("ours/s", "floor/s", "ratio", "CPU µs", "floor", "ratio", "MB idle", "MB top", "B/row")
    print(" " * 14 + "".join(f"{heading:>8}" for heading in headings))
    for case in CASES:
        if case.name in chosen.only:
            measure(case, max(200, int(chosen.letters * case.share)), chosen)
    for name in peers.NAMES:
        if name in chosen.only:
            measure_peer(name, max(200, chosen.letters // 5), chosen)


def capacity() -> float:
    """Letters per second that the sink takes when the other side does nothing but write them."""
    text = b"To: <a@example.org>\r\nSubject: x\r\n\r\n" + b"x" * 76 * 430 + b"\r\n.\r\n"
    commands = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
    with Sink(keeps_log=False) as sink, socket.create_connection(("127.0.0.1", sink.port)) as wire:
        wire.recv(100)
        began = time.perf_counter()
        for _ in range(3000):
            wire.sendall(commands)
            answers = b""
            while b"354" not in answers:
                answers += wire.recv(1000)
            wire.sendall(text)
            wire.recv(100)
        return 3000 / (time.perf_counter() - began)


# --- The floor -------------------------------------------------------------------------------------------------------------


def bare_loop(port: int, letters: int, connections: int, message: bytes | str) -> None:
    """The floor's own process: a thread for each connection, each one `sendmail` after the other."""

    def loop() -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection:
            for number in range(letters // connections):
                connection.sendmail("ung@example.org", [f"v{number}@example.org"], message)

    threads = [threading.Thread(target=loop) for _ in range(connections)]
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("done", flush=True)
    sys.stdin.readline()


def floor(sink: Sink, case: Case, letters: int, file: Path, *, is_text: bool) -> Run:
    """One run of the bare loops."""
    share = letters // case.processes // CONNECTIONS * CONNECTIONS
    command = [sys.executable, "-m", "tests.benchmarks.mail", "--floor", str(sink.port), str(share), str(CONNECTIONS), str(file)]
    if is_text:
        command.append("--text")
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for _ in range(case.processes)
    ]
    time.sleep(1.0)
    with timed(sink, share * case.processes, [process.pid for process in processes]) as run:
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
    for process in processes:
        process.communicate("end\n")
    return run


@contextlib.contextmanager
def timed(sink: Sink, letters: int, pids: list[int]) -> Iterator[Run]:
    """From the first letter that the sink takes after the block to the last of `letters`; CPU of these processes meanwhile."""
    start = sink.count
    run = Run(0, 0)
    yield run
    deadline = time.monotonic() + PATIENCE
    while (first := sink.count - start) == 0:
        assert time.monotonic() < deadline, "no letter came"
        time.sleep(0.001)
    began, before = time.perf_counter(), cpu_ticks(pids)
    while sink.count - start < letters:
        assert time.monotonic() < deadline, f"{sink.count - start} of {letters} letters came"
        time.sleep(0.002)
    run.rate = (letters - first) / (time.perf_counter() - began)
    run.cpu = (cpu_ticks(pids) - before) / TICKS / (letters - first) * 1e6


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(child for line in children.read_text().split() for child in family(int(line)))] if children.exists() else []


def cpu_ticks(pids: list[int]) -> int:
    """CPU time, own and in the kernel, of processes and their children."""
    found = 0
    for member in {member for pid in pids for member in family(pid)}:
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        found += int(fields[11]) + int(fields[12])
    return found


def megabytes(pid: int) -> float:
    """The largest resident set of a process and its children now."""
    pages = [int(Path(f"/proc/{member}/statm").read_text().split()[1]) for member in family(pid)]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


# --- Ours -----------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def installed(case: Case, port: int) -> Iterator[Installation]:
    """An installation on the case's database."""
    folder = Path(tempfile.mkdtemp(prefix="kampanj-bench-"))
    installation = copy_of_template(folder)
    installation.environment |= {"MAIL_CONNECTIONS": str(CONNECTIONS), "LOG_LEVEL": "ERROR", **case.environment}
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        if case.database == "postgres":
            url = stack.enter_context(database(port, is_migrated=True))
            installation.environment |= {"DATABASE_URL": url, "BROKER_URL": REDIS}
            installation.manage("seed_demo")
        yield installation


@contextlib.contextmanager
def database(port: int, *, is_migrated: bool = False) -> Iterator[str]:
    """The address of a PostgreSQL database, empty or with every table."""
    name = f"kampanj_bench_{uuid.uuid4().hex[:12]}"
    server = POSTGRES.format(port=port)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        source = migrated_on_postgres(connection, server) if is_migrated else "template1"
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def working(case: Case, installation: Installation) -> Iterator[int]:
    """What sends: one Celery worker with as many processes as the case has, or the whole in one process; its pid."""
    if case.database == "sqlite":
        with installation.start(free_port()) as running:
            yield running.process.pid
        return
    with redis.Redis.from_url(REDIS) as broker:
        broker.flushdb()
    command = ("celery", "-A", "config", "worker", "--concurrency", str(case.processes), "-Q", "mail")
    with installation.background(*command, "--without-gossip", "--without-mingle") as worker:
        yield worker.pid


def measure(case: Case, letters: int, chosen: argparse.Namespace) -> None:
    """One line of the table."""
    with (
        Sink(keeps_log=False, processes=case.processes, **case.manners) as sink,
        installed(case, chosen.postgres_port) as installation,
    ):
        installation.environment["EMAIL_URL"] = sink.url
        with Operator(installation) as operator, working(case, installation) as pid:
            file = installation.folder / "letter"
            operator("people", count=200)
            warm_up = ours(sink, case, operator, pid)
            operator("letter", mailing=warm_up[1], path=str(file), is_eight_bit=not chosen.text)
            idle = megabytes(pid)
            operator("people", count=letters)
            floors, runs = [floor(sink, case, letters, file, is_text=chosen.text)], []
            for _ in range(chosen.pairs):
                runs.append(ours(sink, case, operator, pid)[0])
                floors.append(floor(sink, case, letters, file, is_text=chosen.text))
            report(case, runs, floors, (idle, megabytes(pid), operator("bytes_per_row")))


def ours(sink: Sink, case: Case, operator: Operator, pid: int) -> tuple[Run, int]:
    """One mailing to everybody, from its first letter to its last; then every row must be sent."""
    mailing = operator("mailing")
    people = 0
    if case.database == "postgres":
        operator("start_due")
    people = operator("count")
    with timed(sink, people, [pid]) as run:
        if case.database == "postgres":
            operator("wake", pumps=case.processes)
    deadline = time.monotonic() + 30
    while (found := operator("states", mailing=mailing)).get("sent") != people:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return run, mailing


def measure_peer(name: str, letters: int, chosen: argparse.Namespace) -> None:
    """One line of the table for another way of sending the same letter, on PostgreSQL where it needs a database."""
    case = Case(name)
    with Sink(keeps_log=False) as sink, installed(case, chosen.postgres_port) as installation, Operator(installation) as operator:
        file = installation.folder / "letter"
        operator("people", count=1)
        mailing = operator("mailing")
        operator("start_due")
        operator("letter", mailing=mailing, path=str(file), is_eight_bit=False)
        floors, runs = [floor(sink, case, letters, file, is_text=chosen.text)], []
        for _ in range(chosen.pairs):
            runs.append(peer(sink, name, letters, file, database(chosen.postgres_port)))
            floors.append(floor(sink, case, letters, file, is_text=chosen.text))
        report(case, runs, floors, (0, 0, 0))


def peer(sink: Sink, name: str, letters: int, file: Path, place: contextlib.AbstractContextManager[str]) -> Run:
    """One run of a peer's own process, on a database of its own."""
    with place as url:
        command = [sys.executable, "-m", "tests.benchmarks.peers", name, str(sink.port), str(letters), str(file), url]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        with timed(sink, letters, [process.pid]) as run:
            process.stdin.write("go\n")
            process.stdin.flush()
        process.communicate("end\n")
    return run


def report(case: Case, runs: list[Run], floors: list[Run], sizes: tuple[float, float, float]) -> None:
    """Medians; each ratio is of a run and the two floors around it."""
    around = list(zip(runs, floors, floors[1:], strict=False))
    speed = statistics.median(run.rate / ((one.rate + other.rate) / 2) for run, one, other in around)
    effort = statistics.median(run.cpu / ((one.cpu + other.cpu) / 2) for run, one, other in around)
    middle = [statistics.median(run.rate for run in some) for some in (runs, floors)]
    cpu = [statistics.median(run.cpu for run in some) for some in (runs, floors)]
    print(
        f"{case.name:14}{middle[0]:8.0f}{middle[1]:8.0f}{speed:8.2f}{cpu[0]:8.0f}{cpu[1]:8.0f}{effort:8.2f}"
        f"{sizes[0]:8.0f}{sizes[1]:8.0f}{sizes[2]:8.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
