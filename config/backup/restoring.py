"""Bringing a backup back: all is read, checked and laid ready before anything is touched; the database comes last, as a whole.

Afterwards nothing leaves by itself (`distribution.restored`), whoever was erased since is erased again (`rights.erasures`), and
what the replaced database forbade is forbidden again (`rights.prohibitions`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import files, kept
from config.backup.databases import NOT_COUNTED, Database, database
from config.backup.exceptions import BackupRefused, disk_faults_in_words
from config.backup.manifest import Manifest, damaged
from config.backup.reading import CHUNK, Wish, examined, members, newer
from config.backup.returning import Returning
from config.backup.scratch import scratch
from kampanj.audience.exceptions import RosterRefused
from kampanj.content import page_cache
from kampanj.content.help_lines import first_aid
from kampanj.distribution import restored
from kampanj.followup.rights import erasures, prohibitions
from kampanj.followup.rights.erasure import erase_again
from kampanj.municipality.models import User

IN_MEMORY = 4 * 1024 * 1024
# What compresses best still fits when the database is unpacked beside itself.
UNPACKED = 12
# A clock that differs between machines hides no erasure.
MARGIN = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: when the backup was made, its parts, rows erased again, new suppressions, mailings that ask and that are
    paused, removed files, and what the earlier database could not tell (kinds of `prohibitions.CARRIED`)."""

    made_at: dt.datetime
    parts: int
    erased_again: int
    suppressed_again: int
    asking: int
    paused: int
    removed: int
    unread: tuple[str, ...]


def restore(wish: Wish) -> Restored:
    """Bring it back; BackupRefused when it cannot be, with everything as it was."""
    now = timezone.now()
    with disk_faults_in_words(wish.backup):
        backup = examined(wish, wish.backup)
        others = newer(wish)
    # First of all: whoever looks at the migrations asks the database.
    with database().unreadable_set_aside():
        _demand_that_it_fits(backup.manifest, now)
        _demand_emptiness(wish)
        with disk_faults_in_words(settings.VAR_DIR), scratch() as folder:
            known = kept.gathered((backup, *others), key_is_lost=wish.key_is_lost)
            kept.write(known)
            returning = _bring_back(wish, backup.manifest, folder, now)
    return _finished(backup.manifest, known, returning)


def _finished(manifest: Manifest, known: kept.Kept, returning: Returning) -> Restored:
    """What remains when the backup is in its place."""
    with disk_faults_in_words(settings.VAR_DIR):
        erased, suppressed = _put_in_force(known, manifest)
        removed = returning.finish()
        _forget_what_was_drawn()
    asking, paused = restored.waiting_for_an_answer()
    return Restored(manifest.moment, len(manifest.parts), erased, suppressed, asking, paused, removed, known.unread)


def _put_in_force(known: kept.Kept, manifest: Manifest) -> tuple[int, int]:
    """Tables as the code needs them; then whoever was erased since goes again, and what was forbidden is forbidden again.

    BackupRefused when that cannot be: what is known stays on the disk, and the same command finds it there.
    """
    since = [one for one in known.erased if dt.datetime.fromisoformat(one.at) > manifest.moment - MARGIN]
    try:
        call_command("migrate", verbosity=0, interactive=False)
        erased = erase_again(since)
        suppressed = prohibitions.put_in_force(known.forbidden)
    except (Error, RosterRefused, CommandError) as fault:
        # A database's own words may quote an address.
        why = type(fault).__name__ if isinstance(fault, Error) else str(fault)
        raise BackupRefused(
            _(
                "The backup is there, but who has unsubscribed, is protected or was erased since is not yet known in it, and no"
                " letter may leave. Keep everything stopped and run the same command again with --replace: %(path)s knows"
                " them. (%(why)s)"
            )
            % {"path": kept.path(), "why": why}
        ) from fault
    kept.forget()
    return erased, suppressed


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


def _bring_back(wish: Wish, manifest: Manifest, scratch: Path, now: dt.datetime) -> Returning:
    """Everything is laid ready, then files and database take their places; if either cannot, all is as it was."""
    db = database()
    _demand_room(manifest, db, scratch)
    then = (
        *restored.holding(made_at=manifest.moment, now=now, vendor=connection.vendor),
        *(f"DELETE FROM {table}" for table in NOT_COUNTED),  # noqa: S608  # Names of ours.
    )
    returning = Returning(scratch)
    try:
        _lay_ready(wish, manifest, scratch / db.part, returning)
        db.prepare(scratch / db.part, counts=manifest.counts, then=then)
        returning.swap()
        db.load()
    except BaseException:
        returning.undo()
        raise
    return returning


def _demand_room(manifest: Manifest, db: Database, scratch: Path) -> None:
    sizes = {part.name: part.size for part in manifest.parts}
    if db.part not in sizes:
        raise damaged()
    room = {name: sum(size for part, size in sizes.items() if part.startswith(f"{name}/")) for name in files.STORES}
    files.demand_room({**room, "scratch": sizes[db.part] * (UNPACKED if connection.vendor == "sqlite" else 1)}, scratch=scratch)


def _lay_ready(wish: Wish, manifest: Manifest, dumped: Path, returning: Returning) -> None:
    """The dumped database as a file at `dumped`, and every file beside its place."""
    sums = {part.name: part.sha256 for part in manifest.parts}
    with members(wish, wish.backup) as entries:
        for name, stream, _size in entries:
            store_name, _slash, path = name.partition("/")
            if name == dumped.name:
                with dumped.open("wb") as target:
                    _copy(stream, target, sha256=sums[name])
            elif store_name in files.STORES and path:
                with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(dumped.parent)) as whole:
                    _copy(stream, whole, sha256=sums[name])
                    whole.seek(0)
                    returning.put(store_name, path, cast("IO[bytes]", whole), sha256=sums[name])


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
