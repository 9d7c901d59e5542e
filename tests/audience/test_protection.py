"""Nothing of a protected person is stored, counted, shown or written to. Default deny."""

from __future__ import annotations

import io
import logging

import pytest
from django.core.management import call_command

from kampanj.audience import signals
from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.identity import address_key
from kampanj.audience.importing.applying import carry_out
from kampanj.audience.models import Child, Guardian, Segment, Suppression
from kampanj.audience.selection import count, recipients
from kampanj.audience.suppression import must_not_be_written_to, suppress
from tests.audience.rosters import (
    HEADINGS,
    SOURCE,
    R,
    bring,
    everything,
    figures,
    import_roster,
    people,
    planned,
    protected_keys,
    roster,
    table,
)

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]

OTHER = R("E9", "G9")
MARK = "Sekretessmarkering"


def keys(*addresses: str) -> set[str]:
    return {address_key(address) for address in addresses}


@pytest.mark.parametrize("marking", ["Ingen", "ingen", " INGEN ", "Ingen\u00a0"])
def test_only_a_clear_no_is_unprotected(marking):
    assert figures(bring(R(marking=marking))) == {"new": 1}


@pytest.mark.parametrize(
    "marking",
    ["Sekretessmarkering", "Skyddad folkbokföring", "", " ", "Nej", "N", "0", "false", "Ingen?", "In gen", "Ingen skyddad", "-"],
)
def test_everything_else_is_protected_and_no_fault(marking):
    assert figures(bring(R(marking=marking), OTHER)) == {"new": 1}
    assert set(people()) == {"G9"}
    assert protected_keys() == keys("g1@example.org")
    assert Child.objects.count() == 1


def test_one_marking_protects_the_pupil_in_every_row():
    bring(R("E1", "G1"), R("E1", "G2", marking=MARK), R("e1 ", "G3"), OTHER)
    assert set(people()) == {"G9"}
    assert protected_keys() == keys("g1@example.org", "g2@example.org", "g3@example.org")


def test_protection_spreads_along_guardians_and_addresses_but_not_to_other_pupils():
    outcome = bring(
        R("E1", "G1", "one@example.org", marking=MARK),
        R("E2", "g1", "two@example.org"),
        R("E3", "G3", "TWO@example.org"),
        R("E4", "G3", "three@example.org"),
        R("E4", "G4"),
        R("E2", "G5"),
    )
    assert figures(outcome) == {"new": 2}
    assert set(people()) == {"G4", "G5"}
    assert protected_keys() == keys("one@example.org", "two@example.org", "three@example.org")


def test_faults_of_protected_rows_are_not_reported():
    outcome = bring(
        R("E1", "G1", "x", MARK, school="?", grade="?", language="?"),
        R("E2", "G1", "y"),
        R("E1", "", "", MARK),
        R("", "", "z@", ""),
        OTHER,
    )
    assert figures(outcome) == {"new": 1}
    assert not outcome.faults
    assert not protected_keys()


def test_no_contradiction_with_a_protected_row_is_reported():
    assert figures(bring(R("E1", "G1", marking=MARK), R("E1", "G2", grade="8"), R("E3", "G1", "b@example.org"), OTHER)) == {
        "new": 1
    }


def test_every_address_in_a_protected_row_is_protected():
    bring(R("E1", "G1", "Anna <a@example.org>, b@example.org", MARK), R("E2", "G2", "b@example.org"), OTHER)
    assert set(people()) == {"G9"}
    assert protected_keys() == keys("a@example.org", "b@example.org")


def test_a_guardian_who_becomes_protected_vanishes_from_the_figures():
    bring(R("E1", "G1"), R("E1", "G2"), OTHER)
    assert figures(bring(R("E1", "G1", marking=MARK), R("E1", "G2", marking=MARK), OTHER)) == {"unchanged": 1}
    assert set(people()) == {"G9"}
    assert protected_keys() == keys("g1@example.org", "g2@example.org")
    assert Child.objects.count() == 1


