"""`make bench-report`: what a mailing's report costs, however many its letters: the page, and its files.

For each database, size and kind of mailing: queries and seconds (the best of several) of the report's page as the desk asks
for it, and of the CSV, the JSON and the PDF; and how many times as long each takes as a plain `SELECT state, count(*)` of the
same rows, the floor. The register grows with the letters: two guardians to a child, sixty schools, sixty domains, nine languages,
every state and a dozen answers of mail servers. Prints figures, judges none.

    make bench-report ARGS="--letters 1000 100000 --database SQLite"
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

from tests.benchmarks.fanout import installed
from tests.installation import ROOT, Installation

PARTS = ("page", "csv", "json", "pdf")

PROGRAM = """
import json, time
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone
from kampanj.audience.identity import keyed_hash
from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress, School, SchoolContact, Segment, Suppression
from kampanj.channels.pressroom.press import can_print
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.followup.models import Receipt
from kampanj.followup.reports.files import report
from kampanj.municipality.models import User
from kampanj.municipality.roles import COMMUNICATOR

STATES = ("sent",) * 90 + ("bounced",) * 4 + ("failed",) * 2 + ("uncertain", "skipped", "cancelled", "queued")
REPLIES = ("550 5.1.1 Unknown user", "552 5.2.2 full", "554 5.7.1 blocked", "550 nobody", "450 Greylisted", "",
    "421 closing", "5.1.1 gone", "451 4.4.1 no answer", "550 5.1.10 null", "552 5.3.4 too big", "connection lost")
LANGUAGES = ("sv",) * 24 + ("en", "ar", "fa", "fi", "pl", "so", "ti", "uk")
GRADES = ("F", "1", "2", "3", "4", "5", "6", "7", "8", "9")
now = timezone.now()
SCHOOLS = [School.objects.get_or_create(code=f"bench{n}", defaults={"name": f"Skola {n}"})[0] for n in range(60)]

def address(n, kind):
    return f"{kind}{n}@domain{n % 60}.example.org"

