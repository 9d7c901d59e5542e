"""What the tests here share: the processes of an installation, what is done to them, and how it is counted afterwards.

The short form is a part of every run of the tests. The long one is `make test-faults`:
KAMPANJ_FAULT_RECIPIENTS=100000 KAMPANJ_FAULT_KILLS=20 KAMPANJ_FAULT_CRASHES=3.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import amqp
import pytest
import redis

from kampanj.distribution.pump import WINDOW
from tests import brokers, stacks
from tests.clusters import Cluster
from tests.installation import ROOT, Installation, free_port
from tests.operating import Operator
from tests.sink import Sink

STACK = stacks.chosen()
BROKERS = (STACK.broker,) if STACK else stacks.BROKERS
on_each_broker = pytest.mark.parametrize("broker", BROKERS, indirect=True)
RECIPIENTS = int(os.environ.get("KAMPANJ_FAULT_RECIPIENTS", "5000"))
KILLS = int(os.environ.get("KAMPANJ_FAULT_KILLS", "5"))
CRASHES = int(os.environ.get("KAMPANJ_FAULT_CRASHES", "1"))
# Nothing here is about speed: a busy machine may take its time. A mailing with nobody left to send it ends never.
PATIENCE = 300.0
# The mean over many kills; a few may all come at the worst moment.
DOUBLED_IN_THE_MEAN = 2.5
MANY = 20
FINAL = {"sent", "failed", "skipped", "cancelled", "bounced"}
WORKER = ("-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle")


class Processes:
    """The processes of one installation, to be killed and started anew."""

    def __init__(self, installation: Installation, *, is_embedded: bool) -> None:
        self.installation = installation
        self.port = free_port()
        self.is_embedded = is_embedded
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        process = self.installation.opened(self.installation.folder / "processes.log", *command, env={}, cwd=ROOT)
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


def family(pid: int) -> list[int]:
    """A process and its children, children first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [*(member for child in children for member in family(int(child))), pid]


def signal_all(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    """To a process and its children, the parent first: it must not start new ones meanwhile."""
    for member in reversed(family(process.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, sign)


def on_rabbitmq(url: str) -> amqp.Connection:
    """A connection to the virtual host of a BROKER_URL."""
    parts = urlsplit(url)
    return amqp.Connection(
        f"{parts.hostname}:{parts.port}", userid=parts.username, password=parts.password, virtual_host=parts.path[1:]
    )


def forget_broker(url: str) -> None:
    """Everything that waits in the broker is gone; with Redis also what somebody has taken."""
    if url.startswith("amqp"):
        with on_rabbitmq(url) as connection, connection.channel() as channel:
            for queue in ("clock", "mail"):
                channel.queue_purge(queue)
        return
    with redis.Redis.from_url(url) as broker:
        broker.flushdb()


def hang_up(url: str) -> None:
    """The broker ends every connection, as when it is started anew."""
    if url.startswith("amqp"):
        brokers.control("close_all_connections", "--vhost", urlsplit(url).path[1:], "started anew")
        return
    with redis.Redis.from_url(url) as broker:
        for client in broker.client_list():
            if client["db"] == urlsplit(url).path[1:] and int(client["id"]) != broker.client_id():
                # By filter: one that has left meanwhile is no fault.
                broker.client_kill_filter(_id=client["id"])


def deliver_thrice(url: str) -> int:
    """Every task that waits in the broker is there three times, the same to the letter; returns how many tasks that were."""
    if url.startswith("amqp"):
        with on_rabbitmq(url) as connection, connection.channel() as channel:
            return sum(_thrice_on_rabbitmq(channel, queue) for queue in ("clock", "mail"))
    with redis.Redis.from_url(url) as broker:
        waiting = [(queue, task) for queue in ("clock", "mail") for task in broker.lrange(queue, 0, -1)]
        for queue, task in waiting:
            broker.rpush(queue, task, task)
    return len(waiting)


def _thrice_on_rabbitmq(channel: amqp.Channel, queue: str) -> int:
    waiting = list(iter(lambda: channel.basic_get(queue), None))
    for task in waiting:
        for _ in range(3):
            channel.basic_publish(amqp.Message(task.body, **task.properties), routing_key=queue)
        channel.basic_ack(task.delivery_tag)
    return len(waiting)


def wait_for(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE} s"
        time.sleep(0.05)


def is_done(operator: Operator, mailing: int) -> bool:
    return bool(operator("states", mailing=mailing)["run"] == "done")


def check(sink: Sink, operator: Operator, mailing: int, *, doubled_at_most: float) -> Counter[str]:
    """Nobody lost, nobody a third time, always the same Message-ID; how often each got the letter."""
    taken = list(sink.taken())
    got = Counter(letter.recipient for letter in taken)
    states = operator("addresses", mailing=mailing)
    held = set(operator("held", mailing=mailing))
    lost = [address for address, state in states.items() if not (address in got or state in FINAL or address in held)]
    assert lost == []
    assert {address for address, state in states.items() if state not in FINAL} == held
    assert {address for address, state in states.items() if state == "sent"} <= set(got)
    assert max(got.values()) <= 2
    assert sum(count - 1 for count in got.values()) <= doubled_at_most
    ids: dict[str, set[str]] = {}
    for letter in taken:
        ids.setdefault(letter.recipient, set()).add(letter.message_id)
    assert {len(same) for same in ids.values()} == {1}
    return got


def send_among_faults(installation: Installation, cluster: Cluster | None, *, is_never_twice: bool = False) -> None:
    """Kill what sends, and crash the database, at random moments while the letters leave; then count."""
    faults = KILLS + (CRASHES if cluster else 0)
    marks = sorted(random.Random(20261126).sample(range(RECIPIENTS // 20, RECIPIENTS * 9 // 10), faults))
    with (
        Sink(wait=(0.0005, 0.003)) as sink,
        Operator(installation, EMAIL_URL=sink.url) as operator,
        processes(installation, is_embedded=cluster is None) as group,
    ):
        operator("people", count=RECIPIENTS)
        mailing = operator("mailing")
        if cluster:
            group.beat()
        sender = group.sender()
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
        most = WINDOW if faults < MANY else DOUBLED_IN_THE_MEAN
        got = check(sink, operator, mailing, doubled_at_most=0 if is_never_twice else most * faults)
        states = Counter(operator("addresses", mailing=mailing).values())
        assert sum(states.values()) == RECIPIENTS
        assert set(states) <= {"sent", "uncertain"}
        print(f"{faults} faults, {sum(got.values()) - len(got)} doubled, {states['uncertain']} held")  # noqa: T201
