"""`make bench-import`: what a roster costs, beside the least that its rows can cost, on SQLite and PostgreSQL.

For CSV and XLSX on each database: seconds to check, to apply (the one transaction), to import the same file again and to
undo; the largest memory of the process and its children together; and whether the second import changed nothing and the
undo restored the same hash. The floor reads the same CSV file with `csv` and inserts the same guardians, children and ties
with `executemany` in one transaction: no checking, no comparing, no protection. Prints figures, judges none.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import psycopg

from tests.installation import Installation

POSTGRES = "postgresql://postgres@127.0.0.1:5432"
HEADINGS = ("skolenhet", "årskurs", "elev-id", "skyddad", "vårdnadshavare-id", "e-post", "språk", "personnummer")
SCHOOLS = 12
GRADES = ("F", "1", "2", "3", "4", "5", "6", "7", "8", "9")
LANGUAGES = ("", "", "", "", "Arabiska", "so", "engelska")
SAMPLE_SECONDS = 0.05

PREPARE = """
from kampanj.audience.models import School
for number in range(1, 13):
    School.objects.get_or_create(code=str(1000 + number), defaults={"name": f"Skola {number}"})
"""

OURS = """
import hashlib, json, time
from kampanj.audience.importing import staging
from kampanj.audience.models import Child, Guardian, GuardianChild, Suppression
from kampanj.audience.importing.models import RosterImport

def state():
    digest = hashlib.sha256()
    for rows in (
        Guardian.objects.order_by("source", "external_id").values_list(
            "source", "external_id", "email", "address_key", "language", "identity_key"),
        Child.objects.order_by("source", "key").values_list("source", "key", "school__code", "grade"),
        GuardianChild.objects.order_by("guardian__external_id", "child__key").values_list(
            "guardian__source", "guardian__external_id", "child__key"),
        Suppression.objects.order_by("address_key", "reason").values_list("address_key", "reason", "topic_id"),
    ):
        for row in rows.iterator():
            digest.update(repr(row).encode())
    return digest.hexdigest()

def steps(path):
    times = {}
    def timed(name, step, *arguments, **options):
        start = time.monotonic()
        result = step(*arguments, **options)
        times[name] = time.monotonic() - start
        return result
    with open(path, "rb") as file:
        staged = timed("upload", staging.upload, file, source="skolregistret", file_name=path, by=None)
    staging.queue_check(staged)
    timed("check", staging.check, staged)
    if staged.figures["stops_at_brake"]:
        raise SystemExit(f"the brake: {staged.figures}")
    staging.queue_apply(staged, by=None)
    timed("apply", staging.apply, staged)
    return staged, times

before = state()
staged, first = steps(PATH)
figures = staged.figures
again, second = steps(PATH)
nothing = {name: again.figures[name] for name in ("new", "changed", "gone", "errors")}
start = time.monotonic()
staging.queue_undo(staged, by=None); staging.undo(staged)
undo = time.monotonic() - start
print("FIGURES", json.dumps({"first": first, "second": second, "undo": undo, "figures": figures, "again": nothing,
    "same_hash": state() == before}))
"""

FLOOR = """
import csv, json, time
from django.db import connection, transaction
from django.utils import timezone
start = time.monotonic()
pupils, guardians, ties = {}, {}, []
schools = dict(__import__("kampanj.audience.models", fromlist=["School"]).School.objects.values_list("code", "pk"))
with open(PATH, encoding="utf-8", newline="") as file:
    reader = csv.reader(file, delimiter=";")
    next(reader)
    for school, grade, pupil, _marking, guardian, email, language, _number in reader:
        child = pupils.setdefault(pupil, (len(pupils) + 1, schools[school], grade))
        person = guardians.setdefault(guardian, (len(guardians) + 1, email, language))
        ties.append((person[0], child[0]))
now = timezone.now()
now = now if connection.vendor == "postgresql" else now.replace(tzinfo=None).isoformat(" ")
people = [(pk, key, email, language, now) for key, (pk, email, language) in guardians.items()]
children = [(pk, key, school, grade) for key, (pk, school, grade) in pupils.items()]
with transaction.atomic(), connection.cursor() as cursor:
    cursor.executemany("INSERT INTO kampanj_guardian (id, source, external_id, email, address_key, language, identity_key,"
        " imported_at) VALUES (%s, 'floor', %s, %s, '', %s, '', %s)", people)
    cursor.executemany("INSERT INTO kampanj_child (id, source, key, school_id, grade)"
        " VALUES (%s, 'floor', %s, %s, %s)", children)
    cursor.executemany("INSERT INTO kampanj_guardianchild (guardian_id, child_id) VALUES (%s, %s)", ties)
