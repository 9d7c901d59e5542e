"""Who is who: by the source's id, else by personal identity number, else by address. The number itself is kept nowhere."""

from __future__ import annotations

import io

import pytest

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.identity import address_key
from kampanj.audience.importing.applying import carry_out
from kampanj.audience.importing.formats.opening import open_records
from kampanj.audience.importing.formats.record import Records
from kampanj.audience.importing.personal_number import normalised, person_key
from kampanj.audience.importing.plan import Plan, prepare
from kampanj.audience.models import Child, Guardian, ProtectedIdentity
from tests.audience.rosters import HEADINGS, SOURCE, R, everything, figures, import_roster, people, table

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]

# Numbers that the Tax Agency has set aside for tests.
ANNA, BO = "198507099805", "19121212-1212"


def bring_numbered(*rows: tuple[R, str], leave_out: str = "", source: str = SOURCE):
    """Import rows with a personal identity number each; `leave_out` names a column that the file lacks."""
    headings = [*HEADINGS, "personnummer"]
    cells = [[*row.cells, number] for row, number in rows]
    kept = [place for place, heading in enumerate(headings) if heading != leave_out]
    lines = [[line[place] for place in kept] for line in (headings, *cells)]
    return import_roster(table(lines), source=source, allow_vanishing=True)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *((form, "198507099805") for form in ("198507099805", "850709-9805", "8507099805", "19850709-9805", " 850709 9805 ")),
        *((form, "191212121212") for form in ("121212+1212", "19121212-1212")),
        ("701063-2391", "197010632391"),
        *(
            (form, "")
            for form in ("", "850709-9806", "851309-9805", "850709", "0" * 10, "85O709-9805", "19850709--9805", "٨٥٠٧٠٩٩٨٠٥")
        ),
    ],
)
def test_personal_numbers(written, number):
    assert normalised(written) == number


def test_a_number_is_kept_as_its_hash_only():
    bring_numbered((R(), ANNA))
    assert Guardian.objects.get().identity_key == person_key("850709-9805")
    assert not any(part in everything() for part in ("850709", "9805"))


def test_two_ids_with_one_number_are_one_person_under_the_first_id():
    outcome = bring_numbered(
        (R("E1", "G1", "a@example.org"), ANNA),
        (R("E2", "G2", "a@example.org"), "850709-9805"),
        (R("E3", "G2", "a@example.org"), ""),
    )
    assert figures(outcome) == {"new": 1}
    assert set(people()) == {"G1"}
    assert Child.objects.count() == 3


def test_an_id_goes_before_a_number_alone():
    outcome = bring_numbered((R("E1", "", "a@example.org"), ANNA), (R("E2", "G2", "a@example.org"), ANNA))
    assert figures(outcome) == {"new": 1}
    assert set(people()) == {"G2"}


def test_one_id_with_two_numbers_is_a_contradiction():
    outcome = bring_numbered((R(), ANNA), (R("E2"), BO))
    assert [(fault.row, fault.column, fault.kind) for fault in outcome.faults] == [(3, "personnummer", "contradiction")]


def test_without_ids_the_number_tells_who_is_who():
    rows = ((R("E1", email="a@example.org"), ANNA), (R("E2", email="a@example.org"), BO))
    assert figures(bring_numbered(*rows, leave_out="vårdnadshavare-id")) == {"new": 2}
    assert figures(bring_numbered(*rows, leave_out="vårdnadshavare-id")) == {"unchanged": 2}


def test_without_ids_and_numbers_the_address_tells_who_is_who():
    rows = ((R("E1", email="a@example.org"), ""), (R("E2", email="A@example.org"), ""), (R("E2", email="b@example.org"), ""))
    assert figures(bring_numbered(*rows, leave_out="vårdnadshavare-id")) == {"new": 2}
    assert address_key("a@example.org") in " ".join(people())


def test_an_id_that_looks_like_one_of_ours_is_refused():
    outcome = bring_numbered((R(guardian="#person:x", email="a@example.org"), ""), (R("E2", "G2"), ""))
    assert [fault.column for fault in outcome.faults] == ["vårdnadshavare-id"]


def test_a_number_that_is_used_as_an_id_is_kept_as_its_hash_only():
    bring_numbered((R(guardian=ANNA, email="a@example.org"), ""), (R("E2", "850709-9805", "a@example.org"), ""))
    assert Guardian.objects.count() == 1
    assert "850709" not in everything()


@pytest.mark.parametrize("number", ["850709-9806", "19850709-980", "850709"])
def test_a_wrong_number_is_a_fault_that_does_not_repeat_it(number):
    outcome = bring_numbered((R(), number), (R("E2", "G2", email="19850709-9805"), ""))
    assert [fault.kind for fault in outcome.faults] == ["personal_number", "address"]
    assert "850709" not in "".join(map(str, outcome.faults))


def test_a_protected_number_outlasts_the_file():
    bring_numbered((R("E1", "G1", marking="Ja"), ANNA), (R("E2", "G2"), BO))
    assert ProtectedIdentity.objects.filter(key=person_key(ANNA)).exists()
    assert figures(bring_numbered((R("E7", "G7", "new@example.org"), ANNA), (R("E2", "G2"), BO))) == {"unchanged": 1}


def test_the_number_is_not_forgotten_when_a_file_lacks_it():
    bring_numbered((R(), ANNA))
    assert figures(bring_numbered((R(), ""), leave_out="personnummer")) == {"unchanged": 1}
    assert Guardian.objects.get().identity_key


def test_an_id_with_half_a_character_does_no_harm():
    records = Records(iter([(1, [*HEADINGS]), (2, [*R("E\ud800", "G\ud800", "a@example.org").cells])]), file_format="csv")
    plan = prepare(records, source=SOURCE)
    carry_out(Plan.read(io.BytesIO(b"".join(plan.chunks()))))
    assert set(people()) == {"G?"}


@pytest.mark.parametrize("number", ["20120304-TF12", "120304T012", "20120304 P123"])
def test_a_school_systems_own_number_is_no_fault_and_tells_nobody_apart(number):
    rows = [[*R().cells, number], [*R("E2", "G2").cells, number]]
    assert figures(import_roster(table([[*HEADINGS, "personnummer"], *rows]), source=SOURCE)) == {"new": 2}


def test_who_is_protected_in_one_source_is_in_no_other():
    marked = (R("E1", "G1", "a@example.org", "Sekretessmarkering"), ANNA), (R("E2", "G2"), "")
    elsewhere = (R("X1", "H1", "b@example.org"), ANNA), (R("X2", "H2"), BO)
    bring_numbered(*elsewhere, source="annan")
    bring_numbered(*marked)
    assert set(people("annan")) == {"H2"}
    assert figures(bring_numbered(*elsewhere, source="annan")) == {"unchanged": 1}
    assert set(people("annan")) == {"H2"}


def test_a_plan_brings_nobody_in_whom_another_source_has_protected_since():
    def plan() -> Plan:
        cells = [[*HEADINGS, "personnummer"], [*R("X1", "H1", "b@example.org").cells, ANNA], [*R("X2", "H2").cells, BO]]
        with open_records(io.BytesIO(table(cells)), name="annan.csv") as records:
            return prepare(records, source="annan")

    outdated = plan()
    bring_numbered((R("E1", "G1", "a@example.org", "Sekretessmarkering"), ANNA), (R("E2", "G2"), ""))
    with pytest.raises(RosterRefused):
        carry_out(outdated)
    carry_out(plan())
    assert set(people("annan")) == {"H2"}
