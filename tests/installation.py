"""A whole installation in a folder of its own, run through `manage.py` in processes of its own, as an operator would.

`template()` builds one, migrated and with the demonstration content, and keeps it until the sources change; every worker's
test database and every `installation` fixture is a copy of it.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
SHELF = ROOT / ".pytest_cache" / "installations"
# What migrated tables are made of: migrations, and what every migrate does last unless it is there already.
OF_TABLES = (
    "requirements.txt",
    "kampanj/migrations",
    "kampanj/apps.py",
    "kampanj/municipality/roles.py",
    "kampanj/distribution/approval.py",
    "kampanj/audience/log/guard.py",
    "ung/migrations",
    "ung/apps.py",
)
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "CI")
START_SECONDS = 60
# The sizes of pictures are made at the first visit: once here, not in every test that rolls them back.
VISIT_EVERY_PAGE = """
from django.test import Client
from wagtail.models import Page
for page in Page.objects.live().filter(depth__gt=1):
    Client(HTTP_HOST="127.0.0.1").get(page.get_url_parts()[2])
"""
STOP_SECONDS = 30


@dataclass
class Running:
    """A `manage.py start` that answers at `url` (without a final slash)."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """Press Ctrl-C and demand that it ends cleanly."""
        stop(self.process, self.log, sign=signal.SIGINT)


@dataclass
class Installation:
    """An installation in `folder`; `environment` is all that its processes are given besides the folders."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def database(self) -> Path:
        """The SQLite file, unless DATABASE_URL points elsewhere."""
        return self.var / "kampanj.sqlite3"

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows that a statement gives in the installation's database, for good; `?` stands for a value."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database:
            answer = database.execute(question, values).fetchall()
            database.commit()
        return answer

    @property
    def outbox(self) -> Path:
        """Where captured letters lie when EMAIL_URL is empty."""
        return self.var / "outbox"

    def variables(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        """The whole environment of a process: nothing of ours leaks in but the paths."""
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        places = {"VAR_DIR": self.var, "MEDIA_ROOT": self.folder / "media", "ENV_FILE": self.folder / ".env"}
        return {**passed, **{name: str(path) for name, path in places.items()}, **self.environment, **(extra or {})}

    def manage(
        self, *arguments: str | Path, check: bool = True, env: dict[str, str] | None = None, timeout: float = 240
    ) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end; with `check` a failure fails the test with all that it printed."""
        command = [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=self.folder, env=self.variables(env), capture_output=True, text=True, timeout=timeout, check=False
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command[1:])} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def opened(self, log: Path, *line: str, env: dict[str, str], cwd: Path, **options: Any) -> subprocess.Popen[bytes]:
        """A process with this Python that goes on, and writes at the end of `log`; `options` as Popen has them."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *line],
                cwd=cwd,
                env=self.variables(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **options,
            )

    @contextlib.contextmanager
    def start(self, port: int | None = None, **env: str) -> Iterator[Running]:
        """`manage.py start` on `port` (a free one) until the block ends; then Ctrl-C, and exit code 0 is demanded."""
        port = port or free_port()
        log = self.folder / f"start-{port}.log"
        log.unlink(missing_ok=True)
        process = self.opened(log, str(ROOT / "manage.py"), "start", "--port", str(port), env=env, cwd=self.folder)
        running = Running(url=f"http://127.0.0.1:{port}", process=process, log=log)
        try:
            wait_until_it_answers(running)
            yield running
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.poll() is None:
            running.stop()

    @contextlib.contextmanager
    def background(self, *command: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
        """Another long process of the installation (a worker, beat, gunicorn): run with this Python's `-m`, ended by SIGTERM."""
        log = self.folder / f"{command[0]}-{time.monotonic_ns()}.log"
        process = self.opened(log, "-m", *command, env=env, cwd=ROOT)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def stop(process: subprocess.Popen[bytes], log: Path, *, sign: signal.Signals) -> None:
    """End a process by a signal; the test fails when it does not end in time or not with 0."""
    process.send_signal(sign)
    try:
        code = process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"It did not end within {STOP_SECONDS} s of {sign.name}:\n{log.read_text()}") from None
    assert code == 0, f"It ended with {code}:\n{log.read_text()}"


def free_port() -> int:
    """A TCP port on loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(running: Running) -> None:
    """Return when `/` answers with anything; fail when the process ends or takes longer than START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if running.process.poll() is not None:
            raise AssertionError(f"start ended with {running.process.returncode}:\n{running.log.read_text()}")
        try:
            with urllib.request.urlopen(running.url + "/", timeout=10):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"start did not answer within {START_SECONDS} s:\n{running.log.read_text()}")


