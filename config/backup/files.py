"""The two stores as names and bytes, wherever they lie: what a backup takes of them, and how it comes back.

What can be made anew stays out: built packages and papers (`artifacts/`) are drawn again when somebody asks.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused
from kampanj.followup.archive.verifying import FOLDER as ARCHIVES
from kampanj.followup.rights.erasures import FOLDER as ERASURES
from kampanj.municipality.storage import private_storage

MADE_ANEW = ("artifacts/",)
# Never removed by a backup that comes back: they may be all that is left of what happened after it.
OUTLASTING = (f"{ARCHIVES}/", f"{ERASURES}/")
STORES = ("media", "private")
CHUNK = 1024 * 1024


def store(name: str) -> Storage:
    """The store by its name in a backup: media or private."""
    return private_storage() if name == "private" else default_storage


def names(place: Storage, folder: str = "") -> Iterator[str]:
    """Every file that a backup takes, in order."""
    try:
        folders, files = place.listdir(folder)
    except FileNotFoundError:
        return
    for file in sorted(filter(None, files)):
        if not file.startswith(".gitkeep"):
            yield f"{folder}{file}"
    for inner in sorted(filter(None, folders)):
        path = f"{folder}{inner}/"
        if path not in MADE_ANEW:
            yield from names(place, path)


def is_empty() -> bool:
    """Whether neither store holds a file."""
    return not any(next(names(store(name)), None) for name in STORES)


def demand_room(needed: dict[str, int], *, scratch: Path) -> None:
    """BackupRefused when a disk has not room for so many bytes in each store (`scratch`: beside the database)."""
    places = {name: scratch if name == "scratch" else _folder_of(name) for name in needed}
    per_disk: dict[int, tuple[Path, int]] = {}
    for name, place in places.items():
        if place is not None:
            _place, sum_ = per_disk.get(place.stat().st_dev, (place, 0))
            per_disk[place.stat().st_dev] = place, sum_ + needed[name]
    for place, bytes_ in per_disk.values():
        free = shutil.disk_usage(place).free
        if free < bytes_:
            raise BackupRefused(
                _("%(place)s has room for %(free)d MB; %(needed)d MB are needed. Nothing has been changed.")
                % {"place": place, "free": free // 1_000_000, "needed": bytes_ // 1_000_000 + 1}
            )


def _folder_of(name: str) -> Path | None:
    """The nearest folder that exists on the way to a store; None when it is no folder of ours."""
    place = store(name)
    while hasattr(place, "_wrapped"):
        place = place._wrapped
    if not isinstance(place, FileSystemStorage):
        return None
    path = Path(place.location)
    return next(folder for folder in (path, *path.parents) if folder.exists())


class Returning:
    """Files that come back, one at a time; `take_back` removes those that were not there before, if the whole cannot be done."""

    def __init__(self) -> None:
        self._added: list[tuple[str, str]] = []
        self.seen: dict[str, set[str]] = {name: set() for name in STORES}

    def put(self, store_name: str, name: str, source: IO[bytes], *, sha256: str) -> None:
        """Write the file, unless the same bytes lie there already."""
        place = store(store_name)
        self.seen[store_name].add(name)
        if place.exists(name):
            if sha256_of(place, name) == sha256:
                return
            place.delete(name)
        else:
            self._added.append((store_name, name))
        written = place.save(name, File(source, name=name))
        if written != name:
            place.delete(written)
            raise BackupRefused(
                _("%(name)s was written by somebody else at the same time. Stop everything that uses the installation.")
                % {"name": name}
            )

    def take_back(self) -> None:
        """Remove what was added."""
        for store_name, name in self._added:
            store(store_name).delete(name)

    def remove_others(self) -> int:
        """Remove what the backup does not have, built packages too; how many files. Archives and notes of erasures stay."""
        removed = 0
        for store_name, kept in self.seen.items():
            place = store(store_name)
            for name in list(names(place)):
                if name not in kept and not (store_name == "private" and name.startswith(OUTLASTING)):
                    place.delete(name)
                    removed += 1
        return removed


def sha256_of(place: Storage, name: str) -> str:
    """Hexadecimal SHA-256 of a stored file."""
    digest = hashlib.sha256()
    with place.open(name, "rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
