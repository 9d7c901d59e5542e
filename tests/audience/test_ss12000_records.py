"""Persons of SS 12000:2020 as a roster's records."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.ss12000.answers import Node
from kampanj.audience.importing.ss12000.exceptions import FetchStopped
from kampanj.audience.importing.ss12000.persons import read_guardian, read_pupil
from kampanj.audience.importing.ss12000.records import Records
from tests.audience.ss12000_server import Entity, enrolment, guardian, key, person, pupil, responsible

TODAY = dt.date(2025, 10, 1)
SCHOOLS = {key("Norra skolan"): "10", key("Södra skolan"): "20"}


def records(pupils: list[Entity], guardians: list[Entity]) -> Records:
    """The roster of these persons on a day in October."""
    made = Records()
    for entity in pupils:
        made.add_pupil(read_pupil(Node("/persons", entity), schools=SCHOOLS, today=TODAY))
    for entity in guardians:
        made.add_guardian(read_guardian(Node("/persons", entity)))
    return made


def rows(pupils: list[Entity], guardians: list[Entity]) -> list[dict[Column, str]]:
    """The roster's rows by column."""
    made = records(pupils, guardians)
    return [dict(zip((Column(heading) for heading in made.headings), record.cells, strict=True)) for record in made]


def only(pupil_: Entity, guardian_: Entity) -> dict[Column, str]:
    """The one row of these two."""
    (row,) = rows([pupil_], [guardian_])
    return row


def test_a_tie_is_a_row_with_what_a_letter_needs_and_nothing_else():
    assert only(pupil("E1", "G1"), guardian("G1", civicNo={"value": "198507099805"})) == {
        Column.SCHOOL: "10",
        Column.GRADE: "7",
        Column.PUPIL: key("E1"),
        Column.PROTECTION: "Ingen",
        Column.GUARDIAN: key("G1"),
        Column.GUARDIAN_PROTECTION: "Ingen",
        Column.EMAIL: "g1@example.org",
        Column.LANGUAGE: "",
        Column.PERSONAL_NUMBER: "198507099805",
    }


def test_a_number_of_another_kind_is_no_fault():
    assert only(pupil("E1", "G1"), guardian("G1", civicNo={"value": "19850709TF12"}))[Column.PERSONAL_NUMBER] == ""


def test_several_guardians_and_several_children_are_a_row_each():
    made = records([pupil("E1", "G1", "G2"), pupil("E2", "G1")], [guardian("G1"), guardian("G2")])
    assert [(record.number, record.cells[2], record.cells[4]) for record in made] == [
        (2, key("E1"), key("G1")),
        (3, key("E1"), key("G2")),
        (4, key("E2"), key("G1")),
    ]


@pytest.mark.parametrize(
    ("kind", "year", "grade"),
    [
        *[
            ("FKLASS", None, "F"),
            ("GR", 0, "F"),
            ("GR", 1, "1"),
            ("GR", 9, "9"),
            ("GRS", 3, "3"),
            ("SAM", 6, "6"),
            ("SP", 9, "9"),
        ],
        *[("GY", 1, "gy1"), ("GYS", 3, "gy3"), ("gr", "7", "7"), ("GR", 37, "37"), ("GR", None, ""), ("GY", 7, "gy7")],
    ],
)
def test_a_grade_is_ours_or_as_it_is_written(kind, year, grade):
    assert only(pupil("E1", "G1", enrolments=[enrolment(year=year, kind=kind)]), guardian())[Column.GRADE] == grade


@pytest.mark.parametrize(
    ("kind", "year"), [("FS", None), ("FTH", 3), ("KOMVUX", 1), ("SP", 10), ("GYS", 4), ("XYZ", 7), (None, 7)]
)
def test_who_has_no_grade_of_ours_is_left_out(kind, year):
    assert rows([pupil("E1", "G1", enrolments=[enrolment(year=year, kind=kind)])], [guardian()]) == []


