"""RabbitMQ for tests: a virtual host of a test's own on the machine's server."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator

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
