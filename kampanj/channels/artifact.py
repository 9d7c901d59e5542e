"""What a channel makes of an edition, and the cache that makes it once.

Artifacts are kept in private storage under a key made of the edition's fingerprint, the channel and the recipe (the
templates and code that draw it). Building for forty schools builds once; new code or new words build anew.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile

from kampanj.content.models import Edition
from kampanj.municipality.storage import private_storage


@dataclass(frozen=True)
class Artifact:
    """One file: an ASCII `name`, its IANA `media_type` and its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Checksum of the bytes, 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Channel:
    """A way out: `name` in commands and addresses, translated `label`, and `render(edition) -> tuple[Artifact, ...]`."""

    name: str
    label: Any
    render: Callable[[Edition], tuple[Artifact, ...]]


class ChannelError(Exception):
    """Base of this room's errors; the message is translated and says what to do."""


class UnknownChannel(ChannelError):
    """No channel has this name."""


@functools.cache
def recipe() -> str:
    """SHA-256 of the code and templates that draw artifacts: a new release must not serve an old drawing."""
    digest = hashlib.sha256()
    app = Path(__file__).parent.parent
    rooms = [app / name for name in ("municipality", "content", "channels", "templatetags", "static/kampanj")]
    for root in (*rooms, settings.BASE_DIR / "templates" / "kampanj", settings.BASE_DIR / "locale"):
        for file in sorted(path for path in root.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".mo")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def artifacts(channel: Channel, edition: Edition, *, fresh: bool = False) -> tuple[Artifact, ...]:
    """The channel's files for an edition: from the cache when they are there, unless `fresh`."""
    key = hashlib.sha256(f"{edition.fingerprint}:{channel.name}:{recipe()}".encode()).hexdigest()
    storage = private_storage()
    folder = f"artifacts/{key[:2]}/{key}"
    if not fresh and (kept := _kept(storage, folder)) is not None:
        return kept
    made = channel.render(edition)
    for artifact in made:
        _write(storage, f"{folder}/{artifact.sha256}", artifact.content)
    rows = [{"name": a.name, "media_type": a.media_type, "sha256": a.sha256} for a in made]
    # Last, so that a reader never finds an index whose files are still being written.
    _write(storage, f"{folder}/index.json", json.dumps(rows).encode())
    return made


def _kept(storage: Any, folder: str) -> tuple[Artifact, ...] | None:
    """The files as they were made; None when they are not there, or when a kill or a full disk has cut one off."""
    try:
        with storage.open(f"{folder}/index.json") as file:
            rows = json.load(file)
        found = tuple(_read(storage, f"{folder}/{row['sha256']}", row) for row in rows)
    except (FileNotFoundError, ValueError):
        return None
    return found if all(artifact.sha256 == row["sha256"] for artifact, row in zip(found, rows, strict=True)) else None


def _read(storage: Any, path: str, row: dict[str, str]) -> Artifact:
    with storage.open(path) as file:
        return Artifact(name=row["name"], media_type=row["media_type"], content=file.read())


def _write(storage: Any, path: str, content: bytes) -> None:
    if storage.exists(path):
        with storage.open(path) as file:
            if file.read() == content:
                return
        storage.delete(path)
    storage.save(path, ContentFile(content))
