"""The file itself: whole or not there, for its owner only, and refused with a sentence when a byte of it differs."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import resource
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pyrage
import pytest
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from config.backup import making, restoring
from config.backup.exceptions import BackupRefused
from config.backup.manifest import ERASURES, NAME, Manifest
from config.backup.reading import Wish, newer, verified
from config.backup.returning import Returning
from config.backup.scratch import scratch
from kampanj.audience.models import Guardian
from tests.followup import register

LARGE = 20_000_000
pytestmark = [pytest.mark.django_db, pytest.mark.bare]


@pytest.fixture
def small_stores(settings: Settings, tmp_path: Path) -> None:
    """Stores with one file each: a backup of some kilobytes besides the database."""
    places = {"default": tmp_path / "media", "private": tmp_path / "private"}
    for name, place in places.items():
        (place / "a").mkdir(parents=True)
        (place / "a" / f"{name}.txt").write_text(f"{name} å")
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        **{name: {"BACKEND": backend, "OPTIONS": {"location": str(place)}} for name, place in places.items()},
    }


@pytest.fixture
def backup(small_stores: None, tmp_path: Path) -> Path:
    return making.make(tmp_path / "one.tar").path


def wish(path: Path, **more: object) -> Wish:
    return Wish(backup=path, **more)  # type: ignore[arg-type]


class Watched(FileSystemStorage):
    """A store that looks, whenever a file of it is read, at what lies in the folders `watched`."""

    watched: ClassVar[list[Path]] = []
    seen: ClassVar[list[Path]] = []

    def _open(self, name: str, mode: str = "rb") -> File:
        self.seen.extend(path for folder in self.watched for path in folder.rglob("*"))
        return super()._open(name, mode)


def changed(backup: Path, target: Path, part: str, content: bytes) -> Path:
    """The same backup with another content of one part, as somebody would make it who has no key."""
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for entry in old:
            stream = old.extractfile(entry)
            assert stream is not None
            read = content if entry.name == part else stream.read()
            entry.size = len(read)
            new.addfile(entry, io.BytesIO(read))
    return target


def rewritten(backup: Path, target: Path, **changes: object) -> Path:
    """The same backup with another manifest, sealed as we would seal it."""
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content is not None
            read = content.read()
            if entry.name == NAME:
                manifest = verified(wish(backup))
                read = replace(manifest, **changes).sealed()  # type: ignore[arg-type]
                entry.size = len(read)
            new.addfile(entry, io.BytesIO(read))
    return target


def test_it_names_every_part_with_its_checksum_and_no_secret(backup: Path, settings: Settings) -> None:
    manifest = verified(wish(backup))
    assert {"media/a/default.txt", "private/a/private.txt", "database.sqlite3.gz"} <= {part.name for part in manifest.parts}
    assert manifest.migrations["kampanj"]
    assert manifest.counts["kampanj_user"] >= 0
    assert settings.HASH_KEY.encode() not in backup.read_bytes()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_a_byte_that_differs_or_is_missing_is_found(backup: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = backup.read_bytes()
    with tarfile.open(backup) as tar:
        end = max(entry.offset_data + entry.size for entry in tar)
    at = data.draw(st.integers(0, end - 1))
    is_cut = data.draw(st.booleans())
    changed = content[:at] if is_cut else content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :]
    bad = tmp_path / "bad.tar"
    bad.write_bytes(changed)
    try:
        manifest: Manifest | None = verified(wish(bad))
    except BackupRefused:
        manifest = None
    # A tar has bytes that mean nothing: padding, and who owned a file. What is accepted is what was written, to the last part.
    assert manifest is None or manifest == verified(wish(backup))
    assert not (is_cut and manifest)


def test_a_part_too_many_is_found(backup: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    bad.write_bytes(backup.read_bytes())
    with tarfile.open(bad, "a") as tar:
        entry = tarfile.TarInfo("media/extra.html")
        tar.addfile(entry, io.BytesIO())
    with pytest.raises(BackupRefused):
        verified(wish(bad))


def test_a_newer_version_is_refused_before_anything_is_touched(backup: Path, tmp_path: Path) -> None:
    manifest = verified(wish(backup))
    migrations = {**manifest.migrations, "kampanj": [*manifest.migrations["kampanj"], "9999_later"]}
    newer = rewritten(backup, tmp_path / "newer.tar", migrations=migrations)
    with pytest.raises(BackupRefused, match="9999_later"):
        restoring.restore(wish(newer, replace=True))


def test_one_that_is_older_than_erasures_are_remembered_is_refused(backup: Path, tmp_path: Path) -> None:
    made_at = (timezone.now() - dt.timedelta(days=91)).isoformat()
    old = rewritten(backup, tmp_path / "old.tar", made_at=made_at)
    with pytest.raises(BackupRefused, match="BACKUP_DAYS"):
        restoring.restore(wish(old, replace=True))


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def film(small_stores: None, tmp_path: Path) -> None:
    """Larger than the database: the disk becomes full in the middle of it."""
    (tmp_path / "media" / "film.mp4").write_bytes(bytes(LARGE))


@pytest.mark.parametrize(("size", "place"), [(60_000, "var"), (LARGE, "copies")])
def test_a_full_disk_leaves_nothing_half(film: None, settings: Settings, tmp_path: Path, size: int, place: str) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    with files_of_at_most(size), pytest.raises(BackupRefused, match=rf"{place}\b"):
        making.make(folder)
    assert list(folder.iterdir()) == []
    assert list(settings.VAR_DIR.glob(".backup-*")) == []


def test_uploads_are_no_place_for_it(small_stores: None, settings: Settings) -> None:
    with pytest.raises(BackupRefused, match="MEDIA_ROOT"):
        making.make(Path(settings.MEDIA_ROOT) / "backups")


def test_a_list_of_erasures_is_believed_only_as_it_was_written_here(backup: Path, tmp_path: Path, settings: Settings) -> None:
    assert [one.erased for one in newer(wish(backup, newer=(backup,)))] == [[]]
    bad = changed(backup, tmp_path / "bad.tar", ERASURES, b'[{"at": "2026-11-27T10:00:00+00:00", "address_keys": ["x"]}]')
    with pytest.raises(BackupRefused, match=r"bad\.tar") as refused:
        restoring.restore(wish(backup, newer=(bad,), replace=True))
    assert "--erasures" in str(refused.value)
    settings.HASH_KEY = "of-another-installation-" * 3
    with pytest.raises(BackupRefused, match="HASH_KEY"):
        newer(wish(backup, newer=(backup,)))


def test_one_at_a_time(small_stores: None, settings: Settings, tmp_path: Path) -> None:
    left_behind = settings.VAR_DIR / ".backup-left-behind"
    left_behind.mkdir()
    (left_behind / "database").write_text("plain")
    with scratch() as folder:
        assert not left_behind.exists()
        assert folder.stat().st_mode & 0o777 == 0o700
        with pytest.raises(BackupRefused):
            making.make(tmp_path / "two.tar")
    assert not folder.exists()
    making.make(tmp_path / "two.tar")


# --- Files that come back ------------------------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder with its rights and bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def test_files_take_their_places_together_or_not_at_all(small_stores: None, tmp_path: Path) -> None:
    before = tree(tmp_path)
    new = {("media", "a/default.txt"): b"other", ("media", "b/c/new.txt"): b"new", ("private", "a/private.txt"): b"other"}
    returning = Returning(tmp_path / "scratch")
    for (store, name), content in new.items():
        returning.put(store, name, io.BytesIO(content), sha256=hashlib.sha256(content).hexdigest())
    assert {name: was for name, was in tree(tmp_path).items() if ".restore-" not in name} == before
    returning.swap()
    assert {key: (tmp_path / "/".join(key)).read_bytes() for key in new} == new
    returning.undo()
    assert tree(tmp_path) == before


# --- Encrypted ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def identity(settings: Settings, tmp_path: Path) -> Path:
    """The secret key's file; the settings have the public one."""
    key = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENT = str(key.to_public())
    path = tmp_path / "key.txt"
    path.write_text(f"# created\n{key}\n")
    return path


