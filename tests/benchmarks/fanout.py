"""`make bench-fanout`: from a segment to one delivery row per letter, on SQLite and PostgreSQL.

For each database: seconds and rows per second of starting a mailing (the one transaction), CPU seconds of it (the process
and PostgreSQL's own for it), how many rows a second fan-out adds, how much the process grew, and the longest that another
connection waited for a write and a read meanwhile, as a page of the desk would. Beside it, in the same minute and the same
database, two floors: a bare INSERT … SELECT of every guardian, which chooses nobody, and `executemany` of rows that lie
ready. The guardians are a municipality's: two to a child, every twelfth school year, nine languages, some addresses shared,
some people twice, some suppressed, some protected. Prints figures, judges none.

    make bench-fanout ARGS="--recipients 1000000 --database SQLite"
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.installation import ROOT, Installation, copy_of_template

POSTGRES = "postgresql://postgres@127.0.0.1:5432"
PAUSE_SECONDS = 0.01
HEADINGS = (
    "rows",
    "seconds",
    "rows/s",
    "CPU s",
    "again s",
    "adds",
    "MB more",
    "write ms",
    "read ms",
    "bare s",
    "many s",
    "/ bare",
)

PREPARE = """
from kampanj.audience.identity import keyed_hash
from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress, School, Segment, Suppression
from kampanj.distribution.plan import make_mailing
Guardian.objects.all().delete()
schools = [School.objects.get_or_create(code=f"bench{n}", defaults={"name": f"Skola {n}"})[0] for n in range(12)]
grades = ("F", "1", "2", "3", "4", "5", "6", "7", "8", "9")
languages = ("sv",) * 24 + ("en", "ar", "fa", "fi", "pl", "so", "ti", "uk")
def address(n):
    # Every fiftieth has its neighbour's address.
    return f"v{n - 1 if n % 50 == 49 else n}@example.org"