def fill_guardians(start, end):
    several = range(start, end)
    children = Child.objects.bulk_create(
        Child(source="bench", key=str(n), school=SCHOOLS[n // 2 % 60], grade=GRADES[n // 120 % 10])
        for n in several if n % 2 == 0)
    made = Guardian.objects.bulk_create(
        Guardian(source="bench", external_id=str(n), email=address(n, "v"), address_key=keyed_hash("address", address(n, "v")),
            language=LANGUAGES[n % 32], identity_key=keyed_hash("person", str(n)) if n % 4 else "") for n in several)
    GuardianChild.objects.bulk_create(
        GuardianChild(guardian=one, child=children[place // 2]) for place, one in enumerate(made))
    Suppression.objects.bulk_create(
        Suppression(address_key=one.address_key, reason="unsubscribed", created_at=now) for one in made[7::100])
    ProtectedAddress.objects.bulk_create(
        ProtectedAddress(source="bench", address_key=one.address_key) for one in made[11::200])

def fill_contacts(start, end):
    SchoolContact.objects.bulk_create(
        SchoolContact(school=SCHOOLS[n % 60], email=address(n, "s"), language="sv",
            address_key=keyed_hash("address", address(n, "s"))) for n in range(start, end))

def mailing_to(kind, people):
    segment, _ = Segment.objects.get_or_create(name=f"Bench {kind}", kind=kind)
    made = make_mailing(slug="jag-trodde-aldrig", segment_name=segment.name, at=None, is_approved=True)
    MailingRun.objects.filter(mailing=made).update(state="done", started_at=now, finished_at=now)
    keys = people.order_by("pk").values_list("pk", "address_key")
    link = "guardian_id" if kind == "guardians" else "contact_id"
    Delivery.objects.bulk_create((
        Delivery(mailing=made, address_key=key, language=LANGUAGES[n % 32], state=STATES[n * 7 % 100], due=now, finished_at=now,
            smtp_reply=REPLIES[n % 12], **{link: pk})
        for n, (pk, key) in enumerate(keys)), batch_size=5000)
    if kind == "schools":
        Receipt.objects.bulk_create(Receipt(mailing=made, school=one, channel="cc11", language="sv") for one in SCHOOLS[:40])
    return made

def measured(step, times):
    step()  # What is asked once in a process: languages, content types.
    asked = []
    def note(execute, *question):
        asked.append(question)
        return execute(*question)
    with connection.execute_wrapper(note):
        step()
    taken = []
    for _ in range(times):
        start = time.monotonic()
        step()
        taken.append(time.monotonic() - start)
    return {"queries": len(asked), "seconds": min(taken)}

def page_of(made):
    answer = desk.get(f"/admin/utskick/{made.pk}/rapport/")
    assert answer.status_code == 200, answer.status_code
    return answer.content

def floor(made):
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM kampanj_delivery WHERE mailing_id = %s GROUP BY state", [made.pk])
        return cursor.fetchall()

desk = Client(HTTP_HOST="127.0.0.1")
communicator = User.objects.create_user("bench", "bench@example.org")
communicator.groups.add(Group.objects.get(name=COMMUNICATOR))
desk.force_login(communicator)
filled = 0
Guardian.objects.all().delete()
Child.objects.all().delete()
for letters in LETTERS:
    for start in range(filled, letters, 20_000):
        fill_guardians(start, min(letters, start + 20_000))
        fill_contacts(start, min(letters, start + 20_000))
    filled = letters
    mailings = {
        "guardians": mailing_to("guardians", Guardian.objects.filter(source="bench")),
        "schools": mailing_to("schools", SchoolContact.objects.filter(school__in=SCHOOLS)),
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for kind, made in mailings.items():
        steps = {"page": lambda: page_of(made), **{form: lambda form=form: report(made, form) for form in ("csv", "json")}}
        found = {name: measured(step, TIMES) for name, step in steps.items()}
        if can_print():
            found["pdf"] = measured(lambda: report(made, "pdf"), 1)
        print("FIGURES", json.dumps({"letters": letters, "kind": kind, "floor": measured(lambda: floor(made), TIMES), **found}),
            flush=True)
"""


def figures(installation: Installation, letters: list[int], times: int) -> list[dict[str, Any]]:
    """What the program prints for each size and kind, printed as it comes."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", f"LETTERS = {letters}\nTIMES = {times}\n{PROGRAM}"],
        cwd=ROOT,
        env=installation.variables(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        if line.startswith("FIGURES "):
            found.append(json.loads(line.removeprefix("FIGURES ")))
            print(row(found[-1]), flush=True)
    if process.wait() or len(found) != 2 * len(letters):
        raise SystemExit("it ended without all figures; see above")
    return found


def row(found: dict[str, Any]) -> str:
    """One line: queries, seconds and how many floors, for each part."""
    floor = found["floor"]["seconds"]
    parts = [found.get(name) for name in PARTS]
    told = [f"{one['queries']:5}{one['seconds']:8.3f}{one['seconds'] / floor:8.1f}" if one else " " * 20 + "–" for one in parts]
    return f"  {found['kind']:10}{found['letters']:8}{floor:9.4f} {' '.join(told)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N", help="from few to many")
    parser.add_argument("--times", type=int, default=3, metavar="N", help="the best of so many (the PDF is made once)")
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"), action="append")
    chosen = parser.parse_args()
    heading = " ".join(f"{name:>5}       s /floor" for name in PARTS)
    for kind in chosen.database or ("SQLite", "PostgreSQL"):
        print(f"{kind}\n  {'mailing':10}{'letters':>8}{'floor s':>9} {heading}", flush=True)
        with installed(kind) as installation:
            figures(installation, sorted(chosen.letters), chosen.times)


if __name__ == "__main__":
    main()
