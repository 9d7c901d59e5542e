"""Statements that PostgreSQL plans once for a connection: Django binds values on its own side, which means planning each time."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    import psycopg

_cursors: weakref.WeakKeyDictionary[psycopg.Connection[Any], psycopg.Cursor[Any]] = weakref.WeakKeyDictionary()


def returning(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement with named values on Django's connection; its errors are Django's."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return _cursor().execute(sql, values, prepare=True).fetchall()


def _cursor() -> psycopg.Cursor[Any]:
    """One cursor for each connection, which keeps to the plan once made: the values change no plan of ours."""
    import psycopg

    own: psycopg.Connection[Any] = connection.connection
    if own not in _cursors:
        # Django turns preparing off for all that it sends; its own cursors never prepare anyway.
        own.prepare_threshold = 1
        _cursors[own] = psycopg.Cursor(own)
        _cursors[own].execute("SET plan_cache_mode = force_generic_plan")
    return _cursors[own]
