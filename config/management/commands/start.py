"""Everything in one process: web server, worker and beat as threads. The embedded default."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from types import FrameType
from typing import Any

from celery.beat import Scheduler, Service
from celery.worker import WorkController
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _
from waitress.server import create_server

from config.celery import app
from kampanj.content import page_cache
from kampanj.distribution import pump

logger = logging.getLogger("config.start")

HOST = "127.0.0.1"
# One hand each for the pump and for errands (`kampanj.municipality.hands`: never more than one of either in a process), and one
# for the clock, which neither must keep waiting.
HANDS = 3


class Command(BaseCommand):
    """start [--port N]"""

    help = "Runs web server, worker and beat in one process. Ctrl-C ends it cleanly; a restart resumes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            port = options["port"]
            if not 0 < port < 65536:
                raise CommandError(_("There is no port %(port)s. Choose one from 1 to 65535 with --port.") % {"port": port})
            self._check_database()
            self._take_address(port)
            server = self._listen(port)
            page_cache.purge()  # What was kept before may have been drawn by other code, at another address.
            if not settings.BASE_URL_IS_SET:
                settings.PORT_FILE.write_text(f"{port}\n")  # Only now: the port may be another installation's.
            hands = Hands()
            hands.start()
            # SIGINT too: a shell that starts us in the background has it ignored, and Python then leaves it so.
            for sign in (signal.SIGINT, signal.SIGTERM):
                signal.signal(sign, _leave)
            self.stdout.write(
                _("Kampanj runs at %(url)s (the desk: %(url)s/admin/). Stop with Ctrl-C.") % {"url": settings.BASE_URL}
            )
            self.stdout.flush()
        try:
            server.run()
        finally:
            server.close()
            self.stdout.write("")
            hands.stop()

    def _check_database(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(_("The database is not up to date. Run “manage.py migrate” first."))
        connection.close()

    def _take_address(self, port: int) -> None:
        """Without BASE_URL the site's address is this port."""
        if not settings.BASE_URL_IS_SET:
            settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = f"http://{HOST}:{port}"
            settings.CSRF_TRUSTED_ORIGINS = [settings.BASE_URL]

    def _listen(self, port: int) -> Any:
        try:
            return create_server(bodiless_for_head(get_wsgi_application()), host=HOST, port=port, threads=8, ident=None)
        except OSError as fault:
            raise CommandError(
                _("Port %(port)s cannot be used (%(fault)s). Choose another with --port.")
                % {"port": port, "fault": fault.strerror}
            ) from fault


def bodiless_for_head(application: Any) -> Any:
    """The WSGI application with an empty body for HEAD (RFC 9110, 9.3.2): waitress sends whatever it is given."""

    def answering(environ: dict[str, Any], start_response: Any) -> Any:
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        if hasattr(body, "close"):
            body.close()
        return []

    return answering


def _leave(number: int, frame: FrameType | None) -> None:
    """Ctrl-C and SIGTERM end the process cleanly."""
    raise SystemExit(0)


class Hands:
    """Celery's worker and beat as threads of this process."""

    def __init__(self) -> None:
        # One worker for all queues: Celery keeps the choice of queues on the app, so a second worker would take the first one's.
        self._worker = WorkController(
            app=app,
            hostname=f"start@{socket.gethostname()}",
            pool="threads",
            concurrency=HANDS,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        self._beat = Service(app, scheduler_cls=Scheduler)
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every thread; they are daemons, so that a fault in one never keeps the process from ending."""
        for name, run in [("worker", self._worker.start), ("beat", self._beat.start)]:
            thread = threading.Thread(target=run, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Finish the letters in hand, give the rest back, end the threads."""
        pump.stopping.set()
        self._beat.stop(wait=False)
        self._worker.stop()
        for thread in self._threads:
            thread.join(timeout=10)
