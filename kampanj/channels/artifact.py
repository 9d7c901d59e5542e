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
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from kampanj.channels.contents import Contents, Source
from kampanj.channels.timing import timed
from kampanj.content.models import Edition
from kampanj.municipality.storage import private_storage


class Artifact(Contents):
    """One file: an ASCII `name`, its IANA `media_type` and what it holds, which is read when it is needed."""

    def __init__(self, name: str, media_type: str, content: Source) -> None:
        super().__init__(content)
        self.name = name
        self.media_type = media_type

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Artifact) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.name, self.media_type, self.sha256


def whatever_is_installed() -> str:
    """For channels whose files do not depend on what the machine has."""
    return ""


@dataclass(frozen=True)
class Channel:
    """A way out: `name` in commands and addresses, translated `label`, and `render(edition) -> tuple[Artifact, ...]`.

    `render_together` makes one file of all languages, where the form can hold them; `depends_on` names what of the machine
    its files depend on, so that they are made anew when that is installed.
    """

    name: str
    label: Any
    render: Callable[[Edition], tuple[Artifact, ...]]
    render_together: Callable[[tuple[Edition, ...]], tuple[Artifact, ...]] | None = None
    depends_on: Callable[[], str] = whatever_is_installed


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


def artifacts(channel: Channel, *editions: Edition, fresh: bool = False) -> tuple[Artifact, ...]:
    """The channel's files for an edition, or for several languages together; from the cache when they are there, unless `fresh`.

    ChannelError when the form holds one language only and several are given.
    """
    storage = private_storage()
    folder = _folder(key_of(channel, *editions))
    if not fresh and (found := _kept(storage, folder)) is not None:
        return found
    with timed(channel.name):
        made = _made(channel, editions)
    for artifact in made:
        _write(storage, f"{folder}/{artifact.sha256}", artifact)
    rows = [{"name": a.name, "media_type": a.media_type, "sha256": a.sha256} for a in made]
    # Last, so that a reader never finds an index whose files are still being written.
    _write(storage, f"{folder}/index.json", Contents(json.dumps(rows).encode()))
    return made


def kept(channel: Channel, *editions: Edition) -> tuple[Artifact, ...] | None:
    """The channel's files as they were made earlier; None when they have to be made."""
    key = key_of(channel, *editions)
    return _kept(private_storage(), _folder(key))


def is_listed(channel: Channel, *editions: Edition) -> bool:
    """Whether the files have been made, by their list alone: for screens, which read none. Whoever opens one asks `kept`."""
    return bool(private_storage().exists(f"{_folder(key_of(channel, *editions))}/index.json"))


def _folder(key: str) -> str:
    return f"artifacts/{key[:2]}/{key}"


def key_of(channel: Channel, *editions: Edition) -> str:
    """What decides the files' bytes, as 64 hexadecimal digits."""
    parts = [*(edition.fingerprint for edition in editions), channel.name, recipe(), channel.depends_on()]
    return hashlib.sha256(":".join(parts).encode()).hexdigest()


def _made(channel: Channel, editions: tuple[Edition, ...]) -> tuple[Artifact, ...]:
    if len(editions) == 1:
        return channel.render(editions[0])
    if channel.render_together is None:
        raise ChannelError(
            _("“%(channel)s” holds one language. Fetch one file for each language instead.") % {"channel": channel.label}
        )
    return channel.render_together(editions)


def _kept(storage: Any, folder: str) -> tuple[Artifact, ...] | None:
    """The files as they were made; None when they are not there, or when a kill or a full disk has cut one off."""
    try:
        with storage.open(f"{folder}/index.json") as file:
            rows = json.load(file)
        found = tuple(_read(storage, f"{folder}/{row['sha256']}", row) for row in rows)
        whole = all(artifact.sha256 == row["sha256"] for artifact, row in zip(found, rows, strict=True))
    except (FileNotFoundError, ValueError):
        return None
    return found if whole else None


def _read(storage: Any, path: str, row: dict[str, str]) -> Artifact:
    return Artifact(name=row["name"], media_type=row["media_type"], content=partial(storage.open, path))


def _write(storage: Any, path: str, contents: Contents) -> None:
    if storage.exists(path):
        if Contents(partial(storage.open, path)).sha256 == contents.sha256:
            return
        storage.delete(path)
    with contents.open() as stream:
        storage.save(path, File(stream, name=path))
