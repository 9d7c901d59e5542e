"""Making a backup: the database first, then the files that it points at, in one tar file that appears when it is whole.

A tar, so that in need it can be opened without us. Memory does not grow with what is backed up; beside the backup itself the disk
holds the dumped database for a while.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import age, files
from config.backup.databases import database
from config.backup.exceptions import BackupRefused, disk_faults_in_words
from config.backup.manifest import NAME as MANIFEST
from config.backup.manifest import Part, described
from kampanj.followup.rights import erasures

STANDING = "erasures.json"
PATTERN = "kampanj-????????T??????Z.tar*"
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that has been made: its path, parts, bytes, whether it is encrypted, and the older ones that were removed."""

    path: Path
    parts: int
    size: int
    is_encrypted: bool
    removed: tuple[Path, ...]


def make(to: Path | None, *, keep: int | None = None) -> Made:
    """Make a backup in the folder `to`, or as that file (None: VAR_DIR/backups). BackupRefused, with nothing left.

    With `keep`, so many of the newest stay in the folder, and none older than BACKUP_DAYS.
    """
    now = timezone.now()
    target = _target(to, now)
    with disk_faults_in_words(target.parent):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _whole_or_not_at_all(target) as file, tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            parts = _write(file, Path(scratch), now)
        removed = _rotate(target.parent, keep, now) if keep else ()
        size = target.stat().st_size
    return Made(target, parts, size, bool(age.recipients()), removed)


def _target(to: Path | None, now: dt.datetime) -> Path:
    place = (to or settings.VAR_DIR / "backups").absolute()
    if place.resolve().is_relative_to(settings.MEDIA_ROOT):
        raise BackupRefused(
            _("%(path)s lies in MEDIA_ROOT, where everybody can fetch it. Choose another place.") % {"path": place}
        )
    if to is not None and not place.is_dir() and (place.suffix or place.exists()):
        if place.exists():
            raise BackupRefused(_("%(path)s is there already. Choose another name, or a folder.") % {"path": place})
        return place
    return place / f"kampanj-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.tar{age.SUFFIX if age.recipients() else ''}"


@contextlib.contextmanager
def _whole_or_not_at_all(target: Path) -> Iterator[IO[bytes]]:
    """A file for its owner only that gets its name when everything in it has reached the disk."""
    part = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(file: IO[bytes], scratch: Path, now: dt.datetime) -> int:
    db = database()
    dumped = scratch / db.part
    counts = db.dump(dumped)
    manifest = described(now=now, counts=counts, server=db.server())
    with (
        age.encrypting(file) if age.recipients() else contextlib.nullcontext(file) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        writer = _Writer(tar, now)
        with dumped.open("rb") as content:
            writer.add(db.part, content, dumped.stat().st_size)
        dumped.unlink()
        told = json.dumps([asdict(one) for one in erasures.known()]).encode()
        writer.add(STANDING, io.BytesIO(told), len(told))
        for store_name in files.STORES:
            writer.add_store(store_name)
        sealed = replace(manifest, parts=tuple(writer.parts)).sealed()
        writer.add(MANIFEST, io.BytesIO(sealed), len(sealed))
    return len(writer.parts) - 1  # The manifest names the others.


class _Writer:
    """Adds files to a tar and remembers their checksums."""

    def __init__(self, tar: tarfile.TarFile, now: dt.datetime) -> None:
        self._tar = tar
        self._now = now
        self.parts: list[Part] = []

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, PRIVATE, self._now.timestamp()
        reading = _Measured(content)
        self._tar.addfile(entry, reading)
        self.parts.append(Part(name, size, reading.digest.hexdigest()))

    def add_store(self, store_name: str) -> None:
        """Every file of a store; one that is removed while we are on our way is left out."""
        place = files.store(store_name)
        for name in files.names(place):
            try:
                content, size = place.open(name, "rb"), place.size(name)
            except FileNotFoundError:
                continue
            with content:
                self.add(f"{store_name}/{name}", content, size)


class _Measured(io.RawIOBase):
    """Reads another file and takes its checksum on the way."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self.digest.update(piece)
        return piece


def _rotate(folder: Path, keep: int, now: dt.datetime) -> tuple[Path, ...]:
    """Remove all but the newest `keep` backups, and those that are too old to be brought back; what was removed."""
    newest_first = sorted(folder.glob(PATTERN), reverse=True)
    limit = f"kampanj-{erasures.oldest_backup(now).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    gone = tuple(path for number, path in enumerate(newest_first) if number >= keep or (number and path.name < limit))
    for path in gone:
        path.unlink()
    return gone
