"""What runs: every queue has a worker, production starts without a warning."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.celery import app
from tests.architecture.sources import ROOT
from tests.installation import Installation

CONSUMED_BY_START = """
import json, time
from config.management.commands.start import Hands
hands = Hands()
hands.start()
deadline = time.monotonic() + 60
def consumed():
    consumer = getattr(hands._worker.consumer, "task_consumer", None)
    return [queue.name for queue in consumer.queues] if consumer else []
while not consumed() and time.monotonic() < deadline:
    time.sleep(0.05)
print("CONSUMED", json.dumps(consumed()))
hands.stop()
"""


def queues() -> set[str]:
    """The names of the declared queues."""
    return {queue.name for queue in app.conf.task_queues}


@pytest.mark.django_db
def test_every_task_goes_to_a_declared_queue() -> None:
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    assert ours
    assert {app.amqp.router.route({}, name)["queue"].name for name in ours} <= queues()


@pytest.mark.django_db
def test_the_clock_wakes_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_start_consumes_every_queue(installation: Installation) -> None:
    printed = installation.manage("shell", "--command", CONSUMED_BY_START).stdout
    consumed = json.loads(re.findall(r"^CONSUMED (.*)$", printed, re.MULTILINE)[-1])
    assert set(consumed) == queues()


def test_the_documented_workers_consume_every_queue_and_no_letter_holds_up_the_clock(
    installation: Installation, redis_url: str
) -> None:
    documented = re.findall(r"^celery -A config worker[^#\n]*", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    installation.environment["BROKER_URL"] = redis_url
    consumed = []
    for line in documented:
        with installation.background(*line.split(), "--pool=solo"):
            consumed.append({queue["name"] for queue in active_queues(installation)})
    assert set().union(*consumed) == queues()
    assert [names for names in consumed if "mail" in names] == [{"mail"}]


def active_queues(installation: Installation) -> list[dict[str, str]]:
    """What the running worker says that it consumes; asked until it answers, for at most a minute."""
    question = [sys.executable, "-m", "celery", "-A", "config", "inspect", "active_queues", "--json", "--timeout=2"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = subprocess.run(
            question, cwd=ROOT, env=installation.variables(), capture_output=True, text=True, timeout=60, check=False
        )
        if answer.returncode == 0 and answer.stdout.strip().startswith("{"):
            nodes = json.loads(answer.stdout)
            if nodes:
                return [queue for node in nodes.values() for queue in node]
    raise AssertionError(f"No worker answered: {answer.stdout}{answer.stderr}")


def test_production_is_checked_without_a_warning(tmp_path: Path) -> None:
    production = Installation(
        tmp_path,
        environment={
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "ALLOWED_HOSTS": "kampanj.example.org",
            "BASE_URL": "https://kampanj.example.org",
            "BROKER_URL": "redis://127.0.0.1:6379/0",
            "DATABASE_URL": f"sqlite:///{tmp_path}/production.sqlite3",
            "DEFAULT_FROM_EMAIL": "kampanj@example.org",
            "EMAIL_URL": "smtp://127.0.0.1:25",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "HASH_KEY": secrets.token_urlsafe(50),
        },
    )
    checked = production.manage("check", "--deploy", "--fail-level", "DEBUG")
    assert "no issues (0 silenced)" in checked.stdout


def test_production_refuses_to_guess(tmp_path: Path) -> None:
    production = Installation(tmp_path, environment={"DJANGO_SETTINGS_MODULE": "config.settings.production"})
    refused = production.manage("check", check=False)
    assert refused.returncode != 0
    assert "Production needs" in refused.stderr
