"""The preview helps to tell the columns apart and shows nobody."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kampanj.audience.importing.formats.preview import Kind, Preview, preview
from tests.audience.files import Repeated, oneroster, person, role, workbook
from tests.audience.rosters import HEADINGS, R, roster, table

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]

CANARY = "Kanarie"
MARKED = R(
    "KANARIE-E",
    "KANARIE-G",
    email="kanarie@kanarie.example",
    marking="Sekretessmarkering",
    school="Kanariedal",
    language="Kanarie",
)


def look(data: bytes, **options) -> Preview:
    return preview(io.BytesIO(data), name="roster", **options)


def test_rows_show_schools_grades_and_languages_and_the_shape_of_the_rest():
    shown = look(roster(R(school="norra skolan", grade="Åk 7", language="Arabiska"), R("E2", "G2", school="20")))
    assert shown.headings == list(HEADINGS)
    assert shown.rows == [
        ["norra skolan", "Åk 7", "Xx99", "Ingen", "Xx99", "x@x.xx", "Arabiska"],
        ["20", "7", "Xx99", "Ingen", "Xx99", "x@x.xx", ""],
    ]
    assert shown.kinds[2:] == [Kind.MIXED, Kind.TEXT, Kind.MIXED, Kind.EMAIL, Kind.TEXT]
    assert (shown.format, shown.encoding, shown.delimiter) == ("csv", "utf-8", ";")


def test_no_more_rows_than_asked_for():
    assert len(look(roster(*(R(f"E{number}", f"G{number}") for number in range(9))), rows=3).rows) == 3


@pytest.mark.parametrize("marking", ["Sekretessmarkering", "", "?", "nej", "Skyddad folkbokföring"])
def test_a_row_that_is_not_clearly_unprotected_is_left_out(marking):
    assert look(roster(R(marking=marking))).rows == []


@pytest.mark.parametrize(
    "other", [R("E1", "G9"), R("e1 ", "G9"), R("E9", "G1", email="b@example.org"), R("E9", "G9", email="G1@example.org")]
)
def test_a_row_that_leads_to_a_marked_one_is_left_out(other):
    assert look(roster(R(marking="x"), other, R("E5", "G5"))).rows == look(roster(R("E5", "G5"))).rows
    assert look(roster(other, R(marking="x"))).rows == []


def test_a_marked_guardian_is_left_out_too():
    data = table([[*HEADINGS, "skyddad vårdnadshavare"], [*R().cells, "x"], [*R("E2", "G2").cells, "Ingen"]])
    assert [row[-1] for row in look(data).rows] == ["Ingen"]


def test_without_a_known_column_for_protection_only_kinds_are_shown():
    data = table([["skolenhet", "Hemlig?", "e-post", "kod", "tomt"], ["Norra skolan", "Ingen", "a@example.org", "12-34", ""]])
    shown = look(data)
    assert shown.rows == []
    assert shown.kinds == [Kind.TEXT, Kind.TEXT, Kind.EMAIL, Kind.NUMBER, Kind.EMPTY]
    assert look(data, mapping={"skyddad": "Hemlig?"}).rows == [["Norra skolan", "Ingen", "x@x.xx", "9999", ""]]


def test_a_known_column_for_protection_stays_one_whatever_is_chosen():
    data = table([["skyddad", "annat", "skolenhet"], ["x", "Ingen", "Norra skolan"], ["Ingen", "Ingen", "Norra skolan"]])
    assert look(data, mapping={"skyddad": "annat", "språk": "skyddad"}).rows == [["Ingen", "Ingen", "Norra skolan"]]


@pytest.mark.parametrize(
    "cells",
    [
        R(school="Anna Kanarie"),
        R(grade="7 Kanarie"),
        R(language="Arabiska (Kanarie)"),
        R(language="kanarie@example.org"),
        R(school="Norra skolan (Kanarie)"),
        R("Kanarie", "Kanarie", email="Kanarie"),
    ],
)
def test_what_slid_into_the_wrong_column_is_not_shown(cells):
    assert CANARY.casefold() not in str(look(roster(cells))).casefold()


def in_csv(rows: list[R]) -> bytes:
    return roster(*rows)


def in_workbook(rows: list[R]) -> bytes:
    return workbook([HEADINGS, *(row.cells for row in rows)])


def in_oneroster(rows: list[R]) -> bytes:
    users = [person(row.pupil, agents=row.guardian, marking=row.marking) for row in rows]
    users += [person(row.guardian, marking=row.marking, language=row.language) for row in rows]
    return oneroster(users, [role(row.pupil, "student") for row in rows] + [role(row.guardian, "parent") for row in rows])


@pytest.mark.parametrize("written", [in_csv, in_workbook, in_oneroster])
def test_a_protected_person_is_in_no_preview_of_any_format(written):
    shown = look(written([R(), MARKED, R("E2", "G2")]))
    assert len(shown.rows) == 2
    assert CANARY.casefold() not in str(shown).casefold()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(7)), st.lists(st.sampled_from(["Ingen", "Kanarie", ""]), min_size=3, max_size=3), st.booleans())
def test_wherever_the_columns_stand_no_unknown_word_is_shown(order, markings, is_headed):
    rows = [
        list(R("kanarie", "kanarie", email="kanarie@k.example", marking=marking, school="Kanarie").cells) for marking in markings
    ]
    headings = HEADINGS if is_headed else [f"kolumn {number}" for number in range(7)]
    data = table([[row[place] for place in order] for row in (headings, *rows)])
    assert "kanarie" not in str(look(data)).casefold()


def test_a_long_file_is_previewed_without_reading_its_rows():
    head = roster(R())
    stream = Repeated(b"Norra skolan;7;E2;Ingen;G2;b@example.org;\r\n", size=50_000_000, head=head)
    assert len(preview(stream, name="roster.csv", rows=5).rows) == 5
