"""Old backups go; whatever else lies in the folder stays, however it is called."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyrage
import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from config.backup import making
from config.backup.making import Made

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
TODAY = timezone.now().replace(microsecond=0)


@pytest.fixture(autouse=True)
def small_stores(settings: Settings, tmp_path: Path) -> None:
    """Nothing but the database is backed up."""
    backend = "django.core.files.storage.FileSystemStorage"
    places = {name: {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / name)}} for name in ("default", "private")}
    settings.STORAGES = {**settings.STORAGES, **places}


@pytest.fixture(params=["plain", "encrypted"])
def either(request: pytest.FixtureRequest, settings: Settings) -> None:
    if request.param == "encrypted":
        settings.BACKUP_RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())


def made(folder: Path, *, days_ago: int, keep: int | None = None) -> Made:
    with time_machine.travel(TODAY - dt.timedelta(days=days_ago), tick=False):
        return making.make(folder, keep=keep)


def test_the_newest_stay_and_none_that_is_too_old(either: None, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    old = {days: made(folder, days_ago=days).path for days in (95, 3, 2, 1)}
    now = made(folder, days_ago=0, keep=3)
    assert set(now.removed) == {old[95], old[3]}
    assert {path.name.removesuffix(".mark") for path in folder.iterdir()} == {now.path.name, old[2].name, old[1].name}
    older = made(folder, days_ago=99).path
    assert made(folder, days_ago=0, keep=9).removed == (older,)


def test_what_is_not_known_as_ours_stays(either: None, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    ours = made(folder, days_ago=94).path
    of_another = made(folder, days_ago=95).path
    for path in (of_another, folder / f"{of_another.name}.mark"):
        if path.exists():
            path.rename(tmp_path / path.name)
    own_key = settings.HASH_KEY
    settings.HASH_KEY = "of-another-installation-" * 3
    made(folder, days_ago=95)
    settings.HASH_KEY = own_key
    called_like_one = folder / f"kampanj-20200101T000000Z.tar{'.age' if settings.BACKUP_RECIPIENT else ''}"
    called_like_one.write_bytes(of_another.name.encode())
    newer_name = folder / "kampanj-20990101T000000Z.tar"
    newer_name.touch()
    others = {path: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(ours.name)}

    now = made(folder, days_ago=0, keep=1)
    assert now.removed == (ours,)
    assert set(now.unknown) == {called_like_one, of_another}
    assert {path: path.read_bytes() for path in others} == others


def test_a_mark_proves_only_its_own_file(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
    folder = tmp_path / "copies"
    old = made(folder, days_ago=95).path
    content = bytearray(old.read_bytes())
    content[200] ^= 1
    old.write_bytes(content)
    now = made(folder, days_ago=0, keep=1)
    assert (now.removed, now.unknown) == ((), (old,))
    assert old.read_bytes() == bytes(content)
