"""Installations that are hurt while they send: killed, frozen, robbed of their database and their broker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.conftest import require
from tests.installation import Installation, copy_of_template, free_port

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
HURRY = {"DELIVERY_LEASE_SECONDS": "2", "DELIVERY_BACK_OFF_FACTOR": "0.0001", "LOG_LEVEL": "ERROR"}


class Cluster:
    """A PostgreSQL server of our own, which can be crashed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, arguments: str) -> None:
        """Run one of PostgreSQL's programs as its own user."""
        command = f"{PROGRAMS}/{program} -D {self.folder}/data {arguments}"
        subprocess.run(["su", "postgres", "-c", command], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        self.run("pg_ctl", f"-l {self.folder}/log -w -o '-p {self.port} -k {self.folder}' start")

    def crash(self) -> None:
        """As after a power cut: nothing is finished; then it recovers."""
        self.run("pg_ctl", "-m immediate -w stop")
        self.start()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One cluster for all tests here."""
    require(PROGRAMS and os.geteuid() == 0, "A PostgreSQL of our own needs its programs and root.")
    folder = Path(tempfile.mkdtemp(prefix="kampanj-cluster-"))
    shutil.chown(folder, "postgres")
    own = Cluster(folder)
    own.run("initdb", "-A trust -U postgres -E UTF8")
    own.start()
    yield own
    own.run("pg_ctl", "-m immediate stop")
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def seeded(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demonstration content on PostgreSQL, made once."""
    installation = copy_of_template(tmp_path_factory.mktemp("postgres") / "installation")
    installation.environment |= {"DATABASE_URL": cluster.url}
    installation.manage("migrate", "--verbosity", "0")
    installation.manage("seed_demo")
    return installation


@pytest.fixture
def on_postgres(seeded: Installation, redis_url: str) -> Installation:
    """PostgreSQL and Redis; the database is shared by the tests, one mailing each."""
    seeded.environment |= {**HURRY, "BROKER_URL": redis_url}
    seeded.environment.pop("DELIVERY_NEVER_TWICE", None)
    return seeded


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installation:
    """Everything in one process."""
    installation = copy_of_template(tmp_path / "installation")
    installation.environment |= HURRY
    return installation


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
        os.kill(member, sign)


def forget_broker(url: str) -> None:
    """Everything in the broker is gone."""
    with redis.Redis.from_url(url) as broker:
        broker.flushdb()
