"""Statements that PostgreSQL plans once for a connection, spoken straight to libpq: what the pump asks for every few letters.

Django binds values on its own side, which means planning each time, and a cursor costs several times what the statement does.
"""

from __future__ import annotations

import contextlib
import hashlib
import select
import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import Error, connection
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:
    import psycopg
    from django.db.backends.base.base import BaseDatabaseWrapper
    from psycopg.pq.abc import PGconn, PGresult

Row = tuple[str | None, ...]
# psycopg.pq.ExecStatus.COMMAND_OK and TUPLES_OK, ConnStatus.OK: numbers, for an installation on SQLite never loads psycopg.
_GOOD = (1, 2)
_CONNECTED = 0
# The statements that each connection has prepared, with their names there.
_prepared: weakref.WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = weakref.WeakKeyDictionary()


def rows(sql: str, values: Sequence[str]) -> list[Row]:
    """Run one statement in a commit of its own; its rows.

    `values` take the places $1, $2, …; they and the rows are in PostgreSQL's text form. Errors are Django's.
    TransactionManagementError inside a transaction: libpq would not know of it.
    """
    if connection.in_atomic_block:
        raise TransactionManagementError("The pump's statements are commits of their own.")
    connection.ensure_connection()
    with connection.wrap_database_errors:
        own: psycopg.Connection[Any] = connection.connection
        name = _prepare(own, sql)
        result = _checked(own.pgconn, own.pgconn.exec_prepared(name, [value.encode() for value in values]))
    return _texts(result)


class Line:
    """Statements on a connection of their own, one behind the other (libpq's pipeline mode), each a commit of its own.

    PostgreSQL begins the next as soon as one is done, without waiting for us to wake up and ask for it. Errors are Django's;
    after one of the connection everything that was under way is unknown, and the next statement opens a new one.
    """

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        """On a connection to the same database as `database`."""
        self._database = database.copy()
        self._under_way = 0

    def send(self, sql: str, values: Sequence[str]) -> None:
        """Begin a statement, as in `rows`; its answer comes after those of the statements before it."""
        with self._telling_of_a_broken_connection():
            self._database.ensure_connection()
            own: psycopg.Connection[Any] = self._database.connection
            if sql not in _prepared.get(own, {}):
                self._leave_pipeline(own.pgconn)
                _prepare(own, sql)
            own.pgconn.enter_pipeline_mode()
            own.pgconn.send_query_prepared(_prepared[own][sql], [value.encode() for value in values])
            own.pgconn.pipeline_sync()
        self._under_way += 1

    def fileno(self) -> int:
        """Readable when an answer comes; only while a statement is under way."""
        return self._wire.socket

    def take(self) -> list[Row] | None:
        """The rows of the oldest statement; None when they are not there yet."""
        with self._telling_of_a_broken_connection():
            if not self._has_answer():
                return None
            result = self._next_result()
            self._under_way -= 1
            return _texts(_checked(self._wire, result))

    def close(self) -> None:
        """Nothing more is asked; what is under way is carried out or not."""
        self._under_way = 0
        if self._database.connection is not None:
            # Not to be used by anybody else, as a pool would: it is in the middle of something.
            self._database.connection.close()
        self._database.close()

    @property
    def _wire(self) -> PGconn:
        wire: PGconn = self._database.connection.pgconn
        return wire

    def _has_answer(self) -> bool:
        self._wire.consume_input()
        return not self._wire.is_busy()

    def _next_result(self) -> PGresult:
        """The statement's result, read to its end: NULL ends it, then the mark that its commit is over."""
        result = self._wire.get_result()
        while self._wire.get_result() is not None:
            pass
        while not self._has_answer():
            wait_for(self.fileno())
        self._wire.get_result()
        if result is None:
            from psycopg import OperationalError

            raise OperationalError(self._wire.error_message.decode("utf-8", "replace"))
        return result

    def _leave_pipeline(self, wire: PGconn) -> None:
        if self._under_way:
            raise TransactionManagementError("Statements are prepared before any is under way.")
        wire.exit_pipeline_mode()

    @contextlib.contextmanager
    def _telling_of_a_broken_connection(self) -> Iterator[None]:
        try:
            with self._database.wrap_database_errors:
                yield
        except Error:
            if self._database.connection is None or self._wire.status != _CONNECTED:
                self.close()
            raise


def wait_for(*readable: int, seconds: float | None = None) -> None:
    """Until something can be read from one of these file descriptors, or so long."""
    poll = select.poll()
    for descriptor in readable:
        poll.register(descriptor, select.POLLIN)
    poll.poll(None if seconds is None else seconds * 1000)


def _texts(result: PGresult) -> list[Row]:
    value, columns = result.get_value, range(result.nfields)
    return [
        tuple([None if (found := value(row, column)) is None else found.decode() for column in columns])
        for row in range(result.ntuples)
    ]


def array(values: Iterable[int]) -> str:
    """Numbers as the text of an array."""
    return "{" + ",".join(map(str, values)) + "}"


def _prepare(own: psycopg.Connection[Any], sql: str) -> bytes:
    """The statement's name on this connection, where it is prepared if it was not yet."""
    statements = _prepared.setdefault(own, {})
    name = statements.get(sql)
    if name is None:
        # By what it says: two connections may share one at the server (PgBouncer).
        name = f"kampanj_{hashlib.sha256(sql.encode()).hexdigest()[:16]}".encode()
        _checked(own.pgconn, own.pgconn.exec_(b"SET plan_cache_mode = force_generic_plan"))
        _checked(own.pgconn, own.pgconn.prepare(name, sql.encode()))
        statements[sql] = name
    return name


def _checked(wire: PGconn, result: PGresult) -> PGresult:
    """The result; psycopg's error when it is one."""
    if result.status in _GOOD:
        return result
    from psycopg import OperationalError
    from psycopg.errors import error_from_result

    if wire.status != _CONNECTED:
        raise OperationalError(result.error_message.decode("utf-8", "replace"))
    raise error_from_result(result)
