"""The database's own guard of the log: no event is changed, and none younger than two years is removed, whoever asks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "kampanj_audienceevent"
# Two years, counted in days by the triggers and by `log.record.forget_before` alike.
KEPT = dt.timedelta(days=730)
NO_UPDATE = "kampanj_audienceevent_no_update"
NO_DELETE = "kampanj_audienceevent_no_delete"
REFUSAL = "The audience log is append-only."

_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS {NO_UPDATE} BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    # A moment is kept as text in UTC, which compares as it is written.
    f"CREATE TRIGGER IF NOT EXISTS {NO_DELETE} BEFORE DELETE ON {TABLE}"
    f" WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-{KEPT.days} days')"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF TG_OP = 'UPDATE' OR OLD.at > now() - interval '{KEPT.days} days' THEN"
    f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    f" RETURN OLD; END $$",
    f"DROP TRIGGER IF EXISTS {NO_UPDATE} ON {TABLE}",
    f"CREATE TRIGGER {NO_UPDATE} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_guard()",
    f"DROP TRIGGER IF EXISTS {NO_DELETE} ON {TABLE}",
    f"CREATE TRIGGER {NO_DELETE} BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_guard()",
)


def lay(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that are missing; a refused statement raises IntegrityError."""
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration that changes what events look like, and for emptying a whole database."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for trigger in (NO_UPDATE, NO_DELETE):
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{on_table}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_guard()")


def ensure(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Lay them again where a migration has made the table anew, as SQLite's do (receiver of post_migrate)."""
    connection = connections[using]
    if connection.vendor == "sqlite" and TABLE in connection.introspection.table_names():
        lay(connection)
