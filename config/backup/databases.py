"""The database as one file and back: a moment of it while everything goes on, and in its place as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection

from config.backup.postgres import Postgres
from config.backup.sqlite import SQLite

# Signed-in browsers are no content: whoever was let in then must not be let in again.
NOT_COUNTED = ("django_session",)


class Database(Protocol):
    """One kind of database. `part` is its file's name in a backup."""

    part: str

    def dump(self, target: Path) -> Mapping[str, int]:
        """Write it to `target`; rows per table as dumped."""
        ...

    def server(self) -> str:
        """The server's version, in words."""
        ...

    def prepare(self, dumped: Path, *, counts: Mapping[str, int], then: tuple[str, ...]) -> None:
        """Look whether `dumped` is whole and can be loaded; BackupRefused. `then` are statements that belong to the loading."""
        ...

    def unreadable_set_aside(self) -> AbstractContextManager[None]:
        """Make room where what lies in the database's place is none any more; it is put back if the block fails."""
        ...

    def load(self) -> None:
        """Put what was prepared in the database's place, in one transaction with the statements."""
        ...


def database() -> Database:
    """The one that the settings name."""
    return Postgres(NOT_COUNTED) if connection.vendor == "postgresql" else SQLite(NOT_COUNTED)
