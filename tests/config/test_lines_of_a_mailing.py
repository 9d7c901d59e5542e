"""Real log lines, from a mailing sent by a whole installation: they join, and they name nobody."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

from kampanj.municipality import tracing
from tests.installation import Installation
from tests.mailserver import MailServer

SEND = """
from kampanj.distribution.plan import make_mailing
print("MAILING", make_mailing(slug="jag-trodde-aldrig", segment_name="{}", at=None, is_approved=True).pk)
"""
EVERYBODY = """
import json
from kampanj.audience.models import Guardian, SchoolContact
from kampanj.municipality.models import User
people = [*Guardian.objects.values_list("email", flat=True), *SchoolContact.objects.values_list("email", flat=True)]
users = [(user.email, user.get_full_name()) for user in User.objects.all()]
print("EVERYBODY", json.dumps([name for name in [*people, *(part for user in users for part in user)] if name]))
"""
TICK = """
from kampanj.distribution.tasks import tick
from kampanj.municipality import tracing
with tracing.traced("{}"):
    tick.delay()
"""
WAIT_SECONDS = 90
LINK = re.compile(r"https?://[^/\s\"<>]+(/(?:avregistrera|skolpaket)/[^\s\"<>]+)")


def made(installation: Installation, code: str, word: str) -> str:
    """What the code prints after the word."""
    found = re.search(rf"{word} (.*)", installation.manage("shell", "--verbosity", "0", "--command", code).stdout)
    assert found
    return found[1]


def lines_of(log: Path) -> list[dict[str, Any]]:
    """The log's lines; all but what `start` prints for a person are JSON."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def text_of(letter: Message) -> str:
    """All that the letter's parts say, decoded."""
    parts = [part.get_payload(decode=True) for part in letter.walk() if not part.is_multipart()]
    return "\n".join(part.decode(errors="replace") for part in parts if isinstance(part, bytes))


def get(url: str) -> None:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            answer.read()
    except urllib.error.HTTPError as answer:
        answer.read()


def wait_for(what: Any) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def names_nobody(text: str, everybody: list[str], *more: str) -> None:
    found = [name for name in [*everybody, *more] if name in text or name.lower() in text.lower()]
    assert found == []
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", text)


def test_a_mailing_s_lines_name_nobody_and_show_no_key(installation: Installation, smtp_sink: MailServer) -> None:
    everybody = json.loads(made(installation, EVERYBODY, "EVERYBODY"))
    assert len(everybody) > 50
    # One who is unknown, one full mailbox: the relay's words hold their addresses.
    refused = [name for name in everybody if "@" in name][:2]
    smtp_sink.replies = {refused[0]: f"550 5.1.1 <{refused[0]}> unknown", refused[1]: f"452 4.2.2 <{refused[1]}> is full"}
    mailings = [made(installation, SEND.format(segment), "MAILING") for segment in ("Alla vårdnadshavare", "Alla skolor")]
    environment = {"LOG_FORMAT": "json", "EMAIL_URL": smtp_sink.url, "UNDO_MINUTES": "0", "LOG_LEVEL": "DEBUG"}
    with installation.start(**environment) as running:
        wait_for(lambda: len(smtp_sink.messages) > 60)
        paths = {path for letter in smtp_sink.messages for path in LINK.findall(text_of(letter.message))}
        keys = sorted(paths)[:5] + [path for path in sorted(paths) if path.startswith("/skolpaket")][:5]
        for path in [*keys, "/sok/?q=hemlig", f"/{everybody[0]}/", "/finns-inte/"]:
            get(running.url + path)
        log = running.log
    lines = lines_of(log)
    text = log.read_text()
    names_nobody(text, everybody, "hemlig", *(path.split("/")[2] for path in keys))
    assert len(keys) == 10
    started = [line for line in lines if "started with" in line["message"]]
    assert {str(line["mailing"]) for line in started} == set(mailings)
    assert {line["task"] for line in started} == {"kampanj.distribution.tasks.tick"}
    routes = {line["route"] for line in lines if line["logger"] == "config.access"}
    assert {"/avregistrera/<str:token>/", "/skolpaket/<str:token>/"} <= routes
    # The tick has passed its id on to the pump that it woke.
    by_id = {line["request_id"]: line["task"] for line in lines if line["message"].startswith("kampanj.distribution.tasks.tick")}
    pumps = [line for line in lines if line["message"].startswith("kampanj.distribution.tasks.pump")]
    assert pumps
    assert {line["request_id"] for line in pumps} <= set(by_id)
    assert all(line["status"] == "success" and line["duration_ms"] > 0 for line in pumps)


def test_an_id_goes_with_tasks_to_other_processes(installation: Installation, redis_url: str, smtp_sink: MailServer) -> None:
    identity = tracing.new_id()
    environment = {"LOG_FORMAT": "json", "EMAIL_URL": smtp_sink.url, "BROKER_URL": redis_url, "UNDO_MINUTES": "0"}
    installation.environment |= environment
    made(installation, SEND.format("Alla skolor"), "MAILING")
    with installation.background("celery", "-A", "config", "worker", "--pool=solo"):
        installation.manage("shell", "--verbosity", "0", "--command", TICK.format(identity))
        (log,) = installation.folder.glob("celery-*.log")
        ours = lambda: [line for line in lines_of(log) if line.get("request_id") == identity]  # noqa: E731
        wait_for(lambda: any("tasks.pump" in line["message"] for line in ours()))
        messages = [line["message"] for line in ours()]
    assert any("tasks.tick: success" in message for message in messages)
    assert any("started with" in message for message in messages)
    assert smtp_sink.messages
