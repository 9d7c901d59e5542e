"""`make bench-web`: what a page costs the reader and the server, beside a static file from the same server in the same run.

Three tables: what a reader's browser fetches for each page type (requests, bytes, script, cookies); what a page asks the
database (uncached and cached) and costs the application alone (CPU ms, no server around it); and requests per second with
the server's CPU per request, for kept pages, pages drawn anew and a static file, in alternating runs with the median of
the ratios. Prints figures, judges none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import Request, sync_playwright

from tests.installation import Installation, Running, copy_of_template

STATIC = "/static/kampanj/site.css"
CONNECTIONS = 4
# One page of each type that the demonstration has; found in the installation itself.
ONE_OF_EACH = """
import json
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page
chosen = {}
for page in Page.objects.live().filter(depth__gt=1, locale__language_code="sv").order_by("path").specific():
    chosen.setdefault(type(page).__name__, page.get_url_parts()[2])
print("PAGES", json.dumps(chosen))
"""
# What one page asks and costs inside the application; run in the installation's own environment.
APPLICATION = """
import json, sys, time
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
application = get_wsgi_application()
def call(path):
    environ = RequestFactory().get(path, headers={"host": "127.0.0.1"}).environ
    return b"".join(application(environ, lambda status, headers: None))
figures = {}
for name, path in PATHS.items():
    call(path); caches["pages"].clear(); call(path + "?warm=1")
    asked = []
    for _ in ("anew", "kept"):
        with CaptureQueriesContext(connection) as queries:
            call(path)
        asked.append(len(queries))  # At once: the next request empties Django's record.
    def cost(address, times):
        start = time.process_time()
        for _ in range(times):
            call(address)
        return (time.process_time() - start) * 1000 / times
    cost(path, 50)
    figures[name] = [*asked, cost(path + "?anew=1", 10), cost(path, 300)]
print("FIGURES", json.dumps(figures))
"""


@dataclass(frozen=True)
class Load:
    """One run: requests per second, and the server's CPU in milliseconds per request."""

    rate: float
    cpu: float


def one_of_each(installation: Installation) -> dict[str, str]:
    """Page type → path of one page of it."""
    return printed(installation, ONE_OF_EACH, "PAGES")


def printed(installation: Installation, code: str, mark: str) -> dict:  # type: ignore[type-arg]
    """The JSON that the code prints after `mark`, run in the installation's shell."""
    lines = installation.manage("shell", "--verbosity", "0", "--command", code).stdout.splitlines()
    return dict(json.loads(next(line for line in lines if line.startswith(mark))[len(mark) :]))


class Client(threading.Thread):
    """One keep-alive connection that asks for an address until the time is up; on the bare socket, for it must cost little."""

    def __init__(self, running: Running, path: str, *, until: float) -> None:
        super().__init__()
        host = urlsplit(running.url)
        self.address = (host.hostname or "", host.port or 80)
        self.request = f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode()
        self.until = until
        self.done = 0

    def run(self) -> None:
        """Ask, read the whole answer, count."""
        with socket.create_connection(self.address) as connection:
            while time.monotonic() < self.until:
                connection.sendall(self.request)
                self.read(connection)
                self.done += 1

    def read(self, connection: socket.socket) -> None:
        """One answer: its head, then as many bytes as it announces."""
        got = b""
        while b"\r\n\r\n" not in got:
            got += connection.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(head.decode(errors="replace"))
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        left = length - len(body)
        while left > 0:
            left -= len(connection.recv(min(left, 262144)))


def load(running: Running, path: str, seconds: float) -> Load:
    """Ask for `path` over several connections for `seconds`."""
    until = time.monotonic() + seconds
    clients = [Client(running, path, until=until) for _ in range(CONNECTIONS)]
    before, start = cpu_of(running.process.pid), time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    spent, took = cpu_of(running.process.pid) - before, time.monotonic() - start
    done = sum(client.done for client in clients)
    return Load(rate=done / took, cpu=spent * 1000 / done)


