"""Reading a backup: every part's size and checksum against the sealed list of contents, before anything in it is believed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from config.backup import age
from config.backup.exceptions import BackupRefused
from config.backup.manifest import ERASURES, LARGEST, PROHIBITIONS, Manifest, damaged, read
from config.backup.manifest import NAME as MANIFEST
from kampanj.followup.rights import erasures, prohibitions

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asks for: `newer` are later backups, of which only what they know as erased and forbidden counts.

    See `manage.py restore --help`.
    """

    backup: Path
    newer: tuple[Path, ...] = ()
    identity: Path | None = None
    replace: bool = False
    key_is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A backup that is whole: what is in it, who is erased and what is forbidden as it knows."""

    manifest: Manifest
    erased: list[erasures.Erasure]
    forbidden: prohibitions.Found


def verified(wish: Wish) -> Manifest:
    """Read the whole backup once: every part's size and SHA-256, and none more or less than the manifest names."""
    return examined(wish, wish.backup).manifest


def newer(wish: Wish) -> list[Read]:
    """The later backups, each verified as a whole; BackupRefused names the one that cannot be believed."""
    found = []
    for path in wish.newer:
        try:
            found.append(examined(wish, path))
        except BackupRefused as refusal:
            raise BackupRefused(_("%(path)s, given with --erasures: %(why)s") % {"path": path, "why": refusal}) from refusal
    return found


def examined(wish: Wish, path: Path) -> Read:
    """Read a whole backup once and demand that it is what was written here; BackupRefused."""
    found: dict[str, tuple[int, str]] = {}
    told: dict[str, bytes] = {}
    with members(wish, path) as entries:
        for name, stream, size in entries:
            if name in found or MANIFEST in told:
                raise damaged()
            if name in (MANIFEST, ERASURES, PROHIBITIONS):
                told[name] = stream.read(min(size, LARGEST))
                stream = io.BytesIO(told[name])  # noqa: PLW2901  # It can be read once.
            if name != MANIFEST:
                found[name] = size, _sha256(stream)
    if MANIFEST not in told:
        raise damaged()
    manifest = read(told[MANIFEST], key_is_lost=wish.key_is_lost)
    if ERASURES not in told or found != {part.name: (part.size, part.sha256) for part in manifest.parts}:
        raise damaged()
    try:
        # Backups that were made before there was a list of what is forbidden have none.
        return Read(
            manifest, erasures.told(json.loads(told[ERASURES])), prohibitions.told(json.loads(told.get(PROHIBITIONS, b"{}")))
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise damaged() from fault


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


@contextlib.contextmanager
def members(wish: Wish, path: Path) -> Iterator[Iterator[tuple[str, IO[bytes], int]]]:
    """The files of a backup in their order: name, stream, length."""
    if not path.is_file():
        raise BackupRefused(_("There is no file %(path)s.") % {"path": path})
    opened = age.decrypting(path, wish.identity) if age.is_encrypted(path) else path.open("rb")
    with opened as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                yield _files_in(tar)
                # To the end, or the program that decrypts would not have looked at all of it.
                while stream.read(CHUNK):
                    pass
        except (tarfile.TarError, zlib.error, EOFError) as fault:
            raise damaged() from fault


def _files_in(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes], int]]:
    for entry in tar:
        content = tar.extractfile(entry) if entry.isreg() else None
        if content is None:
            raise damaged()
        yield entry.name, content, entry.size
