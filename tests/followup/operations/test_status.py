"""The screen Driftläge: what works, what waits, why, in the relay's words and ours; for everybody in the desk and nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from kampanj.distribution import clock, control
from kampanj.distribution.models import Mailing
from kampanj.distribution.pump import pump
from kampanj.distribution.sending import relay as relay_state
from kampanj.followup.operations import readings, status, watch
from kampanj.followup.operations.facts import facts
from kampanj.followup.operations.models import Reading
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR
from tests.distribution.people import person
from tests.mailserver import MailServer

PAGE, JSON = "/admin/driftlage/", "/admin/driftlage/lage.json"
Started = Callable[..., Mailing]
pytestmark = pytest.mark.django_db


def item(key: str) -> status.Item:
    return next(one for one in status.items(facts()) if one.key == key)


@pytest.mark.parametrize("role", [COMMUNICATOR, APPROVER, REGISTRAR])
def test_every_role_sees_it_in_the_menu(page_client: type[Client], role: str) -> None:
    client = page_client()
    client.force_login(person("nagon", role))
    assert PAGE in client.get("/admin/").content.decode()
    assert client.get(PAGE).status_code == 200
    assert "no-store" in client.get(JSON)["Cache-Control"]


@pytest.mark.parametrize("address", [PAGE, JSON])
def test_nobody_else_does(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


def test_when_all_is_well_it_says_so(relay: MailServer) -> None:
    clock.tick()
    found = status.items(facts())
    assert {one.level for one in found} == {status.Level.GOOD}, [one for one in found if one.level != status.Level.GOOD]
    assert status.headline(found)[0] == status.Level.GOOD


def test_a_relay_that_does_not_answer_is_told_in_its_own_words(started: Started, nowhere: None) -> None:
    started("Alla skolor")
    pump()
    relay_state.note_down("451 4.3.0 out of paper")
    found = item("sending")
    assert found.level == status.Level.FAULT
    assert "451 4.3.0 out of paper" in found.sentence
    assert found.advice


def test_letters_that_stand_still_are_told_with_the_time(started: Started, nowhere: None) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        mailing = started("Alla skolor")
        watch.watch()
        assert item("waiting").level == status.Level.GOOD
        traveller.shift(dt.timedelta(minutes=11))
        watch.watch()
        found = item("waiting")
    assert found.level == status.Level.FAULT
    assert mailing.name in found.sentence


def test_a_paused_mailing_is_told_with_the_reason(started: Started) -> None:
    mailing = started("Alla skolor")
    control.pause(mailing, reason="554 5.7.1 blocked")
    found = item("sending")
    assert (found.level, mailing.name in found.sentence, "5.7.1 blocked" in found.sentence) == (status.Level.WAITS, True, True)


def test_the_pace_is_what_has_left_since_the_last_look(started: Started, relay: MailServer) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        mailing = started()
        watch.watch()
        traveller.shift(dt.timedelta(minutes=2))
        for row in mailing.deliveries.filter(state="queued")[:10]:
            mailing.deliveries.filter(pk=row.pk).update(state="sent", finished_at=timezone.now())
        watch.watch()
        assert facts().per_minute == pytest.approx(5)
        assert "5 brev i minuten" in item("sending").sentence
        traveller.shift(dt.timedelta(minutes=10))
        assert facts().per_minute == 0, "an old look says nothing"


def test_the_clock_that_stands_is_told(relay: MailServer) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        assert item("clock").level == status.Level.FAULT
        clock.tick()
        assert item("clock").level == status.Level.GOOD
        traveller.shift(dt.timedelta(minutes=6))
        assert item("clock").level == status.Level.FAULT


def test_the_bounce_mailbox(settings: Settings, tmp_path: Path) -> None:
    assert item("bounces").level == status.Level.GOOD
    settings.BOUNCE_MAILBOX = "imaps://a:b@imap.example.org/INBOX"
    assert item("bounces").level == status.Level.WAITS
    readings.note(readings.BOUNCES)
    assert item("bounces").level == status.Level.GOOD
    readings.note(readings.BOUNCES, 1, words="no such folder")
    assert (item("bounces").level, "no such folder" in item("bounces").sentence) == (status.Level.FAULT, True)
    readings.note(readings.BOUNCES)
    Reading.objects.update(at=timezone.now() - dt.timedelta(hours=1))
    assert item("bounces").level == status.Level.WAITS


def test_the_round_through_the_mailbox_notes_how_it_went(settings: Settings, tmp_path: Path) -> None:
    from kampanj.followup.tasks import process_bounces

    settings.BOUNCE_MAILBOX = f"{tmp_path}/no-such-box"
    process_bounces()
    assert item("bounces").level == status.Level.FAULT
    for part in ("cur", "new", "tmp"):
        Path(f"{tmp_path}/box/{part}").mkdir(parents=True)
    settings.BOUNCE_MAILBOX = f"{tmp_path}/box"
    process_bounces()
    assert item("bounces").level == status.Level.GOOD


def test_packages_and_trial_mode(settings: Settings, relay: MailServer) -> None:
    readings.note(readings.PACKAGES, 4)
    assert (item("packages").level, "4" in item("packages").sentence) == (status.Level.WAITS, True)
    assert item("trial").level == status.Level.GOOD
    settings.TRIAL_ADDRESSES = ("anna@example.org",)
    assert item("trial").level == status.Level.WAITS
    assert "anna" not in item("trial").sentence


def test_packages_that_wait_are_counted_by_the_task_that_builds_them(started: Started) -> None:
    from kampanj.followup.schools import shelf
    from kampanj.followup.tasks import prepare_packages

    started("Alla skolor")
    before = shelf.waiting()
    assert before > 0
    prepare_packages()
    assert Reading.objects.get(pk=readings.PACKAGES).value == shelf.waiting() < before


def test_the_page_and_its_script_say_the_same(admin_client: Client, started: Started, settings: Settings) -> None:
    settings.OPERATOR_EMAIL = "drift@example.org"
    started("Alla skolor")
    clock.tick()
    page = admin_client.get(PAGE).content.decode()
    said = admin_client.get(JSON).json()
    assert said["sentence"] in page
    for one in status.items(facts()):
        assert f'data-write="{one.key}_sentence">{said[f"{one.key}_sentence"]}' in page.replace("&quot;", '"')
        assert said[f"{one.key}_level"] in status.LEVELS
    assert "mailto:drift@example.org" in page
