"""Statements one behind the other on PostgreSQL: in order, each by itself, and after a broken connection anew."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import Error, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from environ import Env

from kampanj.distribution.postgres import Line, Row, wait_for

pytestmark = pytest.mark.django_db
ADD = "INSERT INTO seen (name) VALUES ($1) RETURNING name"
ADD_SLOWLY = "INSERT INTO seen (name) SELECT $1 FROM (SELECT pg_sleep(0.3)) AS pause RETURNING name"
DIVIDE = "SELECT 1 / $1::int"
PID = "SELECT pg_backend_pid() FROM (SELECT $1::text) AS nothing"


@pytest.fixture
def database(postgres_url: str) -> BaseDatabaseWrapper:
    found: BaseDatabaseWrapper = ConnectionHandler({"default": Env.db_url_config(postgres_url)})["default"]
    with found.cursor() as cursor:
        cursor.execute("CREATE TABLE seen (id serial, name text)")
    return found


@pytest.fixture
def line(database: BaseDatabaseWrapper) -> Iterator[Line]:
    line = Line(database)
    yield line
    line.close()
    database.close()


def answer(line: Line) -> list[Row]:
    while (rows := line.take()) is None:
        wait_for(line.fileno())
    return rows


def seen(database: BaseDatabaseWrapper) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute("SELECT name FROM seen ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def test_the_next_is_begun_without_being_asked_for_and_both_answers_come_in_order(
    line: Line, database: BaseDatabaseWrapper
) -> None:
    line.send(ADD, ["first"])
    answer(line)
    line.send(ADD_SLOWLY, ["second"])
    line.send(ADD_SLOWLY, ["third"])
    assert line.take() is None, "it sleeps"
    time.sleep(1.0)
    assert seen(database) == ["first", "second", "third"], "nobody has asked for an answer"
    assert [line.take(), line.take()] == [[("second",)], [("third",)]], "one read may bring both"


def test_each_is_a_commit_of_its_own(line: Line, database: BaseDatabaseWrapper) -> None:
    for sql in (ADD, DIVIDE):
        line.send(sql, ["1"])
        answer(line)
    line.send(DIVIDE, ["0"])
    line.send(ADD, ["after"])
    with pytest.raises(Error):
        answer(line)
    assert answer(line) == [("after",)], "another's fault is no matter of this one"
    assert seen(database) == ["1", "after"]


def test_a_connection_that_breaks_with_two_under_way_says_so_and_the_next_statement_opens_another(
    line: Line, database: BaseDatabaseWrapper, postgres_url: str
) -> None:
    line.send(PID, [""])
    rows = answer(line)
    assert rows
    line.send(ADD, ["before"])
    answer(line)
    line.send(ADD_SLOWLY, ["lost"])
    answer(line)
    line.send(ADD_SLOWLY, ["lost too"])
    line.send(ADD, ["never begun"])
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [int(rows[0][0] or 0)])
    with pytest.raises(OperationalError):
        answer(line)
    line.send(ADD, ["anew"])
    assert answer(line) == [("anew",)]
    assert seen(database) == ["before", "lost", "anew"]


def test_a_new_statement_is_not_prepared_while_others_are_under_way(line: Line) -> None:
    line.send(ADD, ["first"])
    with pytest.raises(Error, match="prepared before"):
        line.send(DIVIDE, ["1"])
