"""What the operator's guide installs, run for real: gunicorn, a worker for each queue, beat and nginx, as the units say."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.deploy.proxy import Proxy, laid, running
from tests.deploy.units import command
from tests.faults.processes import check, is_done, wait_for
from tests.installation import Installation, free_port
from tests.operating import Operator
from tests.sink import Sink

PEOPLE = 40
SECRET = "jag-vet-inte-vem"
OF_UPLOADS = (
    *("Cache-Control", "Content-Disposition", "Content-Security-Policy", "Content-Type", "Cross-Origin-Opener-Policy"),
    *("Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options"),
)
FILES = {"bild.png": b"\x89PNG\r\n", "blad.pdf": b"%PDF-1.7", "sida.html": b"<script>", "data.bin": b"\0", "bok.svg": b"<svg/>"}


class Reader:
    """Asks through the proxy."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy

    def __call__(self, path: str, *, method: str = "GET", body: bytes | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        link = http.client.HTTPSConnection("localhost", self.proxy.port, context=self.proxy.context(), timeout=60)
        with contextlib.closing(link):
            link.request(method, path, body=body)
            answer = link.getresponse()
            return answer, answer.read()

    def plainly(self, path: str) -> http.client.HTTPResponse:
        """Without TLS."""
        link = http.client.HTTPConnection("localhost", self.proxy.plain_port, timeout=60)
        with contextlib.closing(link):
            link.request("GET", path)
            return link.getresponse()

    def is_ready(self) -> bool:
        """Whether all works; on a busy machine the application may take longer to load than a reader waits."""
        with contextlib.suppress(OSError):
            return self("/halsa/redo")[0].status == 200
        return False


@contextlib.contextmanager
def everything(site: Installation, web_port: int) -> Iterator[None]:
    """The five processes of the units."""
    with contextlib.ExitStack() as stack:
        gunicorn = command("web", WEB_PROCESSES="2")
        gunicorn[gunicorn.index("127.0.0.1:8000")] = f"127.0.0.1:{web_port}"
        stack.enter_context(site.background(*gunicorn))
        for queue in ("clock", "mail", "roster"):
            stack.enter_context(site.background(*command("worker", instance=queue)))
        beat = command("beat")
        beat[beat.index("--schedule") + 1] = str(site.folder / "beat")
        stack.enter_context(site.background(*beat))
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("broker", ["redis_url", "rabbitmq_url"])
def test_the_documented_processes_serve_and_send(
    broker: str, production: Callable[..., Installation], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    proxy = laid(tmp_path / "nginx", tmp_path / "installation" / "media", web_port=free_port())
    with Sink() as sink:
        site = production(broker=request.getfixturevalue(broker), port=proxy.port, EMAIL_URL=sink.url)
        site.manage("collectstatic", "--noinput", "--verbosity", "0")
        for name, content in FILES.items():
            (proxy.media / name).write_bytes(content)
        with everything(site, proxy.web_port), running(proxy), Operator(site) as operator:
            read = Reader(proxy)
            wait_for(read.is_ready, "readiness")
            letters_arrive(operator, sink)
            pages_are_served(read)
            files_have_the_headers_of_the_embedded_default(read)
            what_is_too_large_is_refused(read)
            the_log_names_nobody(read)
            doctor = site.manage("doctor", "--json", check=False)
        told = json.loads(doctor.stdout)
        wrong = {one["check"]: one["text"] for one in told["findings"] if one["level"] == "error"}
        assert wrong == {}, wrong
        assert doctor.returncode == 0


def letters_arrive(operator: Operator, sink: Sink) -> None:
    operator("people", count=PEOPLE)
    mailing = operator("mailing")
    wait_for(lambda: is_done(operator, mailing), "the mailing")
    assert len(check(sink, operator, mailing, doubled_at_most=0)) == PEOPLE


def pages_are_served(read: Reader) -> None:
    page, body = read("/")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    style = re.search(r'href="(/static/[^"]+\.css)"', body.decode())
    assert style
    static, _body = read(style.group(1))
    assert static.status == 200
    assert "immutable" in static.headers["Cache-Control"]
    moved = read.plainly("/ung/?a=b")
    assert (moved.status, moved.headers["Location"]) == (301, f"https://localhost:{read.proxy.port}/ung/?a=b")
    assert read("/admin/login/")[0].status == 200
    assert read("/halsa/live")[0].status == 200


def embedded(folder: Path, name: str) -> dict[str, str | None]:
    """The headers of the embedded default that matter, with all middleware."""
    with override_settings(MEDIA_ROOT=folder):
        answer = Client().get(f"/media/{name}")
    assert answer.status_code == 200
    return {header: answer.headers.get(header) for header in OF_UPLOADS}


def comparable(value: str | None) -> list[str]:
    """A header's parts in any order; a picture that is shown may be said to be inline, with its name, or not."""
    parts = (part.strip() for part in (value or "").split(";"))
    return sorted(part for part in parts if part and not part.startswith(("inline", "filename=")))


def files_have_the_headers_of_the_embedded_default(read: Reader) -> None:
    """What nginx says of an upload is what our own view says."""
    for name in FILES:
        answer, _body = read(f"/media/{name}")
        assert answer.status == 200, name
        for header, value in embedded(read.proxy.media, name).items():
            assert comparable(answer.headers[header]) == comparable(value), (name, header)
    assert read("/media/documents/hemligt.pdf")[0].status == 404
    assert read("/media/")[0].status == 404
    assert read("/media/finns-inte.png")[0].status == 404


def what_is_too_large_is_refused(read: Reader) -> None:
    assert read("/tyck-till/1/", method="POST", body=b"x" * 3_000_000)[0].status == 413
    assert read("/admin/login/", method="POST", body=b"x" * 3_000_000)[0].status != 413


def the_log_names_nobody(read: Reader) -> None:
    read(f"/sok/?q={SECRET}")
    read(f"/avregistrera/{SECRET}/")
    read(f"/skolpaket/{SECRET}/plattform/")
    read("/ung/")
    deadline = time.monotonic() + 30
    while '"GET /ung/"' not in (log := read.proxy.log.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert SECRET not in log
    assert "127.0.0.1" not in log
    assert "/halsa/" not in log
    assert '"GET /avregistrera/..." ' in log
