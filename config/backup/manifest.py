"""What a backup says about itself: when and by what it was made, and every part's size and SHA-256, sealed under HASH_KEY.

The keys themselves are in no backup. A mark of the key that recognises addresses tells whether an installation has the right one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import django
import wagtail
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from config.backup.exceptions import BackupRefused
from kampanj.municipality.keys import recognition_key

FORMAT = 1
NAME = "manifest.json"
# Parts that are neither the database nor a store's files.
ERASURES, PROHIBITIONS = "erasures.json", "prohibitions.json"
# A manifest has a row for every file; nobody has this much of them.
LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the backup: its name there, its length in bytes and its SHA-256, hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`counts` is rows per table in the database as it was dumped; `migrations` the names of those applied, per app."""

    made_at: str
    engine: str
    versions: Mapping[str, str]
    migrations: Mapping[str, list[str]]
    counts: Mapping[str, int]
    parts: tuple[Part, ...] = ()
    key_mark: str = ""
    format: int = FORMAT

    @property
    def moment(self) -> dt.datetime:
        """When the database was dumped, aware."""
        return dt.datetime.fromisoformat(self.made_at)

    def sealed(self) -> bytes:
        """The manifest as it lies in the backup: JSON with an HMAC-SHA-256 of it."""
        told = asdict(self)
        return json.dumps({"manifest": told, "seal": _seal(told)}, ensure_ascii=False, indent=1).encode()


def described(*, now: dt.datetime, counts: Mapping[str, int], server: str) -> Manifest:
    """The manifest of a backup that is being made now; without its parts."""
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied.setdefault(app, []).append(name)
    versions = {
        "python": platform.python_version(),
        "django": django.get_version(),
        "wagtail": wagtail.__version__,
        "database": server,
    }
    return Manifest(
        made_at=now.isoformat(),
        engine=connection.vendor,
        versions=versions,
        migrations=applied,
        counts=counts,
        key_mark=_mark(),
    )


def read(content: bytes, *, key_is_lost: bool) -> Manifest:
    """The manifest of a backup; BackupRefused when it cannot be read, is newer than we are, or was made under another HASH_KEY.

    With `key_is_lost` the key is not asked for; then nobody can say either whether the backup was changed on purpose.
    """
    try:
        written = json.loads(content)
        told = written["manifest"]
        if told["format"] != FORMAT:
            raise BackupRefused(_("The backup was made by a newer version. Update this installation first."))
        manifest = Manifest(**{**told, "parts": tuple(Part(**one) for one in told["parts"])})
        sealed_as, _moment = str(written["seal"]), manifest.moment
    except (ValueError, KeyError, TypeError) as fault:
        raise damaged() from fault
    if key_is_lost:
        return manifest
    if not hmac.compare_digest(manifest.key_mark, _mark()):
        raise BackupRefused(_other_key())
    if not hmac.compare_digest(sealed_as, _seal(told)):
        raise damaged()
    return manifest


def damaged() -> BackupRefused:
    """What is said of a file that is not, or not in whole, what was written."""
    return BackupRefused(_("The file is damaged, cut off, or no backup of ours. Nothing has been changed. Take another backup."))


def _other_key() -> str:
    return _(
        "The backup was made under another HASH_KEY than this installation's: nobody who has unsubscribed would be recognised."
        " Put the right key in the environment or .env. If it is lost for ever, add --key-is-lost."
    )


def _mark() -> str:
    return _keyed(b"kampanj.backup.key")


def _seal(told: Mapping[str, object]) -> str:
    return seal_of("kampanj.backup.manifest", told)


def seal_of(purpose: str, told: Mapping[str, object]) -> str:
    """HMAC-SHA-256 under this installation's key of what is told for a purpose; compare it with `hmac.compare_digest`."""
    return _keyed(purpose.encode() + b"\0" + json.dumps(told, sort_keys=True).encode())


def _keyed(content: bytes) -> str:
    return hmac.new(recognition_key().encode(), content, hashlib.sha256).hexdigest()