@pytest.mark.parametrize(
    "enrolments",
    [
        [enrolment(start="2025-10-02")],
        [enrolment(end="2025-09-30")],
        [enrolment(cancelled=True)],
        [],
        None,
    ],
    ids=["not yet", "ended", "cancelled", "none", "absent"],
)
def test_who_has_no_enrolment_today_is_left_out(enrolments):
    assert rows([pupil("E1", "G1", enrolments=enrolments)], [guardian()]) == []


def test_of_several_enrolments_the_one_that_began_last_counts_whatever_their_order():
    before = enrolment("Södra skolan", 6, start="2024-08-15", end="2025-10-01")
    moved = enrolment("Norra skolan", 7, start="2025-10-01")
    after_school = enrolment("Södra skolan", 7, kind="FTH", start="2025-10-01")
    for enrolments in ([before, moved, after_school], [after_school, moved, before]):
        row = only(pupil("E1", "G1", enrolments=enrolments), guardian())
        assert (row[Column.SCHOOL], row[Column.GRADE]) == ("10", "7")


@pytest.mark.parametrize("relation", ["Förälder", "Annan ansvarig", "Annan behörig", "", None])
def test_only_who_decides_for_the_child_is_written_to(relation):
    assert rows([pupil("E1", responsible("G1", relation))], [guardian()]) == []


@pytest.mark.parametrize("relation", ["Vårdnadshavare", "vårdnadshavare ", "God man"])
def test_custodians_and_those_in_their_place_are_written_to(relation):
    assert only(pupil("E1", responsible("G1", relation)), guardian())[Column.EMAIL] == "g1@example.org"


@pytest.mark.parametrize("status", ["Utvandrad", "Avliden", "Okänd"])
def test_who_is_dead_or_has_moved_abroad_is_left_out(status):
    assert rows([pupil("E1", "G1")], [guardian("G1", personStatus=status)]) == []
    assert rows([pupil("E1", "G1", personStatus=status)], [guardian("G1")]) == []


def test_a_private_address_goes_first_and_a_schools_own_never():
    def address(*kinds: str | None) -> str:
        emails = [{"value": f"{number}@example.org", "type": kind} for number, kind in enumerate(kinds)]
        return only(pupil("E1", "G1"), guardian("G1", *emails))[Column.EMAIL]

    assert address("Arbete övrigt", None, "Privat", "Privat") == "2@example.org"
    assert address("Arbete övrigt", None) == "1@example.org"
    assert address("Skola personal", "Arbete övrigt") == "1@example.org"
    assert address("Skola personal", "Skola elev") == ""


@pytest.mark.parametrize("marking", ["Sekretessmarkering", "Skyddad folkbokföring", "Någonting nytt", None, "", 7, ["Ingen"]])
def test_a_marking_is_handed_on_and_a_missing_or_odd_one_is_empty(marking):
    expected = marking if isinstance(marking, str) else ""
    assert only(pupil("E1", "G1") | {"securityMarking": marking}, guardian())[Column.PROTECTION] == expected
    assert only(pupil("E1", "G1"), guardian("G1") | {"securityMarking": marking})[Column.GUARDIAN_PROTECTION] == expected


def test_a_marking_in_the_pupils_record_protects_a_guardian_whose_own_lacks_it():
    row = only(pupil("E1", responsible("G1", securityMarking="Sekretessmarkering")), guardian("G1"))
    assert row[Column.GUARDIAN_PROTECTION] == "Sekretessmarkering"


@pytest.mark.parametrize(
    "hidden",
    [
        pupil("E1", responsible("G1", "Annan ansvarig"), marking="Sekretessmarkering"),
        pupil("E1", "G1", marking="Sekretessmarkering", enrolments=[]),
        pupil("E1", "G1", marking="Sekretessmarkering", enrolments=[enrolment(kind="FS")]),
        pupil("E1", "G1", marking="Sekretessmarkering", personStatus="Utvandrad"),
    ],
    ids=["another relation", "no enrolment", "preschool", "moved abroad"],
)
def test_what_leads_to_a_protected_home_is_handed_on_whatever_else_is_missing(hidden):
    row = only(hidden, guardian("G1", "a@example.org", {"value": "b@example.org", "type": "Skola personal"}))
    assert row[Column.PROTECTION] == "Sekretessmarkering"
    assert row[Column.EMAIL] == "a@example.org, b@example.org"


