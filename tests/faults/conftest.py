"""Installations that are hurt while they send: killed, frozen, robbed of their database and their broker."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.installation import SHELF, Installation, copy_of_template, digest_of_sources, free_port, template

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
HURRY = {"DELIVERY_LEASE_SECONDS": "2", "DELIVERY_BACK_OFF_FACTOR": "0.0001", "LOG_LEVEL": "ERROR"}


class Cluster:
    """A PostgreSQL server of our own, which can be crashed; its data lies in `folder`, where there may be some already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, arguments: str) -> None:
        """Run one of PostgreSQL's programs as its own user."""
        command = f"{PROGRAMS}/{program} -D {self.folder}/data {arguments}"
        subprocess.run(["su", "postgres", "-c", command], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        self.run("pg_ctl", f"-l {self.folder}/log -w -t 120 -o '-p {self.port} -k {self.folder}' start")

    def stop(self) -> None:
        """In good order: everything is on the disk."""
        self.run("pg_ctl", "-m fast -w -t 120 stop")

    def crash(self) -> None:
        """As after a power cut: nothing is finished; then it recovers."""
        self.break_off()
        self.start()

    def restart(self) -> None:
        """In good order, as for an upgrade: whoever is connected is sent away."""
        self.stop()
        self.start()

    def break_off(self) -> None:
        """It ends at once, in the middle of everything."""
        self.run("pg_ctl", "-m immediate -w -t 120 stop")


def own_folder() -> Path:
    """A new folder of the user postgres."""
    folder = Path(tempfile.mkdtemp(prefix="kampanj-cluster-"))
    shutil.chown(folder, "postgres")
    return folder


@functools.cache
def seeded_on_postgres() -> Path:
    """A folder with `data`, a server's files after migrations and demonstration content, and `installation`; made once."""
    require(PROGRAMS and os.geteuid() == 0, "A PostgreSQL of our own needs its programs and root.")
    template()
    finished = SHELF / f"{digest_of_sources()}.postgres"
    with (SHELF / "postgres-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            part = SHELF / f"{finished.name}.part"
            shutil.rmtree(part, ignore_errors=True)
            cluster = Cluster(own_folder())
            cluster.run("initdb", "-A trust -U postgres -E UTF8")
            cluster.start()
            installation = copy_of_template(part / "installation")
            installation.environment["DATABASE_URL"] = cluster.url
            installation.manage("migrate", "--verbosity", "0", timeout=900)
            installation.manage("seed_demo", timeout=900)
            cluster.stop()
            shutil.copytree(cluster.folder / "data", part / "data")
            shutil.rmtree(cluster.folder)
            part.rename(finished)
    return finished


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server of the module's own, with the demonstration content."""
    own = Cluster(own_folder())
    data = own.folder / "data"
    shutil.copytree(seeded_on_postgres() / "data", data)
    data.chmod(0o700)
    for file in (data, *data.rglob("*")):
        shutil.chown(file, "postgres", "postgres")
    own.start()
    yield own
    own.break_off()
    shutil.rmtree(own.folder)


def on_cluster(cluster: Cluster, broker: str, folder: Path) -> Installation:
    """An installation with this server and this broker; the database is shared by the module's tests, one mailing each."""
    shutil.copytree(seeded_on_postgres() / "installation", folder)
    return Installation(folder, {**HURRY, "DATABASE_URL": cluster.url, "BROKER_URL": broker})


@pytest.fixture
def on_postgres(cluster: Cluster, redis_url: str, tmp_path: Path) -> Installation:
    """PostgreSQL and Redis."""
    return on_cluster(cluster, redis_url, tmp_path / "installation")


@pytest.fixture
def on_rabbitmq(cluster: Cluster, rabbitmq_url: str, tmp_path: Path) -> Installation:
    """PostgreSQL and RabbitMQ."""
    return on_cluster(cluster, rabbitmq_url, tmp_path / "installation")


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installation:
    """Everything in one process."""
    installation = copy_of_template(tmp_path / "installation")
    installation.environment |= HURRY
    return installation
