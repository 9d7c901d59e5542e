"""Statements that PostgreSQL plans once for a connection, spoken straight to libpq: what the pump asks for every few letters.

Django binds values on its own side, which means planning each time, and a cursor costs several times what the statement does.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGconn, PGresult

# psycopg.pq.ExecStatus.COMMAND_OK and TUPLES_OK, ConnStatus.OK: numbers, for an installation on SQLite never loads psycopg.
_GOOD = (1, 2)
_CONNECTED = 0
# The statements that each connection has prepared, with their names there.
_prepared: weakref.WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = weakref.WeakKeyDictionary()


def rows(sql: str, values: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Run one statement in a commit of its own; its rows.

    `values` take the places $1, $2, …; they and the rows are in PostgreSQL's text form. Errors are Django's.
    TransactionManagementError inside a transaction: libpq would not know of it.
    """
    if connection.in_atomic_block:
        raise TransactionManagementError("The pump's statements are commits of their own.")
    connection.ensure_connection()
    with connection.wrap_database_errors:
        own: psycopg.Connection[Any] = connection.connection
        result = _run(own, sql, [value.encode() for value in values])
    columns = range(result.nfields)
    return [tuple(_text(result.get_value(row, column)) for column in columns) for row in range(result.ntuples)]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def array(values: Iterable[int]) -> str:
    """Numbers as the text of an array."""
    return "{" + ",".join(map(str, values)) + "}"


def _run(own: psycopg.Connection[Any], sql: str, values: list[bytes]) -> PGresult:
    statements = _prepared.setdefault(own, {})
    name = statements.get(sql)
    if name is None:
        name = f"kampanj_{len(statements)}".encode()
        _checked(own.pgconn, own.pgconn.exec_(b"SET plan_cache_mode = force_generic_plan"))
        _checked(own.pgconn, own.pgconn.prepare(name, sql.encode()))
        statements[sql] = name
    return _checked(own.pgconn, own.pgconn.exec_prepared(name, values))


def _checked(wire: PGconn, result: PGresult) -> PGresult:
    """The result; psycopg's error when it is one."""
    if result.status in _GOOD:
        return result
    from psycopg import OperationalError
    from psycopg.errors import error_from_result

    if wire.status != _CONNECTED:
        raise OperationalError(result.error_message.decode("utf-8", "replace"))
    raise error_from_result(result)
