"""Bringing a backup back: everything is read and checked before anything is touched; the database comes last, as a whole.

Afterwards nothing leaves by itself (`distribution.restored`), and whoever was erased since is erased again (`rights.erasures`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import age, files
from config.backup.databases import NOT_COUNTED, Database, database
from config.backup.exceptions import BackupRefused, disk_faults_in_words
from config.backup.making import STANDING
from config.backup.manifest import LARGEST, Manifest, damaged, read
from config.backup.manifest import NAME as MANIFEST
from kampanj.audience.models import Suppression
from kampanj.content import page_cache
from kampanj.content.help_lines import first_aid
from kampanj.distribution import restored
from kampanj.followup.rights import erasures
from kampanj.followup.rights.erasure import erase_again
from kampanj.municipality.models import User

CHUNK = 1024 * 1024
IN_MEMORY = 4 * 1024 * 1024
# What compresses best still fits when the database is unpacked beside itself.
UNPACKED = 12
# A clock that differs between machines hides no erasure.
MARGIN = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asks for: `newer` are later backups, whose erasures count; see `manage.py restore --help`."""

    backup: Path
    newer: tuple[Path, ...] = ()
    identity: Path | None = None
    replace: bool = False
    key_is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: when the backup was made, its parts, rows erased again, mailings that ask, and those that are paused."""

    made_at: dt.datetime
    parts: int
    erased_again: int
    asking: int
    paused: int
    removed: int
    knew_the_old: bool


def restore(wish: Wish) -> Restored:
    """Bring it back; BackupRefused when it cannot be, with everything as it was."""
    now = timezone.now()
    with disk_faults_in_words(wish.backup):
        manifest = verified(wish)
        others = [erasures.told(_standing(wish, path)) for path in (wish.backup, *wish.newer)]
    _demand_that_it_fits(manifest, now)
    _demand_emptiness(wish)
    old, knew_the_old = _old_erasures()
    db = database()
    scratch_place = settings.VAR_DIR
    with (
        disk_faults_in_words(scratch_place),
        tempfile.TemporaryDirectory(dir=scratch_place, prefix=".restore-") as scratch,
    ):
        returning = _bring_back(wish, manifest, db, Path(scratch), now)
    call_command("migrate", verbosity=0, interactive=False)
    known = [one for some in (old, *others) for one in some]
    since = [one for one in known if dt.datetime.fromisoformat(one.at) > manifest.moment - MARGIN]
    erased = erase_again(since)
    _forget_what_was_drawn()
    asking, paused = restored.waiting_for_an_answer()
    removed = returning.remove_others()
    return Restored(manifest.moment, len(manifest.parts), erased, asking, paused, removed, knew_the_old)


def verified(wish: Wish) -> Manifest:
    """Read the whole backup once: every part's size and SHA-256, and none more or less than the manifest names."""
    found: dict[str, tuple[int, str]] = {}
    content = b""
    with _members(wish, wish.backup) as members:
        for name, stream, size in members:
            if name in found or content:
                raise damaged()
            if name == MANIFEST:
                content = stream.read(min(size, LARGEST))
                continue
            digest = hashlib.sha256()
            while piece := stream.read(CHUNK):
                digest.update(piece)
            found[name] = size, digest.hexdigest()
    if not content:
        raise damaged()
    manifest = read(content, key_is_lost=wish.key_is_lost)
    if found != {part.name: (part.size, part.sha256) for part in manifest.parts}:
        raise damaged()
    return manifest


@contextlib.contextmanager
def _members(wish: Wish, path: Path) -> Iterator[Iterator[tuple[str, IO[bytes], int]]]:
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


def _standing(wish: Wish, path: Path) -> list[dict[str, object]]:
    """The erasures that a backup knows of."""
    with _members(wish, path) as members:
        for name, stream, size in members:
            if name == STANDING:
                found: list[dict[str, object]] = json.loads(stream.read(min(size, LARGEST)))
                for _other in members:
                    pass
                return found
    raise damaged()


