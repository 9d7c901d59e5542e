"""PostgreSQL servers of the tests' own, with the demonstration content: they can be crashed, and nothing of them stays."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.installation import SHELF, VISIT_EVERY_PAGE, Installation, digest_of_sources, free_port, write_keys

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


class Cluster:
    """A server whose data lies in `folder`, where there may be some already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}"
        self.url = f"{self.address}/postgres"

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

    def remove(self) -> None:
        """End it, and nothing of it is left."""
        self.break_off()
        shutil.rmtree(self.folder)


def own_folder() -> Path:
    """A new folder of the user postgres."""
    folder = Path(tempfile.mkdtemp(prefix="kampanj-cluster-"))
    shutil.chown(folder, "postgres")
    return folder


@functools.cache
def seeded_on_postgres() -> Path:
    """A folder with `data`, a server's files after migrations and demonstration content, and `installation`; made once."""
    if not (PROGRAMS and os.geteuid() == 0):
        pytest.skip("A PostgreSQL of our own needs its programs and root.")
    SHELF.mkdir(parents=True, exist_ok=True)
    finished = SHELF / f"{digest_of_sources()}.cluster"
    with (SHELF / "cluster-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            part = SHELF / f"{finished.name}.part"
            shutil.rmtree(part, ignore_errors=True)
            cluster = Cluster(own_folder())
            cluster.run("initdb", "-A trust -U postgres -E UTF8")
            cluster.start()
            installation = Installation(part / "installation", {"DATABASE_URL": cluster.url})
            installation.folder.mkdir(parents=True)
            write_keys(installation.folder)
            installation.manage("migrate", "--verbosity", "0", timeout=900)
            installation.manage("seed_demo", timeout=900)
            installation.manage("shell", "--command", VISIT_EVERY_PAGE, timeout=900)
            shutil.rmtree(installation.var / "pages", ignore_errors=True)
            cluster.stop()
            shutil.copytree(cluster.folder / "data", part / "data")
            shutil.rmtree(cluster.folder)
            part.rename(finished)
    return finished


def started_with_content() -> Cluster:
    """A running server with the demonstration content in its database `postgres`; `remove` it afterwards."""
    own = Cluster(own_folder())
    data = own.folder / "data"
    shutil.copytree(seeded_on_postgres() / "data", data)
    data.chmod(0o700)
    for file in (data, *data.rglob("*")):
        shutil.chown(file, "postgres", "postgres")
    own.start()
    return own