def test_the_address_we_had_is_protected_too():
    bring(R(email="old@example.org"), OTHER)
    bring(R(email="new@example.org", marking=MARK), OTHER)
    assert protected_keys() == keys("old@example.org", "new@example.org")
    bring(R("E5", "G5", "later@example.org"), OTHER)
    bring(R("E5", "G5", "not readable", MARK), OTHER)
    assert protected_keys() >= keys("later@example.org")


def test_an_address_that_the_file_gives_to_somebody_unprotected_stays_theirs():
    bring(R("E1", "G1", "home@example.org"), R("E2", "G2", "home@example.org"))
    assert figures(bring(R("E1", "G1", "new@example.org", MARK), R("E2", "G2", "home@example.org"))) == {"unchanged": 1}
    assert protected_keys() == keys("new@example.org")


def test_a_guardian_gone_from_the_file_whose_address_is_protected_now_is_not_counted():
    bring(R("E1", "G1", "home@example.org"), OTHER)
    assert figures(bring(R("E1", "H1", "home@example.org", MARK), OTHER)) == {"unchanged": 1}
    assert set(people()) == {"G9"}


def test_a_guardian_kept_by_a_mistyped_address_goes_when_the_stored_one_is_protected():
    bring(R("E5", "G5", "home@example.org"), OTHER)
    outcome = bring(R("E1", "G1", "home@example.org", MARK), R("E5", "G5", "home@@example.org"), OTHER)
    assert figures(outcome) == {"unchanged": 1, "errors": 1}
    assert set(people()) == {"G9"}


def test_a_guardian_known_only_through_faults_is_protected_with_the_child():
    bring(R("E1", "G3"), R("E2", "G3"), OTHER)
    outcome = bring(R("E1", "G1", marking=MARK), R("E2", "G3", "x"), OTHER)
    assert figures(outcome) == {"unchanged": 1, "errors": 1}
    assert set(people()) == {"G9"}
    assert protected_keys() == keys("g1@example.org", "g3@example.org")


def test_a_row_without_guardian_keeps_nobody_who_is_protected():
    bring(R("E1", "G3"), R("E2", "G3"), OTHER)
    outcome = bring(R("E1", "G1", marking=MARK), R("E2", "", "x@@"), OTHER)
    assert figures(outcome) == {"unchanged": 1, "errors": 1}
    assert set(people()) == {"G9"}


def test_nothing_is_kept_of_a_protected_pupil_for_a_row_without_pupil():
    bring(R("E1", "G3"), R("E2", "G3"), OTHER)
    outcome = bring(R("E1", "G1", marking=MARK), R("E2", "G3"), R("", "G3"), OTHER)
    assert figures(outcome) == {"changed": 1, "unchanged": 1, "errors": 1}
    assert Child.objects.count() == 2


def test_an_address_that_has_slid_out_of_its_column_in_a_protected_row_is_protected():
    slid = ["Norra", *R("E1", "G1", "home@example.org", MARK, school=" skolan").cells]
    slid[-2:] = ["", "home@example.org"]
    data = table([HEADINGS, slid, R("E2", "G2", "home@example.org").cells, OTHER.cells])
    assert figures(import_roster(data, source=SOURCE)) == {"new": 1}
    assert protected_keys() == keys("home@example.org")


def test_guardians_are_protected_with_a_child_whose_row_names_nobody():
    bring(R("E1", "G1"), R("E1", "G2"), R("E2", "G2"), R("E3", "G3", "g1@example.org"), OTHER)
    assert figures(bring(R("E1", "", "", MARK), R("E2", "G2"), OTHER)) == {"unchanged": 1}
    assert set(people()) == {"G9"}
    assert protected_keys() == keys("g1@example.org", "g2@example.org")
    assert figures(bring(R("E1", "G1", "new@example.org"), R("E2", "G2", "newer@example.org"), OTHER)) == {"unchanged": 1}


