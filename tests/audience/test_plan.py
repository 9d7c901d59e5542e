"""A plan: what it tells, what it is good for, and when it is refused. Applying, the brake and undoing."""

from __future__ import annotations

import io

import pytest

from kampanj.audience.exceptions import RosterRefused, VanishingStopped
from kampanj.audience.identity import address_key
from kampanj.audience.importing import faults
from kampanj.audience.importing import plan as planning
from kampanj.audience.importing.applying import carry_out
from kampanj.audience.importing.columns import find_columns, suggest_mapping
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.plan import Plan
from kampanj.audience.importing.typos import likely_domain
from kampanj.audience.importing.undo import Undo, take_back
from kampanj.audience.models import Guardian, Suppression
from kampanj.audience.suppression import suppress
from tests.audience.rosters import HEADINGS, SOURCE, R, bring, figures, import_roster, people, planned, roster

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]


def many(count: int, *, marking: str = "Ingen") -> list[R]:
    return [R(f"E{number}", f"G{number}", marking=marking) for number in range(count)]


# --- What a plan is good for -----------------------------------------------------------------------------------------


def test_a_plan_changes_nothing_until_it_is_carried_out():
    plan = planned(R())
    assert not RosterSource.objects.exists()
    assert not Guardian.objects.exists()
    carry_out(plan)
    source = RosterSource.objects.get(name=SOURCE)
    assert (source.version, source.applied_at is not None, set(people())) == (1, True, {"G1"})


def test_a_plan_is_good_once_and_for_the_state_it_was_made_from():
    older, newer = planned(R()), planned(R("E2", "G2"))
    carry_out(newer)
    for plan in (older, newer):
        with pytest.raises(RosterRefused):
            carry_out(plan)
    assert set(people()) == {"G2"}


def test_a_plan_is_refused_when_a_school_in_it_is_gone(schools):
    plan = planned(R(school="Gymnasiet"), R("E2", "G2"))
    schools["Gymnasiet"].delete()
    with pytest.raises(RosterRefused):
        carry_out(plan)
    assert not Guardian.objects.exists()
    assert not RosterSource.objects.exists()


def test_a_plan_is_refused_when_a_guardian_in_it_was_erased_since():
    bring(R(), R("E2", "G2"))
    plan = planned(R(grade="8"), R("E2", "G2"), R("E3", "G3"))
    suppress(address_key("g3@example.org"), Suppression.Reason.ERASED)
    with pytest.raises(RosterRefused):
        carry_out(plan)
    plan = planned(R(grade="8"), R("E2", "G2"))
    Guardian.objects.filter(external_id="G1").delete()
    with pytest.raises(RosterRefused):
        carry_out(plan)


@pytest.mark.parametrize("cut", [0, 1, 200, -2, -6, -20])
def test_what_is_not_a_whole_plan_is_refused(cut):
    written = b"".join(planned(R()).chunks())
    with pytest.raises(RosterRefused):
        Plan.read(io.BytesIO(written[:cut]))
    with pytest.raises(RosterRefused):
        Undo.read(io.BytesIO(written))


# --- The brake -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "stops"), [(18, False), (17, True)])
def test_the_brake_stops_when_more_than_a_tenth_would_vanish(left, stops):
    bring(*many(20))
    plan = planned(*many(left))
    assert plan.stops_at_brake is stops
    if not stops:
        carry_out(plan)
        return
    assert "3" in plan.warning()
    assert "15 %" in plan.warning()
    with pytest.raises(VanishingStopped):
        carry_out(plan)
    with pytest.raises(VanishingStopped):
        import_roster(roster(*many(left)), source=SOURCE)
    assert Guardian.objects.count() == 20
    carry_out(plan, allow_vanishing=True)
    assert Guardian.objects.count() == left


@pytest.mark.parametrize(("marked", "count"), [(4, 0), (5, 5)])
def test_the_brake_counts_newly_protected_only_when_they_are_many(marked, count):
    bring(*many(20))
    plan = planned(*many(marked, marking="Ja"), *many(20)[marked:])
    assert (plan.vanishing_count, plan.stops_at_brake) == (count, count > 0)


def test_nobody_vanishes_from_an_empty_source():
    assert not planned(*many(3, marking="Ja")).stops_at_brake


# --- Undo ------------------------------------------------------------------------------------------------------------


def test_an_undo_brings_back_addresses_children_and_keys():
    bring(R(), R("E2", "G2"), R("E2", "G3"))
    before = list(Guardian.objects.order_by("pk").values_list())
    undo = carry_out(planned(R(email="new@example.org", grade="8"), R("E2", "G2"), R("E5", "G5")), allow_vanishing=True)
    assert set(people()) == {"G1", "G2", "G5"}
    assert take_back(undo).as_json() == {"new": 1, "changed": 1, "gone": 1, "unchanged": 1, "errors": 0}
    assert list(Guardian.objects.order_by("pk").values_list()) == before
    assert figures(bring(R(), R("E2", "G2"), R("E2", "G3"))) == {"unchanged": 3}


def test_an_undo_is_refused_when_something_newer_has_been_applied():
    undo = carry_out(planned(R()))
    bring(R(), R("E2", "G2"))
    with pytest.raises(RosterRefused, match=SOURCE):
        take_back(undo)
    assert set(people()) == {"G1", "G2"}


def test_an_undo_brings_back_nobody_who_is_erased_or_protected_by_now():
    bring(*many(4))
    undo = carry_out(planned(R("E0", "G0"), R("E1", "G1", "new@example.org")), allow_vanishing=True)
    suppress(address_key("g2@example.org"), Suppression.Reason.ERASED)
    bring(R("X1", "X1", "g1@example.org", "Ja"), source="annan")
    take_back(undo)
    assert set(people()) == {"G0", "G3"}


