"""The road end to end, through the commands and processes that an operator uses."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from kampanj.distribution.pump import WINDOW
from tests.installation import ROOT, Installation
from tests.mailserver import MailServer

SLUG = "jag-trodde-aldrig"
ROSTER = ROOT / "kampanj" / "management" / "demo" / "roster.csv"
DONE_WITHIN = 60


def eligible() -> set[str]:
    """The addresses that the demonstration roster allows: read here by other code than the importer's."""
    with ROSTER.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    hidden_pupils = {row["elev-id"] for row in rows if row["skyddad"].strip().lower() != "ingen"}
    hidden = {row["e-post"].strip().lower() for row in rows if row["elev-id"] in hidden_pupils}
    good = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
    grades = re.compile(r"(f|[1-9]|gy[1-3])", re.IGNORECASE)
    schools = {row["skolenhet"] for row in rows}
    known = {name for name, count in Counter(row["skolenhet"] for row in rows).items() if count > 1} & schools
    return {
        row["e-post"].strip().lower()
        for row in rows
        if row["elev-id"] not in hidden_pupils
        and good.fullmatch(row["e-post"].strip().lower())
        and grades.fullmatch(row["årskurs"].strip())
        and row["skolenhet"] in known
    } - hidden


def protected() -> set[str]:
    """Addresses in rows of protected pupils."""
    with ROSTER.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    hidden_pupils = {row["elev-id"] for row in rows if row["skyddad"].strip().lower() != "ingen"}
    return {row["e-post"].strip().lower() for row in rows if row["elev-id"] in hidden_pupils}


def status(installation: Installation, mailing: str) -> dict[str, Any]:
    return json.loads(installation.manage("mailing_status", mailing).stdout)


def make(installation: Installation, segment: str) -> str:
    printed = installation.manage("create_mailing", "--campaign", SLUG, "--segment", segment, "--approve").stdout
    return printed.split()[-1]


