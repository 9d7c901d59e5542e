"""Counting on PostgreSQL: readers at once are all counted, and a locked table keeps nobody waiting."""

from __future__ import annotations

from pathlib import Path

from tests.installation import Installation

COUNT = """
import threading, time
from django.db import connections, transaction
from django.utils import timezone
from kampanj.followup.visits import doors
from kampanj.followup.visits import counting
from kampanj.followup.visits.counting import count
from kampanj.followup.visits.models import VisitCount

doors.make_known("prov", {"1": 90}.get)
patience, counting.PATIENCE = counting.PATIENCE, 30_000
def some():
    for _time in range(25):
        count("prov-1")
    connections.close_all()
readers = [threading.Thread(target=some) for _number in range(4)]
for reader in readers:
    reader.start()
for reader in readers:
    reader.join()
print("COUNTED", *VisitCount.objects.values_list("door", "visits"))
VisitCount.objects.update(most=1000)
counting.PATIENCE = patience
locked, done = threading.Event(), threading.Event()
def hold():
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("LOCK TABLE kampanj_visitcount IN ACCESS EXCLUSIVE MODE")
        locked.set()
        done.wait(20)
    connections.close_all()
holder = threading.Thread(target=hold)
holder.start()
locked.wait(10)
began = time.monotonic()
count("prov-1")
print("WAITED", time.monotonic() - began < 10)
done.set()
holder.join()
count("prov-1")
print("AFTER", *VisitCount.objects.values_list("visits", flat=True))
"""


def test_readers_at_once_and_a_locked_table(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url})
    said = installation.manage("shell", "--verbosity", "0", "--command", COUNT)
    # No more than the most that are believed.
    assert "COUNTED ('prov-1', 90)" in said.stdout
    assert "WAITED True" in said.stdout
    assert "AFTER 91" in said.stdout
    assert said.stderr.count("could not be counted") == 1