def _demand_that_it_fits(manifest: Manifest, now: dt.datetime) -> None:
    """The same kind of database, no newer tables than we know, and not from before what is remembered of erasures."""
    if manifest.engine != connection.vendor:
        raise BackupRefused(
            _(
                "The backup is of a %(backup)s database and this installation has %(here)s. Set DATABASE_URL to a database of the"
                " same kind."
            )
            % {"backup": manifest.engine, "here": connection.vendor}
        )
    on_disk = MigrationLoader(None).disk_migrations
    # What was squashed is known by the migration that stands for it.
    known = {*on_disk, *(replaced for migration in on_disk.values() for replaced in migration.replaces)}
    beyond = [(app, name) for app, names in manifest.migrations.items() for name in names if (app, name) not in known]
    ours = [f"{app}.{name}" for app, name in beyond if app in {app for app, _name in known}]
    if ours:
        raise BackupRefused(
            _("The backup was made by a newer version (%(name)s is not known here). Update this installation first.")
            % {"name": ours[0]}
        )
    if manifest.moment < erasures.oldest_backup(now):
        raise BackupRefused(
            _(
                "The backup is older than %(days)d days: who has been erased since is no longer remembered. If there is no newer"
                " one, set BACKUP_DAYS for this command and go through the erasures in the municipality's own records."
            )
            % {"days": settings.BACKUP_DAYS}
        )


def _demand_emptiness(wish: Wish) -> None:
    if not wish.replace and not (_has_no_people() and files.is_empty()):
        raise BackupRefused(
            _(
                "This installation is not empty. Make a backup of it, stop everything that uses it, and add --replace: what it"
                " holds now will be gone."
            )
        )


def _has_no_people() -> bool:
    if User._meta.db_table not in connection.introspection.table_names():
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {User._meta.db_table} LIMIT 1")  # noqa: S608  # A name of ours.
        return cursor.fetchone() is None


def _old_erasures() -> tuple[list[erasures.Erasure], bool]:
    """What the installation that is replaced knows of erasures, and whether its database could tell."""
    noted = erasures.noted()
    try:
        has_any = Suppression._meta.db_table in connection.introspection.table_names()
        return noted + (erasures.suppressed() if has_any else []), True
    except DatabaseError:
        connection.close()
        return noted, False


def _bring_back(wish: Wish, manifest: Manifest, db: Database, scratch: Path, now: dt.datetime) -> files.Returning:
    """Files first, then the database in one transaction; what was added goes again when that cannot be."""
    sizes = {part.name: part.size for part in manifest.parts}
    if db.part not in sizes:
        raise damaged()
    room = {name: sum(size for part, size in sizes.items() if part.startswith(f"{name}/")) for name in files.STORES}
    files.demand_room({**room, "scratch": sizes[db.part] * (UNPACKED if connection.vendor == "sqlite" else 1)}, scratch=scratch)
    sums = {part.name: part.sha256 for part in manifest.parts}
    then = (
        *restored.holding(made_at=manifest.moment, now=now, vendor=connection.vendor),
        *(f"DELETE FROM {table}" for table in NOT_COUNTED),  # noqa: S608  # Names of ours.
    )
    returning = files.Returning()
    try:
        with _members(wish, wish.backup) as members:
            for name, stream, _size in members:
                store_name, _slash, path = name.partition("/")
                if name == db.part:
                    with (scratch / db.part).open("wb") as dumped:
                        _copy(stream, dumped, sha256=sums[name])
                    db.prepare(scratch / db.part, counts=manifest.counts, then=then)
                elif store_name in files.STORES and path:
                    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(scratch)) as whole:
                        _copy(stream, whole, sha256=sums[name])
                        whole.seek(0)
                        returning.put(store_name, path, cast("IO[bytes]", whole), sha256=sums[name])
        db.load()
    except BaseException:
        returning.take_back()
        raise
    return returning


def _copy(source: IO[bytes], target: Any, *, sha256: str) -> None:
    """Copy, and demand the bytes that were checked before: the file may lie where others write."""
    digest = hashlib.sha256()
    while piece := source.read(CHUNK):
        digest.update(piece)
        target.write(piece)
    if digest.hexdigest() != sha256:
        raise damaged()


def _forget_what_was_drawn() -> None:
    """Nothing of the old content is shown any more: kept pages, and the help lines of the page for our own faults."""
    ContentType.objects.clear_cache()
    for cache in caches.all():
        cache.clear()
    page_cache.purge()
    first_aid.keep()
