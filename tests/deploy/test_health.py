"""`/halsa/live` and `/halsa/redo`: what they answer when all is well, and when something fails or hangs."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from config.health.middleware import HEADERS, LIVE, READY
from tests.installation import Installation, free_port

PASSWORD = "hemligare-an-hemligt"


def ask(port: int, path: str) -> tuple[int, dict[str, Any], Any]:
    """Status, JSON and headers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, json.loads(answer.read()), answer.headers
    except urllib.error.HTTPError as fault:
        return fault.code, json.loads(fault.read()), fault.headers


def ask_until(port: int, **expected: str) -> dict[str, Any]:
    """Ask whether it is ready until the parts answer so: on a busy machine a part may hang before it works."""
    deadline = time.monotonic() + 120
    while True:
        status, said, _headers = ask(port, READY)
        assert status == 503
        assert said["status"] == "fails"
        if {name: said["checks"][name] for name in expected} == expected:
            return said
        assert time.monotonic() < deadline, said
        time.sleep(0.3)


@contextlib.contextmanager
def web(installation: Installation, **environment: str) -> Iterator[int]:
    """gunicorn alone, once it lives; its port."""
    port = free_port()
    # Patient: a busy machine may take a minute to load us.
    command = ("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--timeout", "300")
    with installation.background(*command, **environment):
        deadline = time.monotonic() + 180
        while True:
            with contextlib.suppress(OSError):
                ask(port, LIVE)
                break
            assert time.monotonic() < deadline, "gunicorn did not start"
            time.sleep(0.1)
        yield port


@contextlib.contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word; its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


def base(installation: Installation) -> Installation:
    """Plain HTTP, as the embedded default, but in gunicorn."""
    installation.environment["DJANGO_SETTINGS_MODULE"] = "config.settings.base"
    return installation


@pytest.mark.parametrize("method", ["get", "head"])
def test_life_asks_nothing_and_nobody(
    method: str, client: Client, settings: Any, django_assert_num_queries: Any, db: None
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    with django_assert_num_queries(0):
        answer = getattr(client, method)(LIVE, headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


def test_nothing_can_be_sent_there(client: Client) -> None:
    assert client.post(READY).status_code == 405
    assert client.post(LIVE).status_code == 405


def test_one_process_is_ready_once_it_ticks(installation: Installation) -> None:
    with installation.start() as running:
        port = int(running.url.rpartition(":")[2])
        deadline = time.monotonic() + 120
        while (asked := ask(port, READY))[0] != 200:
            assert time.monotonic() < deadline, asked
            time.sleep(0.2)
        _status, said, headers = asked
    assert said == {"status": "ok", "checks": dict.fromkeys(said["checks"], "ok")}
    assert set(said["checks"]) == {"database", "migrations", "broker", "storage", "clock", "deliveries"}
    assert headers["Cache-Control"] == "no-store"
    assert "/halsa/" not in running.log.read_text()
    assert list((installation.var / "private" / "halsa").iterdir()) == []


def test_what_fails_is_named_and_told_once(installation: Installation) -> None:
    closed = f"redis://:{PASSWORD}@127.0.0.1:{free_port()}/0"
    with web(base(installation), BROKER_URL=closed) as port:
        for _ in range(3):
            # Nobody has ever ticked in this installation.
            said = ask_until(port, broker="fails", clock="fails", database="ok", migrations="ok", storage="ok")
            assert PASSWORD not in json.dumps(said)
            time.sleep(2.1)  # Longer than the answer is kept.
        assert ask(port, LIVE)[0] == 200
    (log,) = installation.folder.glob("gunicorn-*.log")
    text = log.read_text()
    assert text.count("broker: ") == 1
    assert PASSWORD not in text
    assert "Service Unavailable" not in text


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_hangs_does_not_hang_the_answer(scheme: str, installation: Installation) -> None:
    with silent_server() as silent, web(base(installation), BROKER_URL=f"{scheme}://127.0.0.1:{silent}/") as port:
        for _ in range(2):
            began = time.monotonic()
            status, said, _headers = ask(port, READY)
            # The promise is three seconds; a busy machine may take its time.
            assert time.monotonic() - began < 30
            assert status == 503
            assert said["checks"]["broker"] in ("hangs", "fails")
        ask_until(port, database="ok", storage="ok")


def test_a_database_that_is_away_or_old_is_named(installation: Installation) -> None:
    gone = f"postgresql://kampanj:{PASSWORD}@127.0.0.1:{free_port()}/kampanj"
    with web(base(installation), DATABASE_URL=gone) as port:
        ask_until(port, database="fails", migrations="fails", storage="ok")
        assert ask(port, LIVE)[0] == 200
    empty = f"sqlite:///{installation.folder}/empty.sqlite3"
    with web(base(installation), DATABASE_URL=empty) as port:
        ask_until(port, database="ok", migrations="fails")
