"""A file is the whole truth of its source: what is new, changed, gone and unchanged, and what a typing error leaves alone."""

from __future__ import annotations

import unicodedata

import pytest

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.models import Child, Guardian, GuardianChild
from tests.audience.rosters import HEADINGS, R, bring, figures, import_roster, people, roster, table

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]


def test_siblings_and_shared_addresses_make_guardians_once():
    outcome = bring(
        R("E1", "G1", "home@example.org"),
        R("E1", "G2", "home@example.org"),
        R("E2", "G1", "home@example.org", school="20", grade="gy1"),
        R("E2", "G1", "home@example.org", school="20", grade="gy1"),
    )
    assert figures(outcome) == {"new": 2}
    assert people() == {
        "G1": ("home@example.org", "sv", frozenset({("Norra skolan", "7"), ("Södra skolan", "gy1")})),
        "G2": ("home@example.org", "sv", frozenset({("Norra skolan", "7")})),
    }
    assert Child.objects.count() == 2


def test_no_pupil_id_is_stored():
    bring(R("ELEV-4711"))
    assert all("4711" not in repr(values) for model in (Child, Guardian) for values in model.objects.values_list())


def test_the_same_file_again_changes_nothing():
    rows = (R(), R("E2"), R("E3", "G2", language="so"))
    bring(*rows)
    before = list(Guardian.objects.order_by("pk").values_list()), list(GuardianChild.objects.order_by("pk").values_list())
    assert figures(bring(*rows)) == {"unchanged": 2}
    assert before == (
        list(Guardian.objects.order_by("pk").values_list()),
        list(GuardianChild.objects.order_by("pk").values_list()),
    )


@pytest.mark.parametrize(
    "after",
    [
        [R(email="other@example.org")],
        [R(language="en")],
        [R(grade="8")],
        [R(school="Södra skolan")],
        [R(), R("E2")],
        [R("E2")],
    ],
    ids=["address", "language", "grade", "school", "one more child", "another child"],
)
def test_what_counts_as_changed(after):
    bring(R(), R("E9", "G9"))
    assert figures(bring(*after, R("E9", "G9"))) == {"changed": 1, "unchanged": 1}
    assert figures(bring(*after, R("E9", "G9"))) == {"unchanged": 2}


def test_both_guardians_of_a_child_that_moves_are_changed():
    bring(R(guardian="G1"), R(guardian="G2"))
    assert figures(bring(R(guardian="G1", grade="8"), R(guardian="G2", grade="8"))) == {"changed": 2}


def test_whoever_the_file_no_longer_names_is_gone_with_children_and_ties():
    bring(R("E1", "G1"), R("E2", "G2"), R("E2", "G3"))
    assert figures(bring(R("E1", "G1"), R("E2", "G3"))) == {"gone": 1, "unchanged": 2}
    assert figures(bring(R("E1", "G1"))) == {"gone": 1, "unchanged": 1}
    assert Child.objects.count() == GuardianChild.objects.count() == 1


def test_sources_keep_to_themselves():
    bring(R(), source="a")
    assert figures(bring(R(grade="9"), source="b")) == {"new": 1}
    assert figures(bring(R("E7", "G7"), source="b")) == {"new": 1, "gone": 1}
    assert people("a") == {"G1": ("g1@example.org", "sv", frozenset({("Norra skolan", "7")}))}


def test_the_same_pupil_id_in_two_sources_is_two_pupils():
    bring(R(), source="a")
    bring(R(), source="b")
    assert len(set(Child.objects.values_list("key", flat=True))) == 2


# --- A typing error removes nobody -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "faulty",
    [
        R(email="x"),
        R(email=""),
        R(language="?"),
        R(school="Östra"),
        R(grade="13"),
        R(pupil=""),
        R(guardian="", email="g1@example.org"),
    ],
)
def test_a_guardian_named_only_in_faulty_rows_stays_as_before(faulty):
    bring(R(), R("E2", "G2"))
    before = people()
    assert figures(bring(faulty, R("E2", "G2"))) == {"unchanged": 2, "errors": 1}
    assert people() == before


def test_a_pupil_whose_row_lacks_the_guardian_keeps_its_guardians():
    bring(R("E1", "G1"), R("E1", "G2"))
    assert figures(bring(R("E1", "", "other@example.org"), R("E3", "G3"))) == {"new": 1, "unchanged": 2, "errors": 1}