def wait_for(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DONE_WITHIN
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not happen within {DONE_WITHIN} s"
        time.sleep(0.3)


def test_over_smtp_everybody_gets_exactly_one_letter(installation: Installation, smtp_sink: MailServer) -> None:
    installation.environment["EMAIL_URL"] = smtp_sink.url
    mailing = make(installation, "Alla vårdnadshavare")
    installation.manage("run_due", "--until-idle")
    assert sorted(smtp_sink.recipients) == sorted(eligible())
    assert protected()
    assert protected().isdisjoint(smtp_sink.recipients)
    now = status(installation, mailing)
    assert (now["sent"], now["queued"]) == (len(eligible()), 0)
    assert now["started"] <= now["finished"]
    first = smtp_sink.messages[0].message
    assert first.get_body(("plain",)) is not None
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_sends_captures_ends_cleanly_and_resumes(installation: Installation) -> None:
    with installation.start() as running:
        first = make(installation, "Alla vårdnadshavare")
        wait_for(lambda: status(installation, first)["finished"] is not None, "the mailing")
        assert status(installation, first)["sent"] == len(eligible())
        with urllib.request.urlopen(f"{running.url}/") as page:
            assert page.status == 200
            assert not page.headers.get_all("Set-Cookie")
    second = make(installation, "Alla skolor")
    assert status(installation, second)["started"] is None
    with installation.start() as running:
        wait_for(lambda: status(installation, second)["finished"] is not None, "the mailing after the restart")
        letters = [read(path) for path in (installation.outbox / "letters" / "new").iterdir()]
        school = next(letter for letter in letters if "skolpaket" in text_of(letter))
        link = re.search(r"http://[^/\s]+(/skolpaket/\S+/)", text_of(school))
        assert link
        # The letter was frozen under the address of the first start; here only the path matters.
        with urllib.request.urlopen(running.url + link.group(1)) as page:
            html = page.read().decode()
        file = re.search(r'href="(/skolpaket/[^"]+/)"', html)
        assert file
        with urllib.request.urlopen(running.url + file.group(1)) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert len(answer.read()) > 10_000


def read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)  # type: ignore[return-value]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_kill_in_the_middle_loses_nobody_and_doubles_at_most_a_window(
    installation: Installation, smtp_sink: MailServer
) -> None:
    installation.environment |= {"EMAIL_URL": smtp_sink.url, "DELIVERY_LEASE_SECONDS": "2"}
    smtp_sink.seconds_per_letter = 0.03
    mailing = make(installation, "Alla vårdnadshavare")
    command = [sys.executable, str(ROOT / "manage.py"), "run_due", "--until-idle"]
    with subprocess.Popen(command, env=installation.variables(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as doomed:
        wait_for(lambda: len(smtp_sink.messages) >= 10, "the first ten letters")
        doomed.kill()
    wait_for(lambda: run_on(installation, mailing), "the rest of the mailing")
    sent = Counter(smtp_sink.recipients)
    assert set(sent) == eligible()
    assert max(sent.values()) <= 2
    assert sum(count - 1 for count in sent.values()) <= WINDOW
    ids = {message.rcpt_tos[0]: set() for message in smtp_sink.messages}
    for message in smtp_sink.messages:
        ids[message.rcpt_tos[0]].add(message.message["Message-ID"])
    assert all(len(same) == 1 for same in ids.values())


def run_on(installation: Installation, mailing: str) -> bool:
    installation.manage("run_due", "--until-idle")
    return status(installation, mailing)["finished"] is not None


@pytest.mark.parametrize(
    "wish",
    [
        ("import_roster", "finns-inte.csv"),
        ("export_campaign", "finns-inte", "--channel", "web", "--output", "x.html"),
        ("export_campaign", SLUG, "--channel", "telegraf", "--output", "x.html"),
        ("export_campaign", SLUG, "--channel", "web", "--language", "uk", "--output", "x.html"),
        ("export_campaign", SLUG, "--channel", "web", "--output", "finns/inte/x.html"),
        ("create_mailing", "--campaign", SLUG, "--segment", "Finns inte"),
        ("create_mailing", "--campaign", SLUG, "--segment", "Alla skolor", "--at", "2001-01-01 07:30"),
        ("mailing_status", "4711"),
        ("mailing_status", "abc"),
    ],
)
def test_bad_input_gets_one_sentence_and_an_exit_code(installation: Installation, wish: tuple[str, ...]) -> None:
    done = installation.manage(*wish, check=False)
    assert done.returncode != 0
    said = done.stderr.strip().splitlines()
    assert len(said) == 1, done.stderr
    assert said[0].endswith(".")
    assert not list(installation.folder.glob("x.*"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "oracle://x"),
        ("BROKER_URL", "kafka://x"),
        ("EMAIL_URL", "relay.example.org"),
        ("BASE_URL", "www.example.org"),
    ],
)
def test_an_environment_that_cannot_be_used_is_told_at_start(installation: Installation, name: str, value: str) -> None:
    done = installation.manage("check", check=False, env={name: value})
    assert done.returncode != 0
    assert name in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("channel", ["web", "email", "cc11"])
def test_a_file_or_a_folder_is_written_and_the_second_time_is_the_same(installation: Installation, channel: str) -> None:
    folder = installation.folder / "ut"
    folder.mkdir()
    installation.manage("export_campaign", SLUG, "--channel", channel, "--output", folder)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert first
    assert all(name.isascii() for name in first)
    installation.manage("export_campaign", SLUG, "--channel", channel, "--fresh", "--output", folder)
    again = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert again == first
    one = installation.folder / "en-fil"
    installation.manage("export_campaign", SLUG, "--channel", channel, "--output", one)
    assert zipfile.is_zipfile(one) == (channel != "web")
    installation.manage("export_campaign", SLUG, "--channel", channel, "--language", "all", "--output", folder)
    assert len(list(folder.iterdir())) == 3 * len(first)
