"""Removing old backups from a folder: only files that are proven to be backups of this installation, whatever others are called.

A plain one is proven by its sealed list of contents. What is in an encrypted one this machine cannot read: beside it lies a small
mark, sealed under the same key, that names its length and how it begins; no two age files begin alike.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from config.backup import age
from config.backup.exceptions import BackupRefused
from config.backup.manifest import LARGEST, read, seal_of
from config.backup.manifest import NAME as MANIFEST
from kampanj.followup.rights import erasures

PATTERN = "kampanj-????????T??????Z.tar*"
NAMED = "kampanj-%Y%m%dT%H%M%SZ.tar"
MARK = ".mark"
PURPOSE = "kampanj.backup.mark"
BEGINNING = 64 * 1024
LARGEST_MARK = 4096


@dataclass(frozen=True, slots=True)
class Turned:
    """`removed` are gone. `unknown` are called like backups and too old by their names; nobody can say whose they are."""

    removed: tuple[Path, ...]
    unknown: tuple[Path, ...]


def rotate(folder: Path, keep: int, now: dt.datetime) -> Turned:
    """Remove all but the newest `keep` backups, and those that are too old to be brought back."""
    limit = erasures.oldest_backup(now)
    made_at: dict[Path, dt.datetime] = {}
    unknown: list[Path] = []
    for path in sorted(folder.glob(PATTERN)):
        if path.suffix not in (".tar", age.SUFFIX) or not path.is_file():
            continue
        if (moment := _moment_of(path)) is not None:
            made_at[path] = moment
        elif _is_old_by_name(path, limit):
            unknown.append(path)
    newest_first = sorted(made_at, key=lambda path: made_at[path], reverse=True)
    gone = tuple(path for number, path in enumerate(newest_first) if number >= keep or (number and made_at[path] < limit))
    for path in gone:
        path.unlink()
        _mark_of(path).unlink(missing_ok=True)
    return Turned(gone, tuple(unknown))


def mark(path: Path, made_at: dt.datetime) -> None:
    """Lay the mark beside an encrypted backup that has just been made here."""
    told = {"made_at": made_at.isoformat(), "size": path.stat().st_size, "begins": _beginning(path)}
    place = _mark_of(path)
    place.touch(mode=0o600)
    place.write_text(json.dumps({"mark": told, "seal": seal_of(PURPOSE, told)}), encoding="utf-8")


def _mark_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{MARK}")


def _moment_of(path: Path) -> dt.datetime | None:
    """When a backup of this installation was made; None for any other file."""
    return _of_encrypted(path) if age.is_encrypted(path) else _of_plain(path)


def _of_plain(path: Path) -> dt.datetime | None:
    try:
        with tarfile.open(path, mode="r:") as tar:
            content = tar.extractfile(MANIFEST)
            return read(content.read(LARGEST), key_is_lost=False).moment if content else None
    except (tarfile.TarError, zlib.error, EOFError, KeyError, BackupRefused):
        return None


def _of_encrypted(path: Path) -> dt.datetime | None:
    place = _mark_of(path)
    if not place.is_file():
        return None
    try:
        written = json.loads(place.read_bytes()[:LARGEST_MARK])
        told, sealed_as = dict(written["mark"]), str(written["seal"])
        moment = dt.datetime.fromisoformat(told["made_at"])
    except (ValueError, KeyError, TypeError):
        return None
    is_ours = hmac.compare_digest(sealed_as, seal_of(PURPOSE, told))
    return moment if is_ours and told["size"] == path.stat().st_size and told["begins"] == _beginning(path) else None


def _beginning(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.sha256(file.read(BEGINNING)).hexdigest()


def _is_old_by_name(path: Path, limit: dt.datetime) -> bool:
    return path.name < limit.astimezone(dt.UTC).strftime(NAMED)
