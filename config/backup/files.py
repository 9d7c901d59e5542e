"""The two stores as names and bytes, wherever they lie: what a backup takes of them, and how it comes back.

What can be made anew stays out: built packages and papers (`artifacts/`) are drawn again when somebody asks.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused
from kampanj.followup.archive.verifying import FOLDER as ARCHIVES
from kampanj.followup.rights.erasures import FOLDER as ERASURES

MADE_ANEW = ("artifacts/",)
# Where a restore lays files ready, and what it replaces.
ASIDE = ".restore-"
# Never removed by a backup that comes back: they may be all that is left of what happened after it.
OUTLASTING = (f"{ARCHIVES}/", f"{ERASURES}/")
STORES = ("media", "private")
CHUNK = 1024 * 1024


def store(name: str) -> Storage:
    """The store by its name in a backup: media or private."""
    return storages["private" if name == "private" else "default"]


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
        if path not in MADE_ANEW and not path.startswith(ASIDE):
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
    if not isinstance(place, FileSystemStorage):
        return None
    path = Path(place.location)
    return next(folder for folder in (path, *path.parents) if folder.exists())


def sha256_of(place: Storage, name: str) -> str:
    """Hexadecimal SHA-256 of a stored file."""
    digest = hashlib.sha256()
    with place.open(name, "rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