# --- A protection outlasts the file ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "later",
    [
        R(),
        R("E7", "G7", "g1@example.org"),
        R("E7", "g1", "new@example.org"),
        R(" e1", "G7", "new@example.org"),
        R("E1", "G7", "new@example.org", grade="x", school="?"),
    ],
    ids=["the same", "its address", "its guardian id", "its pupil", "its pupil in a faulty row"],
)
def test_a_later_file_never_clears_a_protection_silently(later):
    bring(R(marking=MARK), OTHER)
    for _again in range(2):
        outcome = bring(later, OTHER)
        assert figures(outcome) == {"unchanged": 1}
        assert not outcome.faults
        assert set(people()) == {"G9"}


def test_a_protection_that_outlasts_spreads_as_a_new_one():
    bring(R(marking=MARK), OTHER)
    assert figures(bring(R("E2", "G1", "two@example.org"), R("E3", "G3", "two@example.org"), R("E2", "G4"), OTHER)) == {
        "new": 1,
        "unchanged": 1,
    }
    assert protected_keys() == keys("g1@example.org", "two@example.org")
    assert figures(bring(R("E5", "G3", "three@example.org"), OTHER)) == {"gone": 1, "unchanged": 1}


def test_a_stored_guardian_whom_a_protection_reaches_is_protected_by_id_too():
    bring(R("E1", "G1", "home@example.org"), OTHER)
    bring(R("E1", "H1", "home@example.org", MARK), OTHER)
    assert figures(bring(R("E5", "G1", "new@example.org"), OTHER)) == {"unchanged": 1}


def test_a_protection_stays_when_the_file_no_longer_names_the_address():
    bring(R(marking=MARK), OTHER)
    bring(OTHER)
    assert protected_keys() == keys("g1@example.org")


def test_a_protected_guardian_alone_protects_the_row():
    headings = [*HEADINGS, "skyddad vårdnadshavare"]
    rows = [[*R("E1", "G1").cells, "Sekretess"], [*R("E2", "G2").cells, "Ingen"], [*R("E3", "G3").cells, ""]]
    assert figures(import_roster(table([headings, *rows]), source=SOURCE)) == {"new": 1}
    assert set(people()) == {"G2"}


# --- Lifting ---------------------------------------------------------------------------------------------------------


def test_whoever_may_lift_protections_brings_back_those_whom_the_file_names_as_unprotected():
    bring(R(marking=MARK), R("E2", "G2", marking=MARK), OTHER)
    assert figures(bring(R(), OTHER, lift_protections=True)) == {"new": 1, "unchanged": 1}
    assert protected_keys() == keys("g2@example.org")
    assert figures(bring(R(), R("E2", "G2"), OTHER)) == {"unchanged": 2}


def test_nothing_is_lifted_while_any_row_is_protected():
    bring(R(marking=MARK), OTHER)
    bring(R(), R("E2", "G2", "g1@example.org", ""), OTHER, lift_protections=True)
    assert protected_keys() == keys("g1@example.org")
    assert set(people()) == {"G9"}


def test_the_plan_counts_what_is_protected_and_what_could_be_lifted():
    bring(R(marking=MARK), R("E2", "G2", marking=MARK), OTHER)
    for lift, protected in ((False, 2), (True, 1)):
        plan = planned(R(), OTHER, lift_protections=lift)
        assert (plan.protected_count, plan.released_count, plan.lifts_protections) == (protected, 1, lift)


# --- Other sources ---------------------------------------------------------------------------------------------------


def test_an_address_that_any_source_protects_is_never_selected(schools):
    bring(R("E2", "G2"), source="b")
    bring(R(marking=MARK), source="a")
    segment = Segment.objects.create(name="Alla")
    schools["Norra skolan"].contacts.create(email="g1@example.org")
    contacts = Segment.objects.create(name="Skolor", kind=Segment.Kind.SCHOOLS)
    assert [guardian.external_id for guardian in recipients(segment)] == ["G2"]
    assert (count(segment), count(contacts)) == (1, 0)
    assert must_not_be_written_to(keys("g1@example.org", "g2@example.org")) == {address_key("g1@example.org"): "protected"}


def test_an_address_that_one_source_protects_is_removed_from_the_others():
    bring(R(), R("E2", "G2"), source="b")
    bring(R("X1", "X1", "g1@example.org", MARK), source="a")
    assert set(people("b")) == {"G2"}
    assert Child.objects.count() == 1
    assert figures(bring(R(), R("E2", "G2"), source="b")) == {"unchanged": 1}


