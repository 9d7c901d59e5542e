"""An area's QR code as an entrance: open for a year and some, believed as far as its folders reach, and hidden while small."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kampanj.distribution.handout.links import area_mark
from kampanj.distribution.handout.models import HandoutArea, HandoutRound
from kampanj.followup.visits import areas as entrances
from kampanj.followup.visits.doors import most_a_day
from kampanj.followup.visits.models import VisitCount
from tests.distribution.handout.conftest import days, make_round
from tests.followup.visits.conftest import PAGE, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas(db: None) -> dict[str, HandoutArea]:
    return {area.name: area for area in HandoutArea.objects.filter(round=make_round())}


def test_a_visit_through_an_areas_code_is_one_more_for_the_area(client: Client, areas: dict[str, HandoutArea]) -> None:
    for name, visits in (("Norr", 6), ("Söder", 2)):
        for _time in range(visits):
            assert opened(client, f"{PAGE}?via={area_mark(areas[name])}").status_code == 200
    opened(client, f"{PAGE}?via=omrade-0")
    opened(client, f"{PAGE}?via=omrade-{areas['Öarna'].pk + 1000}")
    assert set(VisitCount.objects.filter(door__startswith="omrade-", day=timezone.localdate()).values_list("door", "visits")) >= {
        (area_mark(areas["Norr"]), 6),
        (area_mark(areas["Söder"]), 2),
    }
    assert not VisitCount.objects.filter(door=f"omrade-{areas['Öarna'].pk + 1000}").exists()
    shown = entrances.visits_of(areas.values())
    assert {name: shown[area.pk] for name, area in areas.items()} == {"Norr": 6, "Söder": None, "Öarna": 0}


def test_so_few_folders_say_nothing_of_their_readers(areas: dict[str, HandoutArea]) -> None:
    HandoutArea.objects.filter(pk=areas["Öarna"].pk).update(quantity=4)
    VisitCount.objects.create(door=area_mark(areas["Öarna"]), day=timezone.localdate(), visits=40, most=200)
    assert entrances.visits_of(HandoutArea.objects.filter(pk=areas["Öarna"].pk)) == {areas["Öarna"].pk: None}


def test_an_entrance_is_open_as_long_as_a_folder_lies_about(areas: dict[str, HandoutArea]) -> None:
    mark, today = area_mark(areas["Norr"]), timezone.localdate()
    assert most_a_day(mark) == 1200
    assert most_a_day(area_mark(areas["Öarna"])) == 200
    HandoutRound.objects.filter(pk=areas["Norr"].round_id).update(day=today - days(400))
    assert most_a_day(mark) == 1200
    HandoutRound.objects.filter(pk=areas["Norr"].round_id).update(day=today - days(401))
    assert most_a_day(mark) is None


@given(st.text(alphabet="0123456789-abcåä ", max_size=30))
def test_what_is_no_area_is_no_entrance(key: str) -> None:
    assert entrances.most_a_day(key) is None or HandoutArea.objects.filter(pk=int(key)).exists()
