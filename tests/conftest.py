"""What every test shares: the database with the demonstration content, the client that checks pages, and real services.

A test that needs PostgreSQL, Redis, Chromium or the schemas skips with a reason where they are absent; with CI=true every
skip is a failure.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
import redis
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connections
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real
from playwright.sync_api import Browser, expect

from config import translations
from kampanj.audience.log import guard
from tests import brokers, pages, stacks
from tests.chromium import chromium_path, launched
from tests.installation import ROOT, Installation, copy_of_template, migrated_on_postgres, template
from tests.mailserver import MailServer, serve

IN_CI = os.environ.get("CI") == "true"
OURS = ("config", "kampanj", "ung")
# What a page is waited for: only a fault takes so long, a busy machine does not.
EXPECT_MILLISECONDS = 30_000
POSTGRES = "postgresql://postgres@127.0.0.1:5432"
REDIS = "redis://127.0.0.1:6379"


def require(found: object, reason: str) -> None:
    """Skip with `reason` unless `found`; in CI the skip becomes a failure (see `pytest_runtest_makereport`)."""
    if not found:
        pytest.skip(reason)


# --- The whole run ---------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """The pages are tested as readers see them: compile the catalogs that are missing or old.

    An example takes as long as it takes: a busy machine is no defect. A stack that nobody knows ends the run before it begins.
    """
    stacks.chosen()
    hypothesis.settings.register_profile("kampanj", deadline=None, derandomize=IN_CI)
    hypothesis.settings.load_profile("kampanj")
    if translations.compile_old():
        trans_real._translations.clear()
        trans_real._default = None


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers of this process, and remove the folder that `config.settings.test` made for it."""
    stacks.ground.clear()
    if settings.VAR_DIR.parent.name.startswith("kampanj-test-"):
        connections.close_all()
        shutil.rmtree(settings.VAR_DIR.parent, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """In CI nothing may be skipped: what is missing there is missing in `.ci/run`."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = (
            f"Skipped, which CI does not allow: {report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr}"
        )
    return report


# --- The database ----------------------------------------------------------------------------------------------------


class TestDatabase:
    """This worker's SQLite file: a copy of the template, laid anew when a test asks for another or has committed to it."""

    __test__ = False

    def __init__(self) -> None:
        self.loaded = ""
        self.is_dirty = False
        self.numbers = itertools.count(1)

    def load(self, kind: str) -> None:
        """Lay the file `kind` (demo or bare), unless it lies there untouched."""
        if self.loaded == kind and not self.is_dirty:
            return
        shared_by_threads = connections.settings["default"]
        old = Path(shared_by_threads["NAME"])
        assert settings.VAR_DIR in old.parents, f"The tests' database must be their own file, not {old}."
        connections.close_all()
        # A new name each time: a thread that still has the old file open can then do the new one no harm.
        target = settings.VAR_DIR / f"tests-{next(self.numbers)}.sqlite3"
        shutil.copyfile(template() / ("bare.sqlite3" if kind == "bare" else "var/kampanj.sqlite3"), target)
        shared_by_threads["NAME"] = str(target)
        for leftover in old.parent.glob(f"{old.name}*"):
            leftover.unlink()
        if not self.loaded:
            for store in ("var/private", "media"):
                place = settings.MEDIA_ROOT if store == "media" else settings.VAR_DIR / "private"
                if (template() / store).exists():
                    shutil.copytree(template() / store, place, dirs_exist_ok=True)
        ContentType.objects.clear_cache()
        self.loaded, self.is_dirty = kind, False

    def let_flush(self) -> None:
        """Take away the guard against deleting from the audience's log: flushing deletes row by row on SQLite."""
        with contextlib.closing(sqlite3.connect(connections.settings["default"]["NAME"])) as file:
            file.execute(f"DROP TRIGGER IF EXISTS {guard.NO_DELETE}")


database = TestDatabase()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> None:
    """In place of pytest-django's: the file is laid by `pytest_runtest_setup`, migrated and seeded once for all workers."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the fixtures: lay the database that this test asks for."""
    if uses_database(item):
        database.load("bare" if item.get_closest_marker("bare") else "demo")
        if commits(item):
            database.let_flush()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Any:
    """A test that commits leaves a flushed database behind: the next one gets a new copy."""
    result = yield
    if commits(item):
        database.is_dirty = True
    return result


def uses_database(item: pytest.Item) -> bool:
    """Whether the test may reach the database at all."""
    names = {"db", "transactional_db", "django_db_setup", "live_server"}
    return item.get_closest_marker("django_db") is not None or not names.isdisjoint(getattr(item, "fixturenames", ()))


def commits(item: pytest.Item) -> bool:
    """Whether the test runs outside a transaction that is rolled back."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or not {"transactional_db", "live_server"}.isdisjoint(
        getattr(item, "fixturenames", ())
    )


@pytest.fixture(autouse=True)
def own_language() -> None:
    """No test speaks the language that the last request of another left behind."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def empty_caches() -> None:
    """No test sees what another has cached."""
    for cache in caches.all():
        cache.clear()


# --- Clients ---------------------------------------------------------------------------------------------------------


class PageClient(Client):
    """Django's client; every HTML page of ours that it fetches is checked by `tests.pages`."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        check_page(response, request)
        return response


def check_page(response: HttpResponseBase, request: dict[str, Any]) -> None:
    """Fail when the response is a page of ours that breaks the rules; within Wagtail's frame only some of them hold.

    A file to download is no page.
    """
    is_file = response.streaming or response.headers.get("Content-Disposition", "").startswith("attachment")
    if is_file or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    body = response.content  # type: ignore[attr-defined]
    html = (gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body).decode()
    if not html.strip():
        return
    where = f"{request.get('REQUEST_METHOD', 'GET')} {request.get('PATH_INFO')} ({response.status_code})"
    if not str(request.get("PATH_INFO", "")).startswith(reverse("wagtailadmin_home")):
        pages.assert_good(html, where=where)
    elif "<html" in html and is_our_view(response):
        found = pages.desk_faults(html)
        assert not found, f"{where}:\n  " + "\n  ".join(found)


def is_our_view(response: Any) -> bool:
    """Whether the page is drawn by a template of ours (and not by one of Wagtail's)."""
    names = getattr(response, "template_name", None) or ()
    return any(name.split("/")[0] in OURS for name in ([names] if isinstance(names, str) else names))


@pytest.fixture
def client() -> PageClient:
    """An anonymous reader, checking every page it fetches."""
    return PageClient()


@pytest.fixture
def page_client() -> type[PageClient]:
    """The client's class, for tests that need several readers."""
    return PageClient


@pytest.fixture
def admin_client(admin_user: Any) -> PageClient:
    """A superuser's client, checking every page of ours it fetches."""
    logged_in = PageClient()
    logged_in.force_login(admin_user)
    return logged_in


# --- Whole installations and real services ---------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def own_ground() -> Iterator[None]:
    """What a module's installations have on servers is gone after it."""
    yield
    stacks.ground.give_back()


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation of its own, migrated and with the demonstration content, in a private folder."""
    return copy_of_template(tmp_path / "installation")


@pytest.fixture
def smtp_sink() -> Iterator[MailServer]:
    """A real SMTP server on loopback; `smtp_sink.url` is an EMAIL_URL, `smtp_sink.messages` what it has accepted."""
    handler = MailServer()
    controller = serve(handler)
    yield handler
    controller.stop()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """DATABASE_URL of a new PostgreSQL database, migrated and without content, dropped after the test."""
    name = f"kampanj_test_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as fault:
        require(None, f"PostgreSQL does not answer on 127.0.0.1:5432 as postgres: {fault}")
        return
    with server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_on_postgres(server, POSTGRES)}")
        yield f"{POSTGRES}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url() -> Iterator[str]:
    """BROKER_URL of an empty Redis database that no other test run uses meanwhile; the last one is the benchmarks'."""
    with redis.Redis.from_url(f"{REDIS}/0", socket_connect_timeout=3) as ledger:
        try:
            ledger.ping()
        except redis.ConnectionError as fault:
            require(None, f"Redis does not answer on 127.0.0.1:6379: {fault}")
        # Claimed for at most a quarter of an hour, so that a killed run gives it back.
        claims = (number for number in range(1, 15) if ledger.set(f"kampanj-test-{number}", os.getpid(), nx=True, ex=900))
        number = next(claims, None)
        require(number, "All Redis databases on 127.0.0.1:6379 are in use by other test runs.")
        with redis.Redis.from_url(f"{REDIS}/{number}") as own:
            own.flushdb()
            yield f"{REDIS}/{number}"
            own.flushdb()
        ledger.delete(f"kampanj-test-{number}")


@pytest.fixture
def rabbitmq_url() -> Iterator[str]:
    """BROKER_URL of a virtual host of the test's own on RabbitMQ."""
    require(brokers.is_there(), "RabbitMQ does not answer on 127.0.0.1:5672, or rabbitmqctl may not be used (root).")
    with brokers.virtual_host() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless, driven by Playwright. One for all tests; use `chromium.new_context(...)`."""
    path = chromium_path()
    require(path, "Chromium is not installed (Debian: apt-get install chromium).")
    # Playwright keeps an event loop in this thread, which Django would take for a mistake in every later query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=EXPECT_MILLISECONDS)
    with launched(str(path)) as browser:
        yield browser
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def schemas() -> Path:
    """The folder of the public XML schemas (`ccv1p1/` and others), which lies beside the checkout."""
    folder = ROOT.parent / "shared" / "xsd"
    require(folder.is_dir(), f"The XML schemas are not at {folder.parent.name}/{folder.name} beside the checkout.")
    return folder
