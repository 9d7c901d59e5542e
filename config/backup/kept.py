"""What the installation that is replaced knows and the backup does not, on the disk until it is in force again.

From the moment when its database is replaced this file is all that knows who has unsubscribed, is protected or was erased since.
It outlives a restore that fails, so that the next one finds it, and goes when everything in it is in force.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused
from config.backup.manifest import seal_of
from config.backup.reading import Read
from kampanj.audience.models import Suppression
from kampanj.followup.rights import erasures, prohibitions

NAME = "restore-kept.json"
PURPOSE = "kampanj.restore.kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """Who was erased and what is forbidden, and what of that could not be read (kinds of `prohibitions.CARRIED`)."""

    erased: list[erasures.Erasure]
    forbidden: prohibitions.Found
    unread: tuple[str, ...] = ()


def path() -> Path:
    """Where it lies: on this machine's disk, also when files lie in buckets."""
    return Path(settings.VAR_DIR) / NAME


def gathered(backups: Iterable[Read], *, key_is_lost: bool) -> Kept:
    """What this installation knows now, what a restore before this one has kept, and what the backups know."""
    before = _read(key_is_lost=key_is_lost) if path().exists() else Kept([], {})
    forbidden, unread = prohibitions.found_as_far_as_it_can_be_read()
    others = list(backups)
    erased = [*_erased_here(), *before.erased, *(one for backup in others for one in backup.erased)]
    found = prohibitions.united([forbidden, before.forbidden, *(backup.forbidden for backup in others)])
    return Kept(list(dict.fromkeys(erased)), found, tuple(dict.fromkeys((*before.unread, *unread))))


def _erased_here() -> list[erasures.Erasure]:
    """From the notes in private storage, and from the database if it can tell."""
    noted = erasures.noted()
    try:
        has_any = Suppression._meta.db_table in connection.introspection.table_names()
        return noted + (erasures.suppressed() if has_any else [])
    except Error:
        connection.close()
        return noted


def write(kept: Kept) -> None:
    """Keep it, sealed, for its owner only; on the disk when this returns."""
    told = {"erased": [asdict(one) for one in kept.erased], "forbidden": kept.forbidden, "unread": list(kept.unread)}
    # As it will be read: tuples are lists then.
    content = json.loads(json.dumps(told))
    part = path().with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"kept": content, "seal": seal_of(PURPOSE, content)}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path())


def forget() -> None:
    """Everything in it is in force."""
    path().unlink(missing_ok=True)


def _read(*, key_is_lost: bool) -> Kept:
    try:
        written = json.loads(path().read_text(encoding="utf-8"))
        told, sealed_as = written["kept"], str(written["seal"])
        kept = Kept(erasures.told(told["erased"]), prohibitions.told(told["forbidden"]), tuple(map(str, told["unread"])))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BackupRefused(_not_ours()) from fault
    if not key_is_lost and not hmac.compare_digest(sealed_as, seal_of(PURPOSE, told)):
        raise BackupRefused(_not_ours())
    return kept


def _not_ours() -> str:
    return _(
        "%(path)s, which an earlier restore has left, is not what was written, or was written under another HASH_KEY. Put the"
        " right key in the environment, or move the file away if you know what has been erased and forbidden since the backup."
    ) % {"path": path()}