def cpu_of(pid: int) -> float:
    """CPU seconds that a process has used (Linux: proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def speed(running: Running, paths: dict[str, str], *, seconds: float, pairs: int) -> None:
    """Print requests per second: each page kept and drawn anew, bracketed by runs of the static file."""
    print(
        f"\n{CONNECTIONS} connections, {pairs} pairs of {seconds:g} s; ratio = this / static file {STATIC}, median of the pairs"
    )
    print(f"{'page':24}{'kept/s':>9}{'ratio':>8}{'CPU ms':>8}{'anew/s':>9}{'CPU ms':>8}{'static/s':>10}{'CPU ms':>8}")
    for name, path in paths.items():
        kept, floor = [], []
        load(running, path, 0.3)
        for _ in range(pairs):
            floor.append(load(running, STATIC, seconds))
            kept.append(load(running, path, seconds))
        anew = load(running, f"{path}?anew=1", seconds)
        ratio = statistics.median(k.rate / f.rate for k, f in zip(kept, floor, strict=True))
        middle = statistics.median
        print(
            f"{name:24}{middle(k.rate for k in kept):9.0f}{ratio:8.2f}{middle(k.cpu for k in kept):8.2f}"
            f"{anew.rate:9.0f}{anew.cpu:8.2f}{middle(f.rate for f in floor):10.0f}{middle(f.cpu for f in floor):8.2f}"
        )


def application(installation: Installation, paths: dict[str, str]) -> None:
    """Print questions to the database and CPU of the application alone."""
    code = f"PATHS = {paths!r}\n{APPLICATION}"
    print(f"\n{'page':24}{'queries anew':>14}{'kept':>6}{'CPU ms anew':>13}{'kept':>8}   (the application without a server)")
    for name, (anew, kept, cpu_anew, cpu_kept) in printed(installation, code, "FIGURES").items():
        print(f"{name:24}{anew:14}{kept:6}{cpu_anew:13.2f}{cpu_kept:8.3f}")


def weight(running: Running, paths: dict[str, str]) -> None:
    """Print what a browser with an empty cache fetches (Chromium, phone)."""
    print(f"\n{'page':24}{'requests':>9}{'kB':>8}{'pictures':>10}{'script':>8}{'cookies':>9}{'elsewhere':>11}   (kB as sent)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        for name, path in paths.items():
            context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
            page = context.new_page()
            sent: list[tuple[str, str, int]] = []
            page.on(
                "requestfinished",
                lambda request, sent=sent: sent.append(
                    (
                        request.url,
                        request.resource_type,
                        request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"],
                    )
                ),
            )
            page.goto(running.url + path, wait_until="networkidle")
            pictures = sum(size for _, kind, size in sent if kind == "image")
            script = sum(size for _, kind, size in sent if kind == "script")
            rest = sum(size for *_, size in sent) - pictures
            elsewhere = sum(not url.startswith(running.url) for url, *_ in sent)
            cookies = len(context.cookies())
            print(f"{name:24}{len(sent):9}{rest / 1000:8.1f}{pictures / 1000:10.1f}{script / 1000:8.1f}{cookies:9}{elsewhere:11}")
            context.close()
        browser.close()


def fetched(request: Request) -> tuple[str, str, int]:
    """A finished request: its address, its kind in Playwright's words, the bytes that came."""
    sizes = request.sizes()
    return request.url, request.resource_type, sizes["responseBodySize"] + sizes["responseHeadersSize"]


def chromium_path() -> str:
    """The system's Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise SystemExit("Chromium is not installed (Debian: apt-get install chromium).")
    return path


@contextmanager
def site() -> Iterator[tuple[Installation, Running]]:
    """A new installation with the demonstration content, started as its operator does."""
    with tempfile.TemporaryDirectory() as folder:
        installation = copy_of_template(Path(folder) / "installation")
        with installation.start() as running:
            yield installation, running


def main() -> None:
    """Measure and print."""
    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one run")
    parser.add_argument("--pairs", type=int, default=5)
    chosen = parser.parse_args()
    with site() as (installation, running):
        paths = one_of_each(installation)
        weight(running, paths)
        application(installation, paths)
        speed(running, paths, seconds=chosen.seconds, pairs=chosen.pairs)


if __name__ == "__main__":
    main()