def test_two_sources_do_not_keep_each_others_protections_alive():
    bring(R("X1", "X1", "g1@example.org", MARK), source="a")
    assert figures(bring(R(), OTHER, source="b")) == {"new": 1}
    assert not protected_keys("b")
    bring(R("X1", "X1", "g1@example.org"), source="a", lift_protections=True)
    assert figures(bring(R(), OTHER, source="b")) == {"new": 1, "unchanged": 1}


def test_a_plan_is_refused_when_an_address_in_it_has_been_protected_since():
    plan = planned(R(), OTHER, source="b")
    bring(R("X1", "X1", "g1@example.org", MARK), source="a")
    with pytest.raises(RosterRefused):
        carry_out(plan)
    assert not people("b")


def test_other_rooms_are_told_which_addresses_are_protected_now():
    told = []

    def listen(address_keys, **_more):
        told.append(set(address_keys))

    bring(R(email="old@example.org"), OTHER)
    signals.addresses_protected.connect(listen)
    try:
        bring(R(email="new@example.org", marking=MARK), OTHER)
        bring(R(email="new@example.org", marking=MARK), OTHER)
    finally:
        signals.addresses_protected.disconnect(listen)
    assert told == [keys("old@example.org", "new@example.org")]


# --- Erased ----------------------------------------------------------------------------------------------------------


def test_an_erased_address_is_left_out_and_counted_nowhere():
    bring(R("E1", "G1", "old@example.org"), OTHER)
    suppress(address_key("g1@example.org"), Suppression.Reason.ERASED)
    suppress(address_key("g9@example.org"), Suppression.Reason.MANUAL)
    assert figures(bring(R("E1", "G1"), R("E5", "G5", "g1@example.org", grade="x"), OTHER)) == {"unchanged": 1}
    assert set(people()) == {"G9"}


# --- Nowhere at all --------------------------------------------------------------------------------------------------


def test_a_protected_person_is_in_no_table_no_output_and_no_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    canaries = ("kanarie-elev", "kanarie-vh", "kanarie@", "KANARIE-ELEV", "hemlig")
    before = (R("kanarie-elev", "kanarie-vh", "kanarie@example.org"), R("syskon", "kanarie-vh", "kanarie@example.org"), OTHER)
    after = (
        R("kanarie-elev", "kanarie-vh", "kanarie@example.org", "Skyddad folkbokföring"),
        R("kanarie-elev", "kanarie-vh2", "kanarie@@hemlig", "Ingen", school="hemlig", grade="hemlig", language="hemlig"),
        R("KANARIE-ELEV", "kanarie-vh3", "hemlig2@example.org"),
        R("syskon", "kanarie-vh", "hemlig@example.org"),
        R("", "", "kanarie@example.org hemlig@example.org", grade="x"),
        R("E8", "G8", "x"),
        OTHER,
    )
    path = tmp_path / "register.csv"
    output = io.StringIO()
    for rows in (before, after, after):
        path.write_bytes(roster(*rows))
        for options in (["--dry-run"], []):
            call_command("import_roster", str(path), "--allow-vanishing", *options, stdout=output, stderr=output)
    assert output.getvalue().splitlines()[-1] == '{"new": 0, "changed": 0, "gone": 0, "unchanged": 1, "errors": 1}'
    for canary in canaries:
        assert canary not in everything(), canary
        assert canary not in output.getvalue(), canary
        assert canary not in caplog.text, canary
    assert "g9@example.org" in everything()
    assert Guardian.objects.count() == 1


@pytest.mark.parametrize("written", ["\u200bhemlig@example.org", "hemlig@exam\u00adple.org", "hemlig\uff20example.org"])
def test_an_odd_character_does_not_hide_a_protected_address(written):
    bring(R("E1", "G1", written, marking=MARK))
    bring(R("E2", "G2", "hemlig@example.org"), source="annan")
    assert address_key("hemlig@example.org") in protected_keys()
    assert count(Segment.objects.create(name="Alla")) == 0
