"""Files that come back: laid beside the stores' own, put in their places together, and taken out again if the whole cannot be.

In a folder every step is a rename, which needs no room and leaves each file as it was. A bucket has none: there what is new is
stored at once, and what is replaced is kept on this machine's disk meanwhile.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused
from config.backup.files import ASIDE, OUTLASTING, STORES, names, sha256_of, store

CHUNK = 1024 * 1024


class Returning:
    """The files of both stores. `scratch` is a folder on this machine's disk."""

    def __init__(self, scratch: Path) -> None:
        self._stores: dict[str, _Folder | _Bucket] = {name: _of(store(name), scratch / name) for name in STORES}
        self._seen: dict[str, set[str]] = {name: set() for name in STORES}

    def put(self, store_name: str, name: str, source: IO[bytes], *, sha256: str) -> None:
        """Lay the file ready, unless the same bytes lie in its place already."""
        place = store(store_name)
        self._seen[store_name].add(name)
        if not place.exists(name) or sha256_of(place, name) != sha256:
            self._stores[store_name].lay(name, source)

    def swap(self) -> None:
        """Put all in their places."""
        for one in self._stores.values():
            one.swap()

    def undo(self) -> None:
        """Everything is as it was, and nothing that was laid ready is left."""
        for one in self._stores.values():
            one.undo()

    def finish(self) -> int:
        """Remove what was replaced and what the backup does not have, built packages too; how many files of the latter.

        Archives and notes of erasures stay.
        """
        removed = 0
        for store_name, kept in self._seen.items():
            self._stores[store_name].forget()
            place = store(store_name)
            for name in list(names(place)):
                if name not in kept and not (store_name == "private" and name.startswith(OUTLASTING)):
                    place.delete(name)
                    removed += 1
        return removed


def _of(place: Storage, scratch: Path) -> _Folder | _Bucket:
    return _Folder(place) if isinstance(place, FileSystemStorage) else _Bucket(place, scratch)


def _saved(place: Storage, name: str, source: IO[bytes]) -> None:
    written = place.save(name, File(source, name=name))
    if written != name:
        place.delete(written)
        raise BackupRefused(
            _("%(name)s was written by somebody else at the same time. Stop everything that uses the installation.")
            % {"name": name}
        )


class _Folder:
    """A store that is a folder on a disk."""

    def __init__(self, place: FileSystemStorage) -> None:
        self._place = place
        self._root = Path(place.location)
        # Within the store, so that a rename is enough; a name that nobody can guess, in a folder that nobody else can look into.
        self._aside = self._root / f"{ASIDE}{secrets.token_hex(16)}"
        self._ready = FileSystemStorage(
            location=self._aside / "new",
            file_permissions_mode=place.file_permissions_mode,
            directory_permissions_mode=place.directory_permissions_mode,
        )
        self._laid: list[str] = []
        self._moved: list[tuple[Path, Path]] = []
        self._made: list[Path] = []

    def lay(self, name: str, source: IO[bytes]) -> None:
        if not self._aside.exists():
            self._make(self._root)
            self._aside.mkdir(mode=0o700)
        self._laid.append(name)
        _saved(self._ready, name, source)

    def swap(self) -> None:
        for name in self._laid:
            target = self._root / name
            if target.exists():
                self._move(target, self._aside / "old" / name)
            self._move(self._aside / "new" / name, target)

    def _move(self, source: Path, target: Path) -> None:
        self._make(target.parent)
        self._moved.append((source, target))  # First: the end may come between the two.
        source.rename(target)

    def _make(self, folder: Path) -> None:
        """The folder and those above it, as the store would make them; remembered."""
        mode = self._place.directory_permissions_mode
        for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
            missing.mkdir()
            self._made.append(missing)
            if mode is not None:
                missing.chmod(mode)

    def undo(self) -> None:
        while self._moved:
            source, target = self._moved.pop()
            if target.exists():
                target.rename(source)
        self._remove_aside()
        while self._made:
            made = self._made.pop()
            if made.exists() and not any(made.iterdir()):
                made.rmdir()

    def forget(self) -> None:
        """Also what a restore before this one has left, killed in the middle."""
        self._remove_aside()
        for left_behind in self._root.glob(f"{ASIDE}*"):
            shutil.rmtree(left_behind)

    def _remove_aside(self) -> None:
        if self._aside.exists():
            shutil.rmtree(self._aside)


class _Bucket:
    """A store without renames."""

    def __init__(self, place: Storage, scratch: Path) -> None:
        self._place = place
        self._scratch = scratch
        self._added: list[str] = []
        # Name → the new bytes and, once they are replaced, the old ones.
        self._replacing: dict[str, tuple[Path, Path]] = {}
        self._replaced: list[str] = []

    def lay(self, name: str, source: IO[bytes]) -> None:
        if not self._place.exists(name):
            self._added.append(name)
            _saved(self._place, name, source)
            return
        self._scratch.mkdir(mode=0o700, exist_ok=True)
        number = len(self._replacing)
        new, old = self._scratch / f"{number}.new", self._scratch / f"{number}.old"
        self._replacing[name] = new, old
        with new.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
        with self._place.open(name, "rb") as there, old.open("wb") as file:
            shutil.copyfileobj(cast("IO[bytes]", there), file, CHUNK)
            os.fsync(file.fileno())

    def swap(self) -> None:
        for name, (new, _old) in self._replacing.items():
            self._replaced.append(name)
            self._write(name, new)

    def _write(self, name: str, path: Path) -> None:
        self._place.delete(name)
        with path.open("rb") as file:
            _saved(self._place, name, file)

    def undo(self) -> None:
        try:
            while self._replaced:
                self._write(self._replaced[-1], self._replacing[self._replaced[-1]][1])
                self._replaced.pop()
            while self._added:
                self._place.delete(self._added[-1])
                self._added.pop()
        except OSError as fault:
            raise BackupRefused(self._left_here()) from fault

    def _left_here(self) -> str:
        """Move what could not be written back to a folder that stays; what is said of it."""
        folder = Path(settings.VAR_DIR) / f"restore-set-aside-{secrets.token_hex(4)}"
        for name in self._replaced:
            (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(self._replacing[name][1], folder / name)
        return _(
            "The store answers no more: %(replaced)d files could not be put back and lie in %(folder)s, %(added)d new ones are"
            " left. When it answers, run the same command again, or put them back by hand."
        ) % {"replaced": len(self._replaced), "folder": folder, "added": len(self._added)}

    def forget(self) -> None:
        """The disk's folder goes with whoever made it."""