@pytest.mark.parametrize("pupil", ["", "E7"])
def test_a_row_without_guardian_keeps_the_guardian_with_its_address(pupil):
    bring(R("E1", "G1"), R("E2", "G2"))
    assert figures(bring(R(pupil, "", "G1@example.org"), R("E2", "G2"))) == {"unchanged": 2, "errors": 1}
    assert len(people()["G1"][2]) == 1


def test_a_tie_is_kept_when_its_child_or_its_row_is_faulty():
    bring(R("E1", "G1"), R("E2", "G1"), R("E2", "G2"))
    before = people()
    assert figures(bring(R("E1", "G1"), R("E2", "G1", grade="x"), R("E2", "G2"))) == {"unchanged": 2, "errors": 1}
    assert figures(bring(R("E1", "G1"), R("E2", "G2", grade="x"))) == {"unchanged": 2, "errors": 1}
    assert people() == before


def test_a_tie_that_only_a_whole_row_could_name_goes():
    bring(R("E1", "G1"), R("E2", "G1"), R("E3", "G2"))
    assert figures(bring(R("E1", "G1"), R("E3", "G2", grade="x"))) == {"changed": 1, "unchanged": 1, "errors": 1}
    assert Child.objects.count() == 2


def test_a_new_guardian_in_faulty_rows_is_nobody_yet():
    assert figures(bring(R(email="x"))) == {"errors": 1}
    assert not people()


# --- Contradictions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "column"),
    [
        (R("E2", "G1", "other@example.org"), "e-post"),
        (R("E2", "G1", language="so"), "språk"),
        (R("E1", "G2", school="Södra skolan"), "skolenhet"),
        (R("E1", "G2", grade="8"), "årskurs"),
    ],
)
def test_the_later_of_two_rows_that_contradict_each_other_is_a_fault_that_names_the_earlier(later, column):
    outcome = bring(R("E8", "G8"), R("E1", "G1"), R("E9", "G9"), later)
    (fault,) = outcome.faults
    assert (fault.row, fault.column) == (5, column)
    assert "3" in fault.advice
    assert figures(outcome) == {"new": 3, "errors": 1}


def test_a_faulty_row_contradicts_nobody():
    assert figures(bring(R(grade="x", email="a@example.org"), R(email="b@example.org"))) == {"new": 1, "errors": 1}


# --- The whole file or nothing ---------------------------------------------------------------------------------------


def test_a_dry_run_says_the_same_and_changes_nothing():
    bring(R(), R("E2", "G2"))
    before = people()
    rows = (R(grade="8"), R("E3", "G3"), R("E4", "G4", email="x"))
    assert bring(*rows, dry_run=True) == bring(*rows, dry_run=True)
    assert people() == before
    assert figures(bring(*rows, dry_run=True)) == figures(bring(*rows)) == {"new": 1, "changed": 1, "gone": 1, "errors": 1}


@pytest.mark.parametrize(
    "data",
    [b"", table([HEADINGS]), table([HEADINGS, [""] * 7]), table([HEADINGS[:3], R().cells[:3]]), roster(R()) + b'"'],
    ids=["empty", "only headings", "only empty rows", "columns missing", "a lost quotation mark"],
)
def test_a_refused_file_changes_nothing(data):
    bring(R())
    before = people()
    with pytest.raises(RosterRefused) as refusal:
        import_roster(data, source="skolregistret")
    assert str(refusal.value).endswith(".")
    assert people() == before


def test_a_source_that_nobody_has_imported_to_is_made_and_counts_its_changes():
    bring(R(), source="ny")
    record = RosterSource.objects.get(name="ny")
    assert (record.version, record.applied_at is not None) == (1, True)
    bring(R(), source="ny")
    record.refresh_from_db()
    assert record.version == 1


@pytest.mark.parametrize("source", ["", " ", "s" * 81, "a\nb"])
def test_a_source_needs_a_name(source):
    with pytest.raises(RosterRefused, match="80"):
        import_roster(roster(R()), source=source)


def test_a_source_is_the_same_however_its_name_is_composed(schools):
    bring(R(), source="Åkers skola")
    assert figures(bring(R(), source=unicodedata.normalize("NFD", " Åkers skola "))) == {"unchanged": 1}