for start in range(0, COUNT, 20_000):
    several = range(start, min(COUNT, start + 20_000))
    children = Child.objects.bulk_create(
        Child(source="bench", key=str(n), school=schools[n // 2 % 12], grade=grades[n // 2 % 10]) for n in several if n % 2 == 0)
    guardians = Guardian.objects.bulk_create(
        Guardian(source="bench", external_id=str(n), email=address(n), address_key=keyed_hash("address", address(n)),
            language=languages[n % len(languages)],
            # Every fortieth is the same person as the one before.
            identity_key="" if n % 4 == 0 else keyed_hash("person", str(n - 1 if n % 40 == 39 else n)))
        for n in several)
    GuardianChild.objects.bulk_create(
        GuardianChild(guardian=one, child=children[place // 2]) for place, one in enumerate(guardians))
    Suppression.objects.bulk_create(
        Suppression(address_key=one.address_key, reason="unsubscribed") for one in guardians[7::100])
    ProtectedAddress.objects.bulk_create(
        ProtectedAddress(source="bench", address_key=one.address_key) for one in guardians[11::200])
Segment.objects.create(name="Bench", kind=Segment.Kind.GUARDIANS, grades=list(grades))
for _ in range(2):
    make_mailing(slug="jag-trodde-aldrig", segment_name="Bench", at=None, is_approved=True)
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
"""

OURS = """
import json, os, resource, time
from pathlib import Path
from django.db import connection
from kampanj.distribution import clock
from kampanj.distribution.fanout import fan_out
from kampanj.distribution.models import Delivery, Mailing, MailingRun

postgres = connection.vendor == "postgresql"
floors_own, mailing = Mailing.objects.order_by("pk")[Mailing.objects.count() - 2:]
MailingRun.objects.filter(mailing=floors_own).update(state="cancelled")

def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]

def cpu():
    spent = time.process_time()
    if postgres:
        fields = Path(f"/proc/{backend()}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent

def timed(step):
    before, start = cpu(), time.monotonic()
    result = step()
    return {"seconds": time.monotonic() - start, "cpu": cpu() - before, "result": result}

MailingRun.objects.count()
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print("BEGIN", flush=True)
ours = timed(clock.start_due)
print("END", flush=True)
ours["grown"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
rows = Delivery.objects.filter(mailing=mailing)
ours["rows"] = rows.count()
again = timed(lambda: fan_out(mailing))
again["added"] = rows.count() - ours["rows"]

def insert(source, many=()):
    sql = ("INSERT INTO kampanj_delivery (mailing_id, address_key, guardian_id, language, state, owner, due, attempts,"
        f" was_uncertain, smtp_reply) {source} ON CONFLICT DO NOTHING")
    with connection.cursor() as cursor:
        cursor.executemany(sql, many) if many else cursor.execute(sql)

moment = "2026-12-14 06:30:00" + ("+00" if postgres else "")
bare = timed(lambda: insert(f"SELECT {floors_own.pk}, address_key, id, language, 'queued', '', '{moment}', 0, FALSE, ''"
    " FROM kampanj_guardian WHERE TRUE"))
Delivery.objects.filter(mailing=floors_own).delete()
ready = [(floors_own.pk, *row, moment) for row in rows.values_list("address_key", "guardian_id", "language")]
from django.db import transaction
with transaction.atomic():
    many = timed(lambda: insert("VALUES (%s, %s, %s, %s, 'queued', '', %s, 0, FALSE, '')", ready))
print("FIGURES", json.dumps({"ours": ours, "again": again, "bare": bare, "many": many}))
"""


@contextlib.contextmanager
def installed(kind: str) -> Iterator[Installation]:
    """An installation with the demonstration content on this kind of database."""
    folder = Path(tempfile.mkdtemp(prefix="kampanj-bench-"))
    installation = copy_of_template(folder)
    installation.environment["LOG_LEVEL"] = "WARNING"
    name = f"kampanj_bench_{uuid.uuid4().hex[:12]}"
    try:
        if kind == "PostgreSQL":
            with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
                server.execute(f"CREATE DATABASE {name}")
            installation.environment["DATABASE_URL"] = f"{POSTGRES}/{name}"
            installation.manage("migrate", "--verbosity", "0", timeout=900)
            installation.manage("seed_demo", timeout=900)
        yield installation
    finally:
        shutil.rmtree(folder)
        if kind == "PostgreSQL":
            with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def connected(installation: Installation) -> Any:
    """Another connection to the installation's database, as a page of the desk would have one."""
    url = installation.environment.get("DATABASE_URL")
    if url:
        return psycopg.connect(url, autocommit=True)
    return sqlite3.connect(installation.database, timeout=60, isolation_level=None, check_same_thread=False)


class Desk(threading.Thread):
    """Does one thing over and over, and keeps the longest that it took while `is_on`."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.is_on = threading.Event()
        self.is_over = threading.Event()
        self.longest = 0.0

    def run(self) -> None:
        while not self.is_over.is_set():
            start, was_on = time.monotonic(), self.is_on.is_set()
            self.work()
            if was_on or self.is_on.is_set():
                self.longest = max(self.longest, time.monotonic() - start)
            time.sleep(PAUSE_SECONDS)


def figures(installation: Installation) -> dict[str, Any]:
    """What the program prints, and how long the desk waited meanwhile."""
    writer, reader = connected(installation), connected(installation)
    desk = {
        "write": Desk(lambda: writer.execute("UPDATE kampanj_school SET district = 'x' WHERE code = 'bench1'")),
        "read": Desk(lambda: reader.execute("SELECT count(*) FROM kampanj_school").fetchall()),
    }
    for one in desk.values():
        one.start()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", OURS],
        cwd=ROOT,
        env=installation.variables(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found: dict[str, Any] = {}
    for line in process.stdout:
        for one in desk.values():
            one.is_on.set() if line.startswith("BEGIN") else one.is_on.clear()
        if line.startswith("FIGURES "):
            found = json.loads(line.removeprefix("FIGURES "))
    for one in desk.values():
        one.is_over.set()
        one.join()
    if process.wait() or not found:
        raise SystemExit("it ended without figures; see above")
    return {**found, "waits": {name: one.longest for name, one in desk.items()}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipients", type=int, default=100_000, metavar="N")
    parser.add_argument("--runs", type=int, default=1, metavar="N")
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"), action="append")
    chosen = parser.parse_args()
    print(f"{chosen.recipients} guardians")
    print(" " * 11 + "".join(f"{heading:>9}" for heading in HEADINGS))
    for kind in chosen.database or ("SQLite", "PostgreSQL"):
        for _ in range(chosen.runs):
            with installed(kind) as installation:
                installation.manage("shell", "--no-imports", "-c", f"COUNT = {chosen.recipients}\n{PREPARE}", timeout=3600)
                found = figures(installation)
            ours, again = found["ours"], found["again"]
            print(
                f"{kind:11}{ours['rows']:9}{ours['seconds']:9.2f}{ours['rows'] / ours['seconds']:9.0f}{ours['cpu']:9.2f}"
                f"{again['seconds']:9.2f}{again['added']:9}{ours['grown']:9.1f}{found['waits']['write'] * 1000:9.0f}"
                f"{found['waits']['read'] * 1000:9.0f}{found['bare']['seconds']:9.2f}{found['many']['seconds']:9.2f}"
                f"{ours['seconds'] / found['bare']['seconds']:9.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