def test_an_undo_takes_lifted_protections_back():
    bring(R(marking="Ja"), R("E2", "G2"))
    undo = carry_out(planned(R(), R("E2", "G2"), lift_protections=True))
    assert set(people()) == {"G1", "G2"}
    take_back(undo)
    assert set(people()) == {"G2"}
    assert figures(bring(R(), R("E2", "G2"))) == {"unchanged": 1}


# --- Faults, told as a list of what to do ----------------------------------------------------------------------------


def test_the_list_of_what_to_do_begins_with_what_most_rows_need():
    rows = [R("E1", "G1", "fel"), R("E2", "G2", "fel@"), R("E3", "G3", school=""), R("E4", "G4", "anna@gmial.com")]
    plan = planned(*rows)
    assert plan.todo() == faults.todo({"address": 2, "school_missing": 1, "typo": 1})
    assert [sentence.endswith(".") for sentence in plan.todo()] == [True] * 3
    assert "2" in plan.todo()[0]
    assert figures(plan.figures) == {"new": 1, "errors": 3}


def test_faults_beyond_the_limit_are_only_counted(monkeypatch):
    monkeypatch.setattr("kampanj.audience.importing.settling.MAX_KEPT", 3)
    plan = planned(R("E9", "G9"), *(R(f"E{number}", f"G{number}", "fel") for number in range(5)))
    assert (len(plan.faults), plan.unlisted, plan.figures.errors, plan.kinds) == (3, 2, 5, {"address": 5})


def test_a_file_whose_first_rows_are_all_faulty_is_read_in_the_wrong_way(monkeypatch):
    monkeypatch.setattr(planning, "ALL_FAULTY", 10)
    with pytest.raises(RosterRefused, match="skolenhet"):
        planned(*(R(f"E{number}", f"G{number}", school="?") for number in range(10)))


def test_a_file_in_which_everybody_is_marked_is_read_in_the_wrong_way():
    with pytest.raises(RosterRefused, match="Ingen"):
        planned(*many(100, marking="Nej"))


@pytest.mark.parametrize(
    ("domain", "likely"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.se", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hormail.se", "hotmail.se"),
        ("outlok.com", "outlook.com"),
        ("yahho.com", "yahoo.com"),
        ("telia.cmo", "telia.com"),
        ("icoud.com", "icloud.com"),
        *(
            (real, "")
            for real in ("gmail.com", "mail.com", "ymail.com", "email.com", "gmx.se", "hotmail.fr", "yahoo.co.uk", "cloud.com")
        ),
        *((real, "") for real in ("telia.se", "live.no", "hotmail.es", "stockholm.se", "delia.com", "talia.com", "me.com", "x")),
    ],
)
def test_probable_slips_in_well_known_domains(domain, likely):
    assert likely_domain(domain) == likely


def test_a_slip_is_a_hint_and_the_row_is_imported_but_nothing_is_said_of_the_protected():
    plan = planned(R(email="anna@gmial.com"), R("E2", "G2", "bo@gmial.com", "Ja"))
    assert [(hint.row, hint.value, hint.kind) for hint in plan.hints] == [(2, "anna@gmial.com", "typo")]
    assert figures(plan.figures) == {"new": 1}


# --- Columns ---------------------------------------------------------------------------------------------------------


def test_a_chosen_column_goes_before_a_recognised_one():
    headings = [*HEADINGS, "mejl", "ny adress"]
    with pytest.raises(RosterRefused, match="mejl"):
        find_columns(headings)
    places = find_columns(headings, {"e-post": "ny adress"})
    assert headings[places["e-post"]] == "ny adress"
    assert suggest_mapping(headings)["e-post"] == "e-post"


@pytest.mark.parametrize(
    ("headings", "mapping", "named"),
    [
        ([name for name in HEADINGS if name not in ("skyddad", "årskurs")], {}, "årskurs, skyddad"),
        (HEADINGS, {"e-post": "borta"}, "borta"),
        (HEADINGS, {"e-post": "språk", "språk": "språk"}, "språk"),
        (HEADINGS, {"annat": "språk"}, "annat"),
        ([*HEADINGS, "sekretess"], {"skyddad": "skyddad"}, "sekretess"),
        ([*HEADINGS, "sekretess"], {"skyddad": ""}, "sekretess"),
        ([*HEADINGS, "Sekretess förälder"], {}, "Sekretess förälder"),
        ([*HEADINGS, "Sekretess förälder"], {"skyddad vårdnadshavare": ""}, "Sekretess förälder"),
    ],
    ids=[
        "missing",
        "not there",
        "twice",
        "unknown",
        "a second marking",
        "a marking left out",
        "whose marking nobody knows",
        "one of those left out",
    ],
)
def test_columns_that_cannot_be_right(headings, mapping, named):
    with pytest.raises(RosterRefused, match=named):
        find_columns(headings, mapping)


def test_a_marking_in_other_words_is_read_where_somebody_says_whose_it_is():
    headings = [*HEADINGS, "Sekretess förälder"]
    places = find_columns(headings, {"skyddad vårdnadshavare": "Sekretess förälder"})
    assert headings[places["skyddad vårdnadshavare"]] == "Sekretess förälder"


def test_an_optional_column_can_be_left_out():
    headings = [*HEADINGS, "personnummer"]
    assert "personnummer" in find_columns(headings)
    assert "personnummer" not in find_columns(headings, {"personnummer": ""})
