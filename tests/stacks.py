"""What the installations of a test run stand on, chosen from outside.

Without KAMPANJ_STACK an installation is the embedded default: SQLite, everything in one process. KAMPANJ_STACK=postgres+redis
or postgres+rabbitmq, each also with +s3, makes every installation one as in production: a PostgreSQL database and a broker of
its own, with +s3 its files in buckets, and `start()` runs gunicorn, a worker and beat, each a process of its own. With Redis
what is cached lies there, too; with RabbitMQ in files, as on one machine.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import brokers, buckets
from tests.clusters import Cluster, seeded_on_postgres, started_with_content
from tests.deploy.units import command
from tests.installation import ROOT, SHELF, Installation, Running, digest_of_sources, free_port, wait_until_it_answers

BROKERS = ("redis", "rabbitmq")
NAMES = tuple(f"postgres+{broker}{files}" for broker in BROKERS for files in ("", "+s3"))
SETTINGS = "tests.stack_settings"
# A worker may finish the letters in hand (deploy/systemd: TimeoutStopSec).
END_SECONDS = 90


@dataclass(frozen=True)
class Stack:
    """A broker's name, and whether files lie in buckets."""

    broker: str
    has_buckets: bool

    @classmethod
    def named(cls, name: str) -> Stack:
        if name not in NAMES:
            raise pytest.UsageError(f"KAMPANJ_STACK is {name!r}. Write one of {', '.join(NAMES)}, or nothing.")
        return cls(broker=name.split("+")[1], has_buckets=name.endswith("+s3"))


def chosen() -> Stack | None:
    """What the whole run stands on; None for the embedded default."""
    name = os.environ.get("KAMPANJ_STACK", "")
    return Stack.named(name) if name else None


@dataclass
class InParts(Installation):
    """An installation as in production, at a `port` that stays the same, as its address does."""

    port: int = field(default_factory=free_port)

    @property
    def database(self) -> Path:
        pytest.skip("This looks into the SQLite file, and this stack has none.")

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as server:
            found = server.execute(question.replace("%", "%%").replace("?", "%s"), values)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []

    @contextlib.contextmanager
    def start(self, port: int | None = None, **env: str) -> Iterator[Running]:
        """gunicorn, a worker and beat until the block ends; then SIGTERM, and exit code 0 is demanded of each.

        They write into one log, as a journal has it.
        """
        assert port in (None, self.port), "The address of an installation in parts is chosen when it is made."
        log = self.folder / f"start-{self.port}.log"
        processes = {
            name: self.opened(log, "-m", *line, env=env, cwd=ROOT, start_new_session=True) for name, line in self._lines().items()
        }
        running = Running(url=f"http://127.0.0.1:{self.port}", process=processes["web"], log=log)
        try:
            wait_until_it_answers(running)
            yield running
            self._end(processes, log)
        finally:
            for process in processes.values():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _lines(self) -> dict[str, list[str]]:
        web = command("web", WEB_PROCESSES="2")
        web[web.index("127.0.0.1:8000")] = f"127.0.0.1:{self.port}"
        beat = command("beat")
        beat[beat.index("--schedule") + 1] = str(self.folder / "beat")
        # One for all queues; tests/deploy/test_production.py has one for each, as the units have.
        worker = ["celery", "-A", "config", "worker", "--loglevel", "WARNING"]
        return {"web": web, "worker": worker, "beat": beat}

    def _end(self, processes: dict[str, subprocess.Popen[bytes]], log: Path) -> None:
        for name, process in processes.items():
            assert process.poll() is None, f"{name} ended by itself with {process.returncode}:\n{log.read_text()}"
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for name, process in processes.items():
            try:
                code = process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise AssertionError(f"{name} did not end within {END_SECONDS} s of SIGTERM:\n{log.read_text()}") from None
            assert code == 0, f"{name} ended with {code}:\n{log.read_text()}"


class Ground:
    """The servers that installations of this process stand on: started when the first one needs them, ended by `clear`.

    What an installation has on them is given back by `give_back`: after each module, as its fixtures last no longer.
    """

    def __init__(self) -> None:
        self._servers = contextlib.ExitStack()
        self._taken = contextlib.ExitStack()
        self._cluster: Cluster | None = None
        self._redis: brokers.OwnRedis | None = None
        self._store = ""
        self._numbers = itertools.count()

    def clear(self) -> None:
        self._taken.close()
        self._servers.close()

    def give_back(self) -> None:
        self._taken.close()

    def lay(self, folder: Path, stack: Stack) -> InParts:
        """A new installation in `folder`, with the demonstration content."""
        shutil.copytree(seeded_on_postgres() / "installation", folder, dirs_exist_ok=True)
        laid = InParts(folder)
        (laid.var / "static").rmdir()
        (laid.var / "static").symlink_to(collected())
        name = f"stack_{uuid.uuid4().hex}"
        laid.environment |= {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "BASE_URL": f"http://127.0.0.1:{laid.port}",
            "DATABASE_URL": self._database(name),
            **self._broker(stack.broker),
        }
        if stack.has_buckets:
            self.put_into_buckets(laid)
        return laid

    def put_into_buckets(self, installation: Installation) -> None:
        """Its files move into the store, under a prefix of its own."""
        if not self._store:
            self._store = self._servers.enter_context(buckets.serving())
        prefix = uuid.uuid4().hex
        buckets.move(installation.folder / "media", self._store, bucket=buckets.PUBLIC, prefix=prefix)
        buckets.move(installation.var / "private", self._store, bucket=buckets.PRIVATE, prefix=prefix)
        installation.environment |= buckets.environment(self._store, public=prefix, private=prefix)

    def _database(self, name: str) -> str:
        if self._cluster is None:
            self._cluster = started_with_content()
            self._servers.callback(self._cluster.remove)
        address = f"{self._cluster.address}/template1"
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
        self._taken.callback(drop, address, name)
        return f"{self._cluster.address}/{name}"

    def _broker(self, broker: str) -> dict[str, str]:
        if broker == "rabbitmq":
            if not brokers.is_there():
                pytest.skip("RabbitMQ does not answer on 127.0.0.1:5672, or rabbitmqctl may not be used (root).")
            return {"BROKER_URL": self._taken.enter_context(brokers.virtual_host())}
        if self._redis is None:
            self._redis = self._servers.enter_context(brokers.OwnRedis())
        broker_url, cache_url = (f"{self._redis.address}/{next(self._numbers)}" for _ in range(2))
        return {"BROKER_URL": broker_url, "CACHE_URL": cache_url}


ground = Ground()


def drop(address: str, name: str) -> None:
    """The database is gone, whoever is still in it."""
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def collected() -> Path:
    """The folder of static files as production has them, under names made of what they hold; made once."""
    finished = SHELF / f"{digest_of_sources()}.static"
    if not finished.exists():
        part = Path(tempfile.mkdtemp(prefix="static-", dir=SHELF))
        gathering = Installation(part, {"DJANGO_SETTINGS_MODULE": SETTINGS})
        gathering.manage("collectstatic", "--noinput", "--verbosity", "0")
        with contextlib.suppress(OSError):  # Another process has been quicker.
            (part / "var" / "static").rename(finished)
        shutil.rmtree(part)
    return finished
