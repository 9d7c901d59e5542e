"""Erasures outlast backups: whoever was erased after a backup was made is erased again when it comes back.

Each erasure leaves a note in private storage, where it survives the loss of the database: keyed hashes of the addresses and of
the ids under which sources know the person, and nothing else. By the ids a row is found that had another address when the backup
was made. Notes go when no backup can be older (BACKUP_DAYS); the suppressions stay.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.models import Suppression
from kampanj.followup.rights.person import Found
from kampanj.municipality.storage import private_storage

logger = logging.getLogger(__name__)
FOLDER = "erasures"
LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who was erased when: keyed hashes of addresses, personal identity numbers, and ids in sources."""

    at: str
    address_keys: tuple[str, ...]
    identity_keys: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()


def told(written: Iterable[dict[str, object]]) -> list[Erasure]:
    """Erasures from what `asdict` made of them. TypeError or ValueError for anything else."""
    found = []
    for one in written:
        lists = {name: tuple(map(str, one.get(name, ()))) for name in ("address_keys", "identity_keys", "traces")}  # type: ignore[call-overload]
        found.append(Erasure(at=dt.datetime.fromisoformat(str(one["at"])).isoformat(), **lists))
    return found


def note(found: Found) -> None:
    """Keep the note of an erasure that is certain. A store that fails is logged: the suppressions remember the addresses."""
    rows = (*found.guardians, *found.others)
    traces = {guardian_trace(row.source, row.external_id) for row in rows} - {""}
    people = {row.identity_key for row in rows} | {found.sought.identity_key}
    erasure = Erasure(timezone.now().isoformat(), tuple(found.keys), tuple(sorted(people - {""})), tuple(sorted(traces)))
    try:
        private_storage().save(f"{FOLDER}/{uuid.uuid4().hex}.json", ContentFile(json.dumps(asdict(erasure)).encode()))
    except OSError:
        logger.exception("The note of an erasure could not be kept; a backup from before it must be brought back with care.")


def known() -> list[Erasure]:
    """Every erasure that this installation knows of, the oldest first."""
    found = noted()
    keys = {key for erasure in found for key in erasure.address_keys}
    found += [erasure for erasure in suppressed() if erasure.address_keys[0] not in keys]
    return sorted(found, key=lambda one: dt.datetime.fromisoformat(one.at))


def noted() -> list[Erasure]:
    """Those with a note in private storage."""
    return [erasure for _path, erasure in _notes()]


def suppressed() -> list[Erasure]:
    """Those that the database remembers: one for each address."""
    rows = Suppression.objects.filter(reason=Suppression.Reason.ERASED).values_list("address_key", "created_at")
    return [Erasure(at.isoformat(), (key,)) for key, at in rows]


def _notes() -> Iterable[tuple[str, Erasure]]:
    store = private_storage()
    try:
        names = store.listdir(FOLDER)[1]
    except FileNotFoundError:
        return
    for name in sorted(names):
        path = f"{FOLDER}/{name}"
        with store.open(path) as file:
            try:
                yield path, told([json.loads(file.read(LARGEST))])[0]
            except (ValueError, TypeError, KeyError):
                logger.error("%s is no note of an erasure", path)


def count_old(moment: dt.datetime) -> int:
    """How many notes are from before the moment."""
    return sum(dt.datetime.fromisoformat(erasure.at) < moment for _path, erasure in _notes())


def remove_old(moment: dt.datetime) -> int:
    """Remove them; how many."""
    old = [path for path, erasure in _notes() if dt.datetime.fromisoformat(erasure.at) < moment]
    for path in old:
        private_storage().delete(path)
    return len(old)


def oldest_backup(now: dt.datetime) -> dt.datetime:
    """No backup is older than this."""
    return now - dt.timedelta(days=settings.BACKUP_DAYS)
