"""Brokers for tests: a virtual host of a test's own on the machine's RabbitMQ, or a Redis that nobody else uses."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator

import pytest
import redis

from tests.installation import free_port

PORT = 5672
CONTROL = shutil.which("rabbitmqctl") or shutil.which("rabbitmqctl", path="/usr/sbin")


def is_there() -> bool:
    """Whether a RabbitMQ that we may rule runs on this machine."""
    if not CONTROL or os.geteuid() != 0:
        return False
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=3):
        return True
    return False


@contextlib.contextmanager
def virtual_host() -> Iterator[str]:
    """BROKER_URL of a new virtual host, which is gone afterwards with all that is in it."""
    name = f"kampanj-{uuid.uuid4().hex}"
    control("add_vhost", name)
    try:
        control("set_permissions", "--vhost", name, "guest", ".*", ".*", ".*")
        yield f"amqp://guest:guest@127.0.0.1:{PORT}/{name}"
    finally:
        control("delete_vhost", name)


def control(*words: str) -> str:
    """A command of RabbitMQ's own; what it prints."""
    assert CONTROL
    return subprocess.run([CONTROL, "--quiet", *words], check=True, capture_output=True, text=True, cwd="/", timeout=120).stdout


class OwnRedis:
    """A Redis with many databases that keeps nothing on the disk: when it comes back, every task that waited is gone."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if not program:
            pytest.skip("redis-server is not installed (Debian: apt-get install redis-server).")
        self.port = free_port()
        self.address = f"redis://127.0.0.1:{self.port}"
        line = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--databases", "1024"]
        self._line = [*line, "--save", "", "--appendonly", "no", "--dir", tempfile.gettempdir()]

    def __enter__(self) -> OwnRedis:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """It answers when this returns."""
        self._process = subprocess.Popen(self._line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(redis.ConnectionError), redis.Redis(port=self.port) as asking:
                asking.ping()
                return
            assert time.monotonic() < deadline, "Redis did not start."
            time.sleep(0.05)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        self.kill()
        self.start()
