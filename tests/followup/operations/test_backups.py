"""Whether backups are made: told on the screen, in the figures and by a mail, where they are made by us."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from config.backup import making
from config.backup.exceptions import BackupRefused
from kampanj.followup.operations import metrics, status, watch
from kampanj.followup.operations.facts import facts
from kampanj.followup.operations.models import Alarm
from kampanj.followup.operations.status import Item, Level
from tests.mailserver import MailServer

OPERATOR = "drift@example.org"
HOUR = dt.timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("relay")]


@pytest.fixture(autouse=True)
def small_stores(settings: Settings, tmp_path: Path) -> None:
    """Nothing but the database is backed up; the operator has an address."""
    backend = "django.core.files.storage.FileSystemStorage"
    places = {name: {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / name)}} for name in ("default", "private")}
    settings.STORAGES = {**settings.STORAGES, **places}
    settings.OPERATOR_EMAIL = OPERATOR


def figure(name: str) -> float:
    families = text_string_to_metric_families(metrics.text(facts()).decode())
    return next(sample.value for family in families for sample in family.samples if sample.name == name)


def line() -> Item | None:
    return next((item for item in status.items(facts()) if item.key == "backup"), None)


def fails(settings: Settings) -> None:
    with pytest.raises(BackupRefused):
        making.make(Path(settings.MEDIA_ROOT) / "copies")


def letters(server: MailServer) -> list[str]:
    return [letter.message["Subject"] + "\n" + letter.message.get_content() for letter in server.messages]


def test_nobody_is_told_where_none_has_ever_been_made(relay: MailServer) -> None:
    watch.watch()
    assert (line(), letters(relay)) == (None, [])
    assert math.isnan(figure("kampanj_backup_age_seconds"))
    assert not Alarm.objects.exists()


def test_one_that_is_too_old_is_told_once_and_the_next_ends_it(relay: MailServer, tmp_path: Path) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        making.make(tmp_path / "copies")
        traveller.shift(35 * HOUR)
        watch.watch()
        item = line()
        assert item is not None
        assert (item.level, letters(relay)) == (Level.GOOD, [])
        traveller.shift(2 * HOUR)
        watch.watch()
        watch.watch()
        item = line()
        assert item is not None
        assert item.level == Level.FAULT
        assert figure("kampanj_backup_age_seconds") == 37 * 3600
        (told,) = letters(relay)
        assert "manage.py backup" in told

        # It is no alarm of letters.
        assert next(one for one in status.items(facts()) if one.key == "waiting").level == Level.GOOD
        making.make(tmp_path / "copies")
        watch.watch()
        assert len(letters(relay)) == 2
        assert line() == Item("backup", item.name, Level.GOOD, line().sentence)  # type: ignore[union-attr]
        assert figure("kampanj_backup_age_seconds") == 0


def test_one_that_fails_is_told_at_once(relay: MailServer, settings: Settings, tmp_path: Path) -> None:
    making.make(tmp_path / "copies")
    fails(settings)
    watch.watch()
    (told,) = letters(relay)
    assert "MEDIA_ROOT" in told
    assert figure("kampanj_backup_failed") == 1
    item = line()
    assert item is not None
    assert item.level == Level.FAULT


def test_also_the_first_one(relay: MailServer, settings: Settings) -> None:
    fails(settings)
    watch.watch()
    assert len(letters(relay)) == 1


def test_who_makes_them_in_another_way_is_told_nothing(relay: MailServer, settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_ALARM_HOURS = 0
    making.make(tmp_path / "copies")
    fails(settings)
    watch.watch()
    assert (line(), letters(relay)) == (None, [])


def test_the_screen_shows_it(admin_client: Client, tmp_path: Path) -> None:
    making.make(tmp_path / "copies")
    assert 'data-level-of="backup_level"' in admin_client.get("/admin/driftlage/").content.decode()
