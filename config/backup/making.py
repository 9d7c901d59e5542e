"""Making a backup: the database first, then the files that it points at, in one tar file that appears when it is whole.

A tar, so that in need it can be opened without us. Memory does not grow with the files that are backed up. The dumped database
lies in VAR_DIR for a while, as the database itself does with SQLite; what is to be encrypted is never in clear beside the backup.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import age, files, freshness, rotation
from config.backup.databases import database
from config.backup.exceptions import BackupRefused, disk_faults_in_words
from config.backup.manifest import ERASURES, PROHIBITIONS, Manifest, Part, described
from config.backup.manifest import NAME as MANIFEST
from config.backup.scratch import scratch
from kampanj.followup.rights import erasures, prohibitions

PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that has been made: its path, parts, bytes, whether it is encrypted, the older ones that were removed, and those
    that are too many or too old by their names but are not known as this installation's."""

    path: Path
    parts: int
    size: int
    is_encrypted: bool
    removed: tuple[Path, ...]
    unknown: tuple[Path, ...]


def make(to: Path | None, *, keep: int | None = None) -> Made:
    """Make a backup in the folder `to`, or as that file (None: VAR_DIR/backups). BackupRefused, with nothing left.

    With `keep`, so many of the newest stay in the folder, and none older than BACKUP_DAYS. Whether it succeeded is noted.
    """
    now = timezone.now()
    with freshness.noted():
        target = _target(to, now)
        with disk_faults_in_words(target.parent):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with disk_faults_in_words(settings.VAR_DIR), scratch() as folder:
            db = database()
            counts = db.dump(folder / db.part)
            manifest = described(now=now, counts=counts, server=db.server())
            with disk_faults_in_words(target.parent), _whole_or_not_at_all(target) as file:
                parts = _write(file, folder / db.part, manifest)
        with disk_faults_in_words(target.parent):
            if age.recipients():
                rotation.mark(target, now)
            turned = rotation.rotate(target.parent, keep, now) if keep else rotation.Turned((), ())
            size = target.stat().st_size
    return Made(target, parts, size, bool(age.recipients()), turned.removed, turned.unknown)


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


def _write(file: IO[bytes], dumped: Path, manifest: Manifest) -> int:
    with (
        age.encrypting(file) if age.recipients() else contextlib.nullcontext(file) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        writer = _Writer(tar, manifest.moment)
        with dumped.open("rb") as content:
            writer.add(dumped.name, content, dumped.stat().st_size)
        dumped.unlink()
        writer.tell(ERASURES, [asdict(one) for one in erasures.known()])
        writer.tell(PROHIBITIONS, prohibitions.found_here())
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

    def tell(self, name: str, told: object) -> None:
        """A part that is JSON."""
        written = json.dumps(told).encode()
        self.add(name, io.BytesIO(written), len(written))

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
