"""Counting on PostgreSQL: teams at once, a doubled form, one number corrected by several, the round ended meanwhile."""

from __future__ import annotations

from pathlib import Path

from tests.installation import Installation

AT_ONCE = """
import threading, uuid
from django.db import connections
from django.utils import timezone
from wagtail.models import Locale, Page
from kampanj.content.models import CampaignPage, HomePage
from kampanj.distribution.exceptions import HandoutRefused
from kampanj.distribution.handout import counting, states
from kampanj.distribution.handout.counting import Said
from kampanj.distribution.handout.figures import figures_of
from kampanj.distribution.handout.models import HandoutArea, HandoutCount, HandoutRound

page = Page.objects.get(depth=1).add_child(instance=CampaignPage(title="Prov", slug="prov", summary="Prov"))
handout = HandoutRound(name="Prov", campaign=page, day=timezone.localdate(), team="Lag")
handout.areas = [HandoutArea(name="Norr", quantity=10000), HandoutArea(name="Nord", quantity=10000)]
handout.save()
north, south = HandoutArea.objects.filter(round=handout)
doubled = uuid.uuid4()

def together(*works):
    start = threading.Barrier(len(works))
    def run(work):
        start.wait()
        try:
            work()
        finally:
            connections.close_all()
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

def team():
    for number in range(20):
        counting.add(handout, Said({north.pk: 3, south.pk: 2}, team="Lag"))
        counting.add(handout, Said({north.pk: 1000}, key=doubled))
together(*[team] * 4)
print("SUMS", [one.handed_out for one in figures_of(handout).areas])

entry = HandoutCount.objects.filter(key=doubled).get()
refused = []
def correct():
    try:
        counting.correct(entry, 500, said=Said({}))
    except HandoutRefused:
        refused.append(1)
together(*[correct] * 4)
print("CORRECTED", HandoutCount.objects.filter(corrects=entry).count(), len(refused), figures_of(handout).handed_out)

# The plan allows 10000: of twenty who each add 1000 only as many are taken as there is room for.
beyond = []
def add_thousand():
    try:
        counting.add(handout, Said({south.pk: 1000}))
    except HandoutRefused:
        beyond.append(1)
together(*[add_thousand] * 12)
print("ROOM", figures_of(handout).areas[1].handed_out <= 10000, len(beyond))

late = []
def count_on():
    for number in range(10):
        try:
            counting.add(handout, Said({north.pk: 1}))
        except HandoutRefused:
            late.append(1)
before = figures_of(handout).handed_out
together(count_on, count_on, lambda: states.move(handout, "done", by=None))
print("ENDED", HandoutRound.objects.get(pk=handout.pk).state, figures_of(handout).handed_out - before + len(late))
"""


def test_everybody_at_once(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url})
    said = installation.manage("shell", "--verbosity", "0", "--command", AT_ONCE).stdout
    assert "SUMS [1240, 160]" in said
    assert "CORRECTED 1 3 900" in said
    assert "ROOM True 3" in said
    assert "ENDED done 20" in said