@functools.cache
def template() -> Path:
    """The folder of the finished template: `bare.sqlite3`, `.env`, `var/` and `media/`. Built when the sources have changed."""
    SHELF.mkdir(parents=True, exist_ok=True)
    finished = SHELF / digest_of_sources()
    with (SHELF / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            made = build(SHELF / f"{finished.name}.part")
            for old in SHELF.iterdir():
                if old.is_dir() and old not in (made, finished) and time.time() - old.stat().st_mtime > 3600:
                    shutil.rmtree(old)
            made.rename(finished)
    return finished


def build(folder: Path) -> Path:
    """Migrate, keep a copy without content, then make the demonstration content."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_keys(folder)
    installation = Installation(folder)
    migrated(installation)
    shutil.copyfile(installation.database, folder / "bare.sqlite3")
    installation.manage("seed_demo")
    installation.manage("shell", "--command", VISIT_EVERY_PAGE)
    return folder


def write_keys(folder: Path) -> None:
    """The tests' own keys, so that hashes in what is made once are the same as those made by the tests."""
    (folder / ".env").write_text(f"SECRET_KEY={settings.SECRET_KEY}\nHASH_KEY={settings.HASH_KEY}\n")


def migrated(installation: Installation) -> None:
    """Every migration, which takes half a minute: once for as long as no migration changes. What follows them is done anew."""
    tables = SHELF / f"tables-{digest_of(*OF_TABLES)}.sqlite3"
    if tables.exists():
        installation.database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tables, installation.database)
    installation.manage("migrate", "--verbosity", "0")
    if not tables.exists():
        shutil.copyfile(installation.database, tables)


def migrated_on_postgres(server: psycopg.Connection, url: str) -> str:
    """The name of a database with every migration, to be copied: made once for as long as no migration changes."""
    name = f"kampanj_tables_{digest_of(*OF_TABLES)}"
    SHELF.mkdir(parents=True, exist_ok=True)
    with (SHELF / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f"DROP DATABASE IF EXISTS {name}_part WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}_part")
            with tempfile.TemporaryDirectory() as folder:
                Installation(Path(folder), environment={"DATABASE_URL": f"{url}/{name}_part"}).manage(
                    "migrate", "--verbosity", "0"
                )
            server.execute(f"ALTER DATABASE {name}_part RENAME TO {name}")
    return name


def digest_of_sources() -> str:
    """32 hexadecimal digits that change with anything that the template is made of."""
    return digest_of("config", "kampanj", "ung", "templates", "requirements.txt")


def digest_of(*places: str) -> str:
    """32 hexadecimal digits that change with any file in these places."""
    digest = hashlib.sha256(f"{sys.version}{settings.SECRET_KEY}{settings.HASH_KEY}".encode())
    for place in places:
        top = ROOT / place
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:32]


def copy_of_template(folder: Path) -> Installation:
    """A new installation in `folder`, with the demonstration content, on the stack that the run is told (`tests.stacks`)."""
    from tests import stacks  # It is made of what stands here.

    if stack := stacks.chosen():
        return stacks.ground.lay(folder, stack)
    shutil.copytree(template(), folder, ignore=shutil.ignore_patterns("bare.sqlite3", "cache"), dirs_exist_ok=True)
    return Installation(folder)
