"""`manage.py doctor`: every fault in a set-up is one sentence, and nothing secret is printed."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.doctor.findings import Level
from tests.deploy.conftest import closed_to_others
from tests.installation import Installation, free_port
from tests.mailserver import MailServer

PASSWORD = "hemligare-an-hemligt"


@pytest.fixture
def installation(installation: Installation) -> Installation:
    """As an operator leaves it: nobody else looks into it."""
    return closed_to_others(installation)


def asked(installation: Installation, **env: str) -> tuple[int, dict[str, list[tuple[str, str]]], dict[str, Any]]:
    """Exit code, level and sentence by check, and all that was said."""
    done = installation.manage("doctor", "--json", check=False, env=env)
    assert "Traceback" not in done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    told = json.loads(done.stdout)
    found: dict[str, list[tuple[str, str]]] = {}
    for one in told["findings"]:
        found.setdefault(one["check"], []).append((one["level"], one["text"]))
    return done.returncode, found, told


def levels(found: dict[str, list[tuple[str, str]]], check: str) -> set[str]:
    return {level for level, _text in found[check]}


def test_the_demonstration_is_told_what_it_lacks(installation: Installation) -> None:
    code, found, told = asked(installation)
    # Nobody ticks: that is the only error of an installation that does not run.
    assert {check for check in found if "error" in levels(found, check)} == {"clock"}
    assert code == 1
    assert levels(found, "address") == levels(found, "relay") == {"warning"}
    for check in ("database", "migrations", "broker", "storage", "keys", "words", "settings"):
        assert levels(found, check) == {"ok"}, found[check]
    assert {record["kind"] for record in told["dns"]} >= {"SPF", "DKIM", "DMARC", "PTR"}
    # Notifications are sent from kampanj@localhost until somebody says otherwise.
    assert not [record for record in told["dns"] if "localhost" in record["name"]]
    printed = installation.manage("doctor", check=False)
    for texts in found.values():
        for _level, text in texts:
            # What is counted, memory and room, is another number each time.
            assert text.lstrip("0123456789. ").split()[0] in printed.stdout
    assert "dig +short TXT _dmarc." in printed.stdout


def test_no_error_is_left_once_it_runs(installation: Installation, smtp_sink: MailServer) -> None:
    installation.environment |= {"EMAIL_URL": smtp_sink.url}
    installation.manage("run_due")
    code, found, _told = asked(installation)
    assert code == 0, found
    assert levels(found, "clock") == {"ok"}
    assert "error" not in levels(found, "relay")


@contextmanager
def talking(*answers: bytes) -> Iterator[int]:
    """A server that says these words to whoever comes, one after each line; its port."""
    import threading

    def serve(server: socket.socket) -> None:
        while True:
            try:
                client, _address = server.accept()
            except OSError:
                return
            with client:
                for answer in answers:
                    client.sendall(answer)
                    if not client.recv(1024):
                        break

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def test_a_relay_that_takes_only_small_letters_or_wants_another_password(installation: Installation) -> None:
    with talking(b"220 hej\r\n", b"250-hej\r\n250 SIZE 20000\r\n", b"221 hej\r\n") as port:
        _code, found, _told = asked(installation, EMAIL_URL=f"smtp://127.0.0.1:{port}")
        assert any(level == "warning" and "20000" in text for level, text in found["relay"])
    with talking(b"220 hej\r\n", b"250-hej\r\n250 AUTH PLAIN\r\n", b"535 5.7.8 nej\r\n", b"535 5.7.8 nej\r\n") as port:
        code, found, _told = asked(installation, EMAIL_URL=f"smtp://anna:{PASSWORD}@127.0.0.1:{port}")
        assert levels(found, "relay") == {"error"}
        assert code == 1


@pytest.mark.parametrize(
    ("variables", "check"),
    [
        ({"DATABASE_URL": f"postgresql://kampanj:{PASSWORD}@127.0.0.1:{{closed}}/kampanj"}, "database"),
        ({"BROKER_URL": f"redis://:{PASSWORD}@127.0.0.1:{{closed}}/0"}, "broker"),
        ({"BROKER_URL": f"amqp://kampanj:{PASSWORD}@127.0.0.1:{{closed}}//"}, "broker"),
        ({"EMAIL_URL": f"smtp://anna:{PASSWORD}@127.0.0.1:{{closed}}"}, "relay"),
        ({"BASE_URL": "http://kampanj.kommun.se"}, "address"),
        ({"SECRET_KEY": PASSWORD * 3, "HASH_KEY": PASSWORD * 3}, "keys"),
    ],
    ids=["database", "redis", "rabbitmq", "relay", "address", "keys"],
)
def test_each_fault_is_named(variables: dict[str, str], check: str, installation: Installation) -> None:
    closed = str(free_port())
    code, found, _told = asked(installation, **{name: value.replace("{closed}", closed) for name, value in variables.items()})
    assert Level.ERROR in levels(found, check)
    assert code == 1


def test_rabbitmq_with_the_wrong_password(installation: Installation, rabbitmq_url: str) -> None:
    _code, found, _told = asked(installation, BROKER_URL=rabbitmq_url)
    assert levels(found, "broker") == {"ok"}
    _code, found, _told = asked(installation, BROKER_URL=rabbitmq_url.replace("guest:guest", f"guest:{PASSWORD}"))
    assert levels(found, "broker") == {"error"}


def test_files_that_others_can_read_or_nobody_can_write(installation: Installation) -> None:
    env = installation.folder / ".env"
    env.write_text(env.read_text() + "EMIAL_URL=smtp://127.0.0.1\n")
    env.chmod(0o644)
    installation.var.chmod(0o755)
    _code, found, _told = asked(installation)
    assert levels(found, "variables") == {"warning", "error"}
    assert any("EMIAL_URL" in text for _level, text in found["variables"])
    assert levels(found, "storage") == {"warning"}
    private = installation.folder / "file-in-the-way"
    private.write_text("")
    _code, found, _told = asked(installation, MEDIA_ROOT=str(private))
    assert levels(found, "storage") == {"error"}
    _code, found, _told = asked(installation, MEDIA_ROOT=str(installation.folder))
    assert levels(found, "storage") == {"error"}


def test_trial_mode_is_told(installation: Installation) -> None:
    _code, found, _told = asked(installation, TRIAL_ADDRESSES="anna@example.org")
    assert levels(found, "trial") == {"warning"}
    assert "anna@example.org" not in json.dumps(found)


def test_production_without_static_files_is_told(installation: Installation, tmp_path: Path) -> None:
    production = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "BASE_URL": "https://kampanj.kommun.se",
        "ALLOWED_HOSTS": "kampanj.kommun.se",
        "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
        "DATABASE_URL": f"sqlite:///{installation.database}",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "DEFAULT_FROM_EMAIL": "kampanj@kommun.se",
    }
    _code, found, _told = asked(installation, **production)
    assert levels(found, "settings") == {"error"}
    installation.manage("collectstatic", "--noinput", "--verbosity", "0", env=production)
    _code, found, _told = asked(installation, **production)
    assert levels(found, "settings") == {"ok"}