def test_a_guardian_whom_the_school_system_does_not_show_is_left_out_unless_said_to_be_protected():
    hidden = responsible("G2", securityMarking="Skyddad folkbokföring")
    (row,) = rows([pupil("E1", "G1", hidden)], [])
    assert (row[Column.GUARDIAN], row[Column.GUARDIAN_PROTECTION]) == (key("G2"), "Skyddad folkbokföring")


def test_protected_persons_whose_ties_are_hidden_are_handed_on():
    hidden = [pupil("E1", marking="Sekretessmarkering")], [guardian("G1", marking="Skyddad folkbokföring")]
    assert [(row[Column.PUPIL], row[Column.GUARDIAN]) for row in rows(*hidden)] == [(key("E1"), ""), ("", key("G1"))]


def test_of_two_entries_for_one_person_the_protected_one_counts():
    twice = [pupil("E1", "G1"), pupil("E1", "G1", marking="Sekretessmarkering"), pupil("E1", "G1")]
    (row,) = rows(twice, [guardian("G1", marking="Sekretessmarkering"), guardian("G1")])
    assert (row[Column.PROTECTION], row[Column.GUARDIAN_PROTECTION]) == ("Sekretessmarkering",) * 2


def test_who_has_been_removed_is_in_no_row():
    made = records([pupil("E1", "G1", "G2"), pupil("E2", "G2")], [guardian("G1"), guardian("G2")])
    made.remove([key("G1"), key("E2"), key("nobody")])
    assert [(record.cells[2], record.cells[4]) for record in made] == [(key("E1"), key("G2"))]


def read_back(made: Records) -> list[list[str]]:
    """The cells of the file that the roster makes."""
    text = b"".join(made.as_csv_chunks()).decode()
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def test_the_file_holds_the_same_records():
    odd = 'a;b"c\r\nd'
    made = records(
        [pupil(f"E{number}", "G1", "G2") for number in range(600)], [guardian("G1", odd), guardian("G2", "å@example.org")]
    )
    chunks = list(made.as_csv_chunks())
    assert len(chunks) > 1
    assert read_back(made) == [made.headings, *(record.cells for record in made)]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["Ingen", "GR", "2025-08-20", "2025-13-40", "Vårdnadshavare", "a@example.org", "\0", "\ud800", key("G1"), "Privat"]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "value", "type", "x"]), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["id", "securityMarking", "personStatus", "emails", "civicNo", "enrolments", "responsibles", "value", "type", "person"]
FIELDS += ["relationType", "enroledAt", "schoolYear", "schoolType", "startDate", "endDate", "cancelled"]


@st.composite
def disturbed(draw: st.DrawFn) -> Entity:
    """A person as it should be, with something surprising in one to three places, at any depth."""
    entity = pupil("E1", "G1") | guardian("E1")
    for _count in range(draw(st.integers(1, 3))):
        place = entity
        for _depth in range(draw(st.integers(0, 2))):
            inner = [value for value in place.values() if isinstance(value, dict)]
            inner += [value[0] for value in place.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
            if inner:
                place = draw(st.sampled_from(inner))
        name = draw(st.sampled_from(FIELDS))
        if draw(st.booleans()):
            place[name] = draw(JSON)
        else:
            place.pop(name, None)
    return entity


@given(disturbed())
@example(person("E1", "Ingen") | {"responsibles": [{}]})
def test_a_surprising_person_is_a_record_or_a_refusal(entity):
    try:
        made = records([entity], [entity, guardian("G1")])
    except FetchStopped as refusal:
        assert "/persons" in str(refusal)
        return
    heading, *read = read_back(made)
    assert read == [record.cells for record in made]
    for cells in read:
        row = dict(zip(heading, cells, strict=True))
        if entity.get("securityMarking") != "Ingen" and row["elev-id"]:
            assert row["skyddad"].strip() != "Ingen"
        assert "Förnamn" not in "".join(cells)
