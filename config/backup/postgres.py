"""PostgreSQL by its own programs: pg_dump within one snapshot; pg_restore and psql put it back in one transaction.

The programs come with the server (Debian: postgresql-client) and must not be older than it. The password is in no command line.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from config.backup.exceptions import BackupRefused
from config.backup.manifest import damaged

# Nobody else may be using the tables: whoever is has so long to end.
LOCK_TIMEOUT = "10s"
# The schema itself and its comment in a list of contents.
OF_SCHEMA = re.compile(r" SCHEMA - | COMMENT - SCHEMA | ACL - SCHEMA ")
EMPTY = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP SEQUENCE IF EXISTS %I CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT oid::regprocedure AS name FROM pg_proc AS routine WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = routine.oid AND deptype = 'e') LOOP
    EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name);
  END LOOP;
END $$
"""


class Postgres:
    """See `databases.Database`."""

    part = "database.pgdump"

    def __init__(self, not_counted: tuple[str, ...]) -> None:
        self._not_counted = not_counted
        self._script: list[str] = []
        self._dumped: Path | None = None

    def server(self) -> str:
        return f"PostgreSQL {_server_major()}"

    def dump(self, target: Path) -> Mapping[str, int]:
        program = _program("pg_dump")
        with psycopg.connect(**_parameters()) as snapshot:
            snapshot.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            (name,) = snapshot.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            counts = self._counts(snapshot)
            schema = snapshot.execute("SELECT current_schema()").fetchone() or ("public",)
            command = [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}"]
            _run([*command, f"--schema={schema[0]}", f"--file={target}"])
        return counts

    def _counts(self, opened: psycopg.Connection) -> dict[str, int]:
        found = opened.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1").fetchall()
        tables = [table for (table,) in found if table not in self._not_counted]
        counting = sql.SQL("SELECT count(*) FROM {}")
        rows = {table: opened.execute(counting.format(sql.Identifier(table))).fetchone() for table in tables}
        return {table: row[0] if row else 0 for table, row in rows.items()}

    def prepare(self, dumped: Path, *, counts: Mapping[str, int], then: tuple[str, ...]) -> None:
        listed = _run([_program("pg_restore"), "--list", str(dumped)], may_fail=True)
        _program("psql")
        if listed is None:
            raise damaged()
        checks = [_counted(table, number) for table, number in counts.items()]
        self._script = [*checks, *then]
        self._dumped = dumped

    def unreadable_set_aside(self) -> AbstractContextManager[None]:
        """Nothing: a server that does not answer is the operator's to mend."""
        return nullcontext()

    def load(self) -> None:
        if self._dumped is None:
            raise RuntimeError("prepare() comes first")
        connection.close()
        # Without the schema itself, which is there already: `--schema` in pg_dump lists it among the contents.
        listing = _run([_program("pg_restore"), "--list", str(self._dumped)]) or ""
        chosen = self._dumped.with_name("chosen.list")
        chosen.write_text("\n".join(line for line in listing.splitlines() if not OF_SCHEMA.search(line)), encoding="utf-8")
        restore = [_program("pg_restore"), "--no-owner", "--no-privileges", f"--use-list={chosen}", "--file=-", str(self._dumped)]
        psql = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        # Not psql's own --single-transaction, which commits at the end of what it gets: also when we have died in the middle.
        before = ["--command", "BEGIN", "--command", f"SET lock_timeout = '{LOCK_TIMEOUT}'", "--command", EMPTY]
        # What pg_restore writes leaves the search path empty.
        _piped(restore, [*psql, *before, "--file=-"], then="RESET search_path;\n" + ";\n".join(self._script) + ";\nCOMMIT;\n")


def _counted(table: str, number: int) -> str:
    """A statement that fails when the table has not so many rows."""
    name = table.replace('"', '""')
    words = table.replace("'", "''")
    return (
        f'DO $$ BEGIN IF (SELECT count(*) FROM "{name}") <> {int(number)} THEN'  # noqa: S608
        f" RAISE EXCEPTION 'the table {words} has not as many rows as were dumped'; END IF; END $$"
    )


def _parameters() -> dict[str, Any]:
    """What libpq needs to reach the database, as Django is told."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    return {name: value for name, value in connection.get_connection_params().items() if name in known}


def _environment() -> dict[str, str]:
    parameters = _parameters()
    variables = {option.keyword.decode(): option.envvar for option in psycopg.pq.Conninfo.get_defaults()}
    told = {envvar.decode(): str(parameters[name]) for name, envvar in variables.items() if envvar and name in parameters}
    return {**{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}, **told}


def _server_major() -> int:
    try:
        with psycopg.connect(**_parameters()) as opened:
            return opened.info.server_version // 10_000
    except psycopg.OperationalError as fault:
        raise BackupRefused(_("The database does not answer. Start it, or check DATABASE_URL, and try again.")) from fault


def _program(name: str) -> str:
    """Where the program is; BackupRefused when it is missing or older than the server."""
    wanted = _server_major()
    versioned = Path(f"/usr/lib/postgresql/{wanted}/bin/{name}")  # Where Debian keeps several versions side by side.
    found = str(versioned) if versioned.exists() else shutil.which(name)
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout if found else ""  # noqa: S603
    version = re.search(r"\) (\d+)", said)
    if not found or not version or int(version[1]) < wanted:
        raise BackupRefused(
            _("%(program)s of PostgreSQL %(version)s or newer is needed. Debian: apt-get install postgresql-client-%(version)s.")
            % {"program": name, "version": wanted}
        )
    return found


def _run(command: list[str], *, may_fail: bool = False) -> str | None:
    """What the program prints; BackupRefused with its own words when it fails, or None where it may."""
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode == 0:
        return done.stdout
    if may_fail:
        return None
    raise _refusal(command[0], done.stderr)


def _piped(first: list[str], second: list[str], *, then: str) -> None:
    """`(first; echo then) | second`; the second one's transaction comes to nothing when the first one fails."""
    with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as troubles:
        writer = subprocess.Popen(first, env=_environment(), stdout=subprocess.PIPE, stderr=complaints)  # noqa: S603
        reader = subprocess.Popen(  # noqa: S603
            second, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=troubles
        )
        with writer, reader:
            written, target = cast("IO[bytes]", writer.stdout), cast("IO[bytes]", reader.stdin)
            try:
                shutil.copyfileobj(written, target)
                if writer.wait() == 0:
                    target.write(then.encode())
                else:
                    reader.kill()  # Its connection breaks before it could commit.
                target.close()
            except BrokenPipeError:
                writer.kill()  # The reader has given up, and says why.
            except BaseException:
                writer.kill()
                reader.kill()
                raise
        for program, done, said in ((second[0], reader, troubles), (first[0], writer, complaints)):
            if done.returncode > 0:
                said.seek(0)
                raise _refusal(program, said.read().decode(errors="replace"))
        if reader.returncode or writer.returncode:
            raise _refusal(second[0], "")


def _refusal(program: str, said: str) -> BackupRefused:
    lines = [line for line in said.strip().splitlines() if line.strip()]
    if "lock timeout" in said:
        return BackupRefused(_("Somebody else is using the database. Stop web servers, workers and clocks, and try again."))
    return BackupRefused(
        _("%(program)s failed: %(words)s The database is as it was.")
        % {"program": Path(program).name, "words": lines[0] if lines else "?"}
    )
