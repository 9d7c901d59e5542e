"""Secrets come from the environment and leave it by no way: not through the repository, a screen, a command or a log."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.views.debug import ExceptionReporter, get_exception_reporter_filter
from pytest_django import Settings

from config.secrecy import ReporterFilter
from tests.architecture.sources import ROOT, tracked_files
from tests.installation import Installation

# One for every variable that holds a secret; none of them may be seen anywhere.
MARK = "h3ml1g"
ENVIRONMENT = {
    "SECRET_KEY": f"{MARK}-secret-key-that-is-long-enough-for-django-to-like-it-0123456789",
    "HASH_KEY": f"{MARK}-hash-key-that-is-long-enough-for-everybody-who-looks-0123456789",
    "HASH_KEY_FALLBACKS": f"{MARK}-older-hash-key-that-is-long-enough-0123456789",
    "EMAIL_URL": f"smtp+tls://kampanj:{MARK}-relay@127.0.0.1:1",
    "BOUNCE_MAILBOX": f"imaps://studs:{MARK}-imap@127.0.0.1:1/INBOX",
    "SS12000_URL": "http://skola.example.org/v2.0",
    "SS12000_TOKEN_URL": "http://skola.example.org/token",
    "SS12000_CLIENT_ID": "kampanj",
    "SS12000_CLIENT_SECRET": f"{MARK}-client",
    "CACHE_URL": f"redis://:{MARK}-cache@127.0.0.1:1/0",
    "BROKER_URL": f"amqp://kampanj:{MARK}-broker@127.0.0.1:1//",
    "ANYMAIL_POSTMARK_SERVER_TOKEN": f"{MARK}-postmark",
    "ANYMAIL_WEBHOOK_SECRET": f"anymail:{MARK}-webhook",
    "ANYMAIL_AMAZON_SES_CLIENT_PARAMS": f'{{"aws_secret_access_key": "{MARK}-ses"}}',
    "LOG_LEVEL": "DEBUG",
}
LOOKS_LIKE_A_SECRET = (
    re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\b(?:ghp|gho|github_pat|glpat|xox[bp])[_-][A-Za-z0-9_-]{20,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\."),
    re.compile(r"^(?:SECRET_KEY|HASH_KEY|SS12000_CLIENT_SECRET)[ ]*=[ ]*['\"]?[A-Za-z0-9_+/-]{16,}", re.MULTILINE),
)


def test_the_repository_holds_no_secret() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {match.group(0)[:12]}…" for look in LOOKS_LIKE_A_SECRET for match in look.finditer(text)
        ]
    assert found == []


def test_what_holds_secrets_is_ignored_by_git() -> None:
    for name in (".env", "var/kampanj.sqlite3", "var/private/x", "media/documents/x.pdf"):
        assert subprocess.run(["git", "check-ignore", "--quiet", name], cwd=ROOT, check=False).returncode == 0, name


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("smtp://a:h3ml1g@b:25", "smtp://a:***@b:25"),
        ("redis://:h3ml1g@b/0", "redis://:***@b/0"),
        ("amqp://a:h3ml@1g@b//", "amqp://a:***@b//"),
        ("see postgresql://a:h3ml1g@b/c and more", "see postgresql://a:***@b/c and more"),
        ("https://www.example.org/a:b", "https://www.example.org/a:b"),
        ("https://www.example.org:443/", "https://www.example.org:443/"),
    ],
)
def test_a_password_within_an_address_is_hidden(value: str, shown: str) -> None:
    stars = ReporterFilter.cleansed_substitute
    for held, expected in ((value, shown), ([value], [shown]), ({"LOCATION": value}, {"LOCATION": shown})):
        assert repr(ReporterFilter().cleanse_setting("X_URL", held)).replace(stars, "***") == repr(expected)


@pytest.fixture
def with_secrets(settings: Settings) -> Settings:
    """The settings that such an environment gives."""
    for name, value in ENVIRONMENT.items():
        if not name.startswith(("ANYMAIL", "CACHE", "BROKER", "HASH_KEY_F", "LOG")):
            setattr(settings, name, value)
    settings.HASH_KEY_FALLBACKS = (ENVIRONMENT["HASH_KEY_FALLBACKS"],)
    settings.CELERY_BROKER_URL = ENVIRONMENT["BROKER_URL"]
    settings.ANYMAIL = {
        name.removeprefix("ANYMAIL_"): value for name, value in ENVIRONMENT.items() if name.startswith("ANYMAIL_")
    }
    settings.EMAIL_HOST_PASSWORD = f"{MARK}-relay"
    return settings


def test_a_developer_s_page_about_a_fault_shows_none(with_secrets: Settings) -> None:
    try:
        raise RuntimeError("a fault")
    except RuntimeError:
        reporter = ExceptionReporter(RequestFactory().get("/"), *sys.exc_info())
    shown = reporter.get_traceback_html() + reporter.get_traceback_text()
    assert "SS12000_CLIENT_ID" in shown
    assert MARK not in shown


def test_no_setting_is_shown_with_a_secret(with_secrets: Settings) -> None:
    request = RequestFactory().get("/")
    leaking = {name for name, value in get_exception_reporter_filter(request).get_safe_settings().items() if MARK in repr(value)}
    assert leaking == set()


@pytest.mark.parametrize("output", ["hash", "unified"])
def test_diffsettings_shows_none(with_secrets: Settings, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("diffsettings", output=output, all=True)
    shown = capsys.readouterr().out
    assert "SS12000_CLIENT_SECRET" in shown
    assert "'kampanj'" in shown
    assert MARK not in shown


@pytest.mark.django_db
def test_a_fault_of_ours_tells_the_reader_nothing(
    client: Client, with_secrets: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any, **_named: Any) -> None:
        raise RuntimeError(f"{MARK} in the middle of {__file__}")

    monkeypatch.setattr("kampanj.content.views.route", broken)
    client.raise_request_exception = False
    response = client.get("/ung/")
    assert response.status_code == 500
    for told in (MARK, "Traceback", "RuntimeError", str(Path(__file__).parent)):
        assert told not in response.content.decode()


def test_commands_that_cannot_reach_their_services_tell_none(installation: Installation) -> None:
    """Relay, mailbox, school system and cache are away: what is said of that, also in the log, names no secret."""
    installation.environment |= ENVIRONMENT
    said = ""
    for command in (["check"], ["process_bounces"], ["fetch_roster"], ["diffsettings", "--all"], ["run_due"]):
        done = installation.manage(*command, check=False)
        said += done.stdout + done.stderr
    for log in installation.folder.rglob("*.log"):
        said += log.read_text(encoding="utf-8", errors="replace")
    assert "SS12000" in said
    assert MARK not in said