def test_an_encrypted_backup_needs_the_secret_key(small_stores: None, identity: Path, tmp_path: Path) -> None:
    register.guardian("hemlig.adress@example.org")
    made = making.make(tmp_path / "copies")
    assert made.path.name.endswith(".tar.age")
    assert made.is_encrypted
    assert b"media/" not in made.path.read_bytes()
    assert verified(wish(made.path, identity=identity)).counts["kampanj_guardian"] == Guardian.objects.count() - 1
    with pytest.raises(BackupRefused, match="--identity"):
        verified(wish(made.path))
    identity.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(BackupRefused):
        verified(wish(made.path, identity=identity))


@pytest.mark.parametrize("where", [0.3, 0.6, 0.95])
def test_an_encrypted_backup_that_was_changed_is_refused(
    small_stores: None, identity: Path, tmp_path: Path, where: float
) -> None:
    path = making.make(tmp_path / "copies").path
    content = bytearray(path.read_bytes())
    content[int(len(content) * where)] ^= 1
    path.write_bytes(content)
    with pytest.raises(BackupRefused):
        verified(wish(path, identity=identity))


def test_nothing_in_clear_lies_beside_an_encrypted_one(
    small_stores: None, identity: Path, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    settings.STORAGES["default"]["BACKEND"] = f"{__name__}.Watched"
    settings.STORAGES = {**settings.STORAGES}
    Watched.watched, Watched.seen = [folder], []
    made = making.make(folder)
    assert {path.name for path in Watched.seen} == {f".{made.path.name}.part"}
    assert {path.name for path in folder.iterdir()} == {made.path.name, f"{made.path.name}.mark"}
    assert list(settings.VAR_DIR.glob(".backup-*")) == []


def test_a_full_disk_leaves_nothing_half_of_an_encrypted_one(film: None, identity: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    with files_of_at_most(LARGE), pytest.raises(BackupRefused):
        making.make(folder)
    assert list(folder.iterdir()) == []


def test_a_key_that_is_none_is_said_so(small_stores: None, settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_RECIPIENT = "age1nej"
    with pytest.raises(BackupRefused, match="BACKUP_RECIPIENT"):
        making.make(tmp_path / "copies")
    assert not list((tmp_path / "copies").iterdir())


def test_the_manifest_is_json_that_anybody_can_read(backup: Path) -> None:
    with tarfile.open(backup) as tar:
        content = tar.extractfile(NAME)
        assert content is not None
        assert set(json.load(content)) == {"manifest", "seal"}
