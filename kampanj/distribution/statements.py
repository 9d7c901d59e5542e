"""What the pump asks of the database for every few letters, as SQL for each of the two databases.

Written out, and made once: with the ORM it would be made anew each time, which takes longer than running it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, F, Func, Q

from kampanj.audience.models import Guardian, SchoolContact
from kampanj.distribution.models import Delivery
from kampanj.distribution.postgres import Row, array
from kampanj.distribution.recheck import still_wanted

TABLE = Delivery._meta.db_table
# Between the relay's answers in one value; no answer has it (`Reply.read`).
SEPARATOR = "\x1f"


@functools.cache
def _still_wanted() -> str:
    """`recheck.still_wanted` as the SQL of a WHERE clause: it is asked for every few letters, and making it takes longer."""
    query = Delivery.objects.filter(still_wanted()).query
    sql, values = query.get_compiler(connection=connection).compile(query.where)
    # Numbers and names of states, all from our own sources.
    return sql % tuple(f"'{value.value}'" if isinstance(value, Enum) else int(value) for value in values)


@functools.cache
def move_on_in_postgres() -> str:
    """$1 owner, $2 keys of the letters that were taken, $3 the answers with SEPARATOR between, $4 keys that are about to leave,
    $5 both, $6 the lease. Arrays and interval as text.
    """
    return _move_on_sql(
        now="statement_timestamp()",
        lease="statement_timestamp() + $6::interval",
        reply="(string_to_array($3, E'\\x1f'))[array_position($2::bigint[], id)]",
        every="id = ANY($5::bigint[])",
        owner="$1",
        sent="id = ANY($2::bigint[])",
        leaving="id = ANY($4::bigint[])",
    )


@functools.cache
def move_on_in_sqlite(sent: int, leaving: int) -> str:
    """For so many letters: end of the lease, now, key and answer of each taken one, keys taken, keys leaving, owner, keys taken,
    keys leaving, now.
    """
    reply = f"CASE id {'WHEN ? THEN ? ' * sent}END" if sent else "smtp_reply"
    return _move_on_sql(
        now="?",
        lease="?",
        reply=reply,
        every=f"id IN ({marks(sent + leaving, '?')})",
        owner="?",
        sent=f"id IN ({marks(sent, '?')})",
        leaving=f"id IN ({marks(leaving, '?')})",
    )


def _move_on_sql(*, now: str, lease: str, reply: str, every: str, owner: str, sent: str, leaving: str) -> str:
    # CASE, not OR: the rows are found by their keys, never by an index on states that is full of yesterday's.
    return f"""
        UPDATE {TABLE} SET
            state = CASE state WHEN 'sending' THEN 'sent' ELSE 'sending' END,
            owner = CASE state WHEN 'sending' THEN '' ELSE owner END,
            lease_until = CASE state WHEN 'sending' THEN NULL ELSE {lease} END,
            finished_at = CASE state WHEN 'sending' THEN {now} ELSE NULL END,
            attempts = CASE state WHEN 'sending' THEN attempts ELSE attempts + 1 END,
            smtp_reply = CASE state WHEN 'sending' THEN {reply} ELSE smtp_reply END
        WHERE {every} AND owner = {owner} AND CASE state
            WHEN 'sending' THEN {sent}
            WHEN 'leased' THEN {leaving} AND lease_until > {now} AND {_still_wanted()}
            ELSE FALSE END
        RETURNING id
        """  # noqa: S608  # Names of ours only.


def moves(owner: str, *, sent: Mapping[int, str], leaving: Sequence[int]) -> list[str]:
    """The values of `move_on_in_postgres`: letters that were taken with the relay's answers, letters that are about to leave."""
    both = array((*sent, *leaving))
    return [owner, array(sent), SEPARATOR.join(sent.values()), array(leaving), both, lease_seconds()]


def lease_seconds() -> str:
    """A lease as PostgreSQL reads an interval."""
    return f"{settings.DELIVERY_LEASE_SECONDS} seconds"


def keys_of(rows: Iterable[Row]) -> set[int]:
    """The keys that a statement returned as its only column."""
    return {int(key or 0) for (key,) in rows}


_CLAIMED = f"""
    row.id, row.mailing_id, row.address_key, row.language, row.attempts, guardian.email, contact.email, contact.school_id
    FROM %s AS row
    LEFT JOIN {Guardian._meta.db_table} AS guardian ON guardian.id = row.guardian_id
    LEFT JOIN {SchoolContact._meta.db_table} AS contact ON contact.id = row.contact_id
    """  # Names of ours only.


def claim_keys(now: str, lease: str, *, with_share: bool, skips_locked: bool) -> str:
    """queued → leased: mailing, now, first and last address key with `with_share`, how many, owner, end of the lease.

    One statement, one commit. The CTE keeps LIMIT and SKIP LOCKED together, which a plain subquery does not.
    """
    share = "AND address_key BETWEEN %s AND %s" if with_share else ""
    lock = "FOR UPDATE SKIP LOCKED" if skips_locked else ""
    return f"""
        WITH chosen AS MATERIALIZED (
            SELECT id FROM {TABLE} WHERE mailing_id = %s AND state = 'queued' AND due <= {now} {share}
            ORDER BY due, id LIMIT %s {lock}
        )
        UPDATE {TABLE} SET state = 'leased', owner = %s, lease_until = {lease}
        WHERE id IN (SELECT id FROM chosen) AND state = 'queued' RETURNING id
        """  # noqa: S608  # Names of ours only.


def claimed_rows(count: int) -> str:
    """What is needed to send the letters of so many claimed rows: their keys, owner."""
    return (
        f"SELECT {_CLAIMED % TABLE} WHERE row.id IN ({marks(count)}) AND row.owner = %s AND row.state = 'leased'"
        " ORDER BY row.due, row.id"
    )


@functools.cache
def claim_in_postgres(*, with_share: bool) -> str:
    """Both in one: $1 mailing, $2 how many, $3 owner, $4 lease, with `with_share` $5 and $6 the first and last address key."""
    share = "AND address_key BETWEEN $5 AND $6" if with_share else ""
    return f"""
        WITH chosen AS MATERIALIZED (
            SELECT id FROM {TABLE} WHERE mailing_id = $1::bigint AND state = 'queued' AND due <= statement_timestamp() {share}
            ORDER BY due, id LIMIT $2::bigint FOR UPDATE SKIP LOCKED
        ), mine AS (
            UPDATE {TABLE} SET state = 'leased', owner = $3, lease_until = statement_timestamp() + $4::interval
            WHERE id IN (SELECT id FROM chosen) AND state = 'queued' RETURNING {TABLE}.*
        )
        SELECT {_CLAIMED % "mine"} ORDER BY row.due, row.id
        """  # noqa: S608  # Names of ours only.


def in_hand() -> Q:
    """Delivery.IN_HAND in the very words of the index delivery_in_hand; one of the states is asked for beside it.

    SQLite uses a partial index only for those words, never for a list of values that are bound to the statement.
    """
    words = ", ".join(f"'{state}'" for state in Delivery.IN_HAND)
    return Q(Func(F("state"), template=f"%(expressions)s IN ({words})", output_field=BooleanField()))


def marks(count: int, mark: str = "%s") -> str:
    """So many places for values, with commas between."""
    # NULL is in no list: an empty one is no SQL.
    return ", ".join([mark] * count) or "NULL"
