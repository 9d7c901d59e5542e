"""nginx with the project's own site file, on ports and in folders of a test's own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import require
from tests.deploy.units import DEPLOY
from tests.installation import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass
class Proxy:
    """A proxy's folder with its configuration; `port` speaks TLS, `plain_port` does not, `web_port` is where it asks."""

    folder: Path
    media: Path
    port: int
    plain_port: int
    web_port: int

    @property
    def log(self) -> Path:
        """What it has written about requests."""
        return self.folder / "kampanj.log"

    def command(self, *more: str) -> list[str]:
        assert NGINX
        return [NGINX, "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder), *more]

    def context(self) -> ssl.SSLContext:
        """Trusts its certificate."""
        return ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))


def laid(folder: Path, media: Path, *, site: str = "site.conf", web_port: int | None = None) -> Proxy:
    """The site's files of the project in `folder`, with the places and ports of a test in place of a server's."""
    require(NGINX, "nginx is not installed (Debian: apt-get install nginx-light).")
    folder.mkdir()
    proxy = Proxy(folder, media, free_port(), free_port(), web_port or free_port())
    certificate(folder)
    places = {
        "/etc/nginx/kampanj/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
        "/var/cache/nginx/kampanj": f"{folder}/cache",
        "/var/lib/kampanj/media/": f"{media}/",
        "/etc/letsencrypt/live/kampanj.example.org/": f"{folder}/",
        "/etc/nginx/tls/": f"{folder}/",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{proxy.web_port};",
        "server web:8000;": f"server 127.0.0.1:{proxy.web_port};",
        "listen 8443 ssl": f"listen 127.0.0.1:{proxy.port} ssl",
        "listen 8080;": f"listen 127.0.0.1:{proxy.plain_port};",
        "listen 443 ssl": f"listen 127.0.0.1:{proxy.port} ssl",
        "listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
        "listen [::]:443 ssl http2;": "",
        "listen [::]:80;": "",
        "server_name kampanj.example.org;": "server_name localhost;",
        "https://$host$request_uri": f"https://$host:{proxy.port}$request_uri",
    }
    for source, target in ((site, "site.conf"), ("http.conf", "http.conf"), ("locations.conf", "locations.conf")):
        text = (DEPLOY / "nginx" / source).read_text(encoding="utf-8")
        for before, after in places.items():
            text = text.replace(before, after)
        (folder / target).write_text(text, encoding="utf-8")
    user = "user root;" if Path("/proc/self").stat().st_uid == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    return proxy


def certificate(folder: Path) -> None:
    """A certificate for localhost, which signs itself."""
    making = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    making += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    making += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(making, check=True, capture_output=True)


@contextlib.contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    """nginx, from `with` to its end."""
    process = subprocess.Popen(proxy.command(), stdin=subprocess.DEVNULL, stderr=(proxy.folder / "stderr.log").open("wb"))
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", proxy.port), timeout=1):
                break
            assert process.poll() is None, (proxy.folder / "stderr.log").read_text()
            assert time.monotonic() < deadline, "nginx did not start"
            time.sleep(0.05)
        yield proxy
    finally:
        process.terminate()
        process.wait(timeout=30)
