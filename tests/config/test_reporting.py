"""Errors and spans that leave the house, as the real libraries send them over HTTP: something broke, and nobody is named."""

from __future__ import annotations

import gzip
import http.server
import json
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import brotli
import pytest
from pytest_django import Settings

from config.checks import packages_are_there
from tests.installation import Installation

# A page that breaks because the database does, with secrets in its address, query string, headers and local variables.
BREAKING = """
import logging
from django.db import connection
from django.test import Client
from kampanj.municipality import keys
token = keys.signer("unsubscribe").sign("1.2")
with connection.cursor() as cursor:
    cursor.execute("DROP TABLE kampanj_searchtext")
client = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
client.cookies["sessionid"] = "kaka-hemlig"
answer = client.get("/sok/?q=hemlig-fraga", HTTP_AUTHORIZATION="Bearer hemlig-bearer", HTTP_X_FORWARDED_FOR="192.0.2.99")
assert answer.status_code == 500, answer.status_code
client.get(f"/avregistrera/{token}/")
try:
    address = "anna.hemlig@example.org"
    raise ValueError(f"no such person: {address}")
except ValueError:
    logging.getLogger("kampanj").exception("could not write to %s, see https://example.org/skolpaket/%s/", address, token)
print("TOKEN", token.rpartition(".")[2])
import sentry_sdk
sentry_sdk.flush(10)
"""
SPANS = """
from django.test import Client
from kampanj.municipality import keys, tracing
from opentelemetry import trace
from config import telemetry
token = keys.signer("unsubscribe").sign("1.2")
Client(HTTP_HOST="127.0.0.1").get(f"/avregistrera/{token}/?q=hemlig-fraga")
from kampanj.distribution.tasks import tick
tick.apply()
telemetry._tracer.span_processor.force_flush()
print("TOKEN", token.rpartition(".")[2])
"""


@dataclass
class Collector:
    """An HTTP server on loopback that keeps every body that it is sent, unpacked."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def all(self) -> str:
        return b"\n".join(self.bodies).decode(errors="replace")


@pytest.fixture
def collector() -> Iterator[Collector]:
    kept = Collector()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            encoding = self.headers.get("Content-Encoding", "")
            unpack = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress}.get(encoding, bytes)
            kept.bodies.append(unpack(body))
            kept.paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield kept
        server.shutdown()


def token_of(printed: str) -> str:
    return printed.split("TOKEN ")[1].split()[0]


def test_errors_are_reported_without_anybody(installation: Installation, collector: Collector) -> None:
    environment = {"SENTRY_DSN": f"http://key@{collector.url}/1"}
    done = installation.manage("shell", "--verbosity", "0", "--command", BREAKING, env=environment)
    sent = collector.all
    assert "OperationalError" in sent
    assert "no such table: kampanj_searchtext" in sent
    assert "ValueError" in sent
    assert "request_id" in sent
    secrets = ("hemlig", "anna", "kaka", "192.0.2.99", token_of(done.stdout), "sessionid", '"vars"', "Bearer")
    lines = [line for line in sent.splitlines() if '"exception"' in line or '"logentry"' in line]
    assert lines
    assert [secret for secret in secrets if any(secret in without_source(line) for line in lines)] == []


def without_source(line: str) -> str:
    """The event without the lines of our own source code around the fault: they are the same for everybody."""
    event = json.loads(line)
    for exception in event.get("exception", {}).get("values", ()):
        for frame in exception.get("stacktrace", {}).get("frames", ()):
            for name in ("pre_context", "context_line", "post_context"):
                frame.pop(name, None)
    return json.dumps(event)


def test_spans_hold_routes_and_nothing_of_the_address(installation: Installation, collector: Collector) -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.url}"}
    done = installation.manage("shell", "--verbosity", "0", "--command", SPANS, env=environment)
    assert set(collector.paths) == {"/v1/traces"}
    sent = collector.all
    assert "/avregistrera/<str:token>/" in sent
    assert "kampanj.distribution.tasks.tick" in sent
    assert token_of(done.stdout) not in sent
    assert "hemlig" not in sent


@pytest.mark.parametrize(
    ("variable", "module", "key"),
    [
        ("SENTRY_DSN", "sentry_sdk", "config.E001"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry.sdk", "config.E002"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry.exporter.otlp.proto.http", "config.E002"),
    ],
)
def test_a_variable_without_its_package_is_an_error_with_a_way_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, variable: str, module: str, key: str
) -> None:
    assert packages_are_there(None) == []
    setattr(settings, variable, "https://example.org")
    assert packages_are_there(None) == []
    monkeypatch.setitem(sys.modules, module, None)
    (found,) = packages_are_there(None)
    assert found.id == key
    assert variable in found.msg
    assert "pip install" in str(found.hint)