print("FIGURES", json.dumps({"seconds": time.monotonic() - start}))
"""


def personal_number(number: int) -> str:
    """A made-up personal identity number with a right check digit."""
    nine = f"{60 + number // 336_000:02}{1 + number // 28_000 % 12:02}{1 + number // 1_000 % 28:02}{number % 1_000:03}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return f"19{nine}{-sum(digit // 10 + digit % 10 for digit in doubled) % 10}"


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """`count` ties: two guardians to a child, and every twentieth child a younger sibling with the same two."""
    for number in range(count):
        pupil, parent = divmod(number, 2)
        family = pupil - 1 if pupil % 20 == 1 else pupil
        guardian = f"VH{family:06}-{parent}"
        yield (
            str(1001 + pupil % SCHOOLS),
            GRADES[pupil % len(GRADES)],
            f"E{pupil:06}",
            "Ingen",
            guardian,
            f"{guardian.lower()}@example{family % 40}.se",
            LANGUAGES[family % len(LANGUAGES)],
            personal_number(2 * family + parent),
        )


def write_files(folder: Path, count: int) -> dict[str, Path]:
    """The same rows as CSV and as XLSX."""
    as_csv, as_xlsx = folder / "roster.csv", folder / "roster.xlsx"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(rows(count))
    as_csv.write_text(text.getvalue(), encoding="utf-8")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    sheet.append(HEADINGS)
    for row in rows(count):
        sheet.append(row)
    book.save(as_xlsx)
    return {"CSV": as_csv, "XLSX": as_xlsx}


@contextmanager
def database(kind: str, installation: Installation) -> Iterator[dict[str, str]]:
    """The environment that names a new, empty database of this kind."""
    if kind == "SQLite":
        yield {"VAR_DIR": str(installation.folder / f"var-{uuid.uuid4().hex}")}
        return
    name = f"bench_import_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {
            "DATABASE_URL": f"postgresql://postgres@127.0.0.1:5432/{name}",
            "VAR_DIR": str(installation.folder / f"var-{name}"),
        }
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def resident(pid: int) -> int:
    """The kilobytes of a process and its children that are in memory, shared pages in equal parts (Linux)."""
    kilobytes = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            waiting += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            kilobytes += int(re.search(r"^Pss: +(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE)[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return kilobytes


def run(installation: Installation, env: dict[str, str], program: str) -> tuple[dict, float]:
    """A program in `manage.py shell`; its figures and the largest memory of its processes together in MB."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        env=installation.variables(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    largest = 0

    def watch() -> None:
        nonlocal largest
        while process.poll() is None:
            largest = max(largest, resident(process.pid))
            time.sleep(SAMPLE_SECONDS)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, errors = process.communicate()
    watcher.join()
    found = [line for line in output.splitlines() if line.startswith("FIGURES ")]
    if process.returncode or not found:
        raise SystemExit(f"{output}\n{errors}")
    return json.loads(found[-1].removeprefix("FIGURES ")), largest / 1024


def with_path(program: str, path: Path) -> str:
    """The program with PATH set to the file."""
    return f"PATH = {str(path)!r}\n{program}"


def measured(installation: Installation, kind: str, program: str) -> tuple[dict, float]:
    """What a program does to a new database of this kind."""
    with database(kind, installation) as env:
        installation.manage("migrate", "--verbosity", "0", env=env)
        installation.manage("shell", "--no-imports", "-c", PREPARE, env=env)
        return run(installation, env, program)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000, metavar="N")
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"), action="append")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kampanj-bench-") as name:
        installation = Installation(Path(name), {"LOG_LEVEL": "WARNING"})
        files = write_files(installation.folder, arguments.rows)
        sizes = ", ".join(f"{form} {path.stat().st_size / 1e6:.1f} MB" for form, path in files.items())
        print(f"{arguments.rows} rows; {sizes}")
        print("database    file    check   apply  check+apply   again    undo    MB   / floor  0 changes  same hash")
        for kind in arguments.database or ("SQLite", "PostgreSQL"):
            floor, _memory = measured(installation, kind, with_path(FLOOR, files["CSV"]))
            print(f"{kind:11} floor {floor['seconds']:29.1f}s")
            for form, path in files.items():
                ours, memory = measured(installation, kind, with_path(OURS, path))
                first, second = ours["first"], ours["second"]
                both = sum(first.values())
                again = second["check"] + second["apply"]
                changes = sum(ours["again"].values())
                print(
                    f"{kind:11} {form:5} {first['check']:6.1f}s {first['apply']:6.1f}s {both:11.1f}s"
                    f" {again:6.1f}s {ours['undo']:6.1f}s {memory:5.0f} {both / floor['seconds']:8.1f}"
                    f"  {changes or 'yes':9}  {'yes' if ours['same_hash'] else 'NO'}  {ours['figures']}"
                )


if __name__ == "__main__":
    main()
