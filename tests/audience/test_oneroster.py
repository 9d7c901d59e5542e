"""A OneRoster export becomes one row per pupil and guardian, and no marking in it is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.utils import translation

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.formats.opening import open_records
from tests.audience.files import MANIFEST, USERS, oneroster, person, role, zipped
from tests.audience.rosters import table

HIDDEN = "Sekretessmarkering"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are told apart by their sentences' sources."""
    with translation.override("en"):
        yield


def read(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Row numbers, and the cells that hold something by heading."""
    with open_records(io.BytesIO(data), name="export.zip") as records:
        assert records.format == "oneroster"
        return [
            (record.number, {heading: cell for heading, cell in zip(records.headings, record.cells, strict=True) if cell})
            for record in records
        ]


def ties(data: bytes) -> set[tuple[str, str, str, str]]:
    """Pupil, its marking, guardian, its marking."""
    columns = (Column.PUPIL, Column.PROTECTION, Column.GUARDIAN, Column.GUARDIAN_PROTECTION)
    return {tuple(row.get(column, "") for column in columns) for _number, row in read(data)}


FAMILY = [role("P1", "student"), role("P2", "student", org="södra"), role("G1", "parent"), role("G2", "guardian")]


def test_each_pupil_and_guardian_is_a_row_with_the_guardians_number():
    users = [
        person("P1", agents="G1,G2", grades="07"),
        person("G1", language="ar"),
        person("P2", grades="11"),
        person("G2", agents="P1, P2"),
    ]
    base = {Column.PROTECTION: "Ingen", Column.GUARDIAN_PROTECTION: "Ingen"}
    first = {Column.SCHOOL: "10", Column.GRADE: "7", Column.PUPIL: "P1"} | base
    second = {Column.SCHOOL: "Södra skolan", Column.GRADE: "gy2", Column.PUPIL: "P2"} | base
    by_g2 = {Column.GUARDIAN: "G2", Column.EMAIL: "g2@example.org"}
    assert read(oneroster(users, FAMILY)) == [
        (3, first | {Column.GUARDIAN: "G1", Column.EMAIL: "g1@example.org", Column.LANGUAGE: "ar"}),
        (5, first | by_g2),
        (5, second | by_g2),
    ]


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("KG", "F"),
        ("PK", "F"),
        ("01", "1"),
        ("9", "9"),
        ("10", "gy1"),
        ("12", "gy3"),
        ("13", "13"),
        ("07,08", "07,08"),
        ("7,07", "7"),
    ],
)
def test_years_become_ours(written, grade):
    users = [person("P1", agents="G1", grades=written), person("G1")]
    ((_number, row),) = read(oneroster(users, FAMILY))
    assert row[Column.GRADE] == grade


def test_who_is_no_guardian_is_none():
    users = [person("P1", agents="T1,P2"), person("P2"), person("T1"), person("G1")]
    assert read(oneroster(users, [*FAMILY, role("T1", "teacher")])) == []


def test_who_has_left_is_not_told():
    users = [
        person("P1", agents="G1", enabled="false"),
        person("P2", agents="G1,G2"),
        person("P3", agents="G2"),
        person("G1", status="tobedeleted"),
        person("G2", enabled="false"),
    ]
    roles = [*FAMILY, role("P3", "student", end="2020-06-12")]
    assert ties(oneroster(users, roles)) == {("P2", "Ingen", "G2", "Ingen")}


def test_the_school_is_the_primary_role_s_and_an_ended_one_does_not_count():
    users = [person("P1", agents="G1", grades="4"), person("G1")]
    roles = [
        role("P1", "student", kind_of_role="secondary"),
        role("P1", "student", org="södra"),
        role("P1", "student", org="norra", end="2020-06-12"),
        role("G1", "relative"),
    ]
    ((_number, row),) = read(oneroster(users, roles))
    assert row[Column.SCHOOL] == "Södra skolan"


def test_a_guardian_that_the_export_forgot_is_a_row_to_correct():
    ((number, row),) = read(oneroster([person("P1", agents="G1", grades="4")], FAMILY))
    assert (number, row[Column.GUARDIAN], row.get(Column.EMAIL)) == (2, "G1", None)


@pytest.mark.parametrize("marking", ["Sekretessmarkering", "true", "", "0", "?", "Skyddad folkbokföring"])
def test_a_marking_that_is_no_clear_no_protects_pupil_or_guardian(marking):
    users = [person("P1", agents="G1", marking=marking), person("P2", agents="G2"), person("G1"), person("G2", marking=marking)]
    assert ties(oneroster(users, FAMILY)) == {("P1", HIDDEN, "G1", "Ingen"), ("P2", "Ingen", "G2", HIDDEN)}


@pytest.mark.parametrize("marking", ["Ingen", "INGEN", "false", "Nej", "no", "None"])
def test_a_clear_no_is_a_no(marking):
    users = [person("P1", agents="G1", marking=marking), person("G1", marking=marking)]
    assert ties(oneroster(users, FAMILY)) == {("P1", "Ingen", "G1", "Ingen")}


def test_a_marking_outweighs_that_somebody_has_left_or_has_no_ties():
    users = [
        person("P1", agents="G1", marking="x", status="tobedeleted"),
        person("P2", marking="x"),
        person("G1"),
        person("G2", marking="x"),
        person("T1", marking="x"),
    ]
    assert ties(oneroster(users, [*FAMILY, role("T1", "teacher")])) == {
        ("P1", HIDDEN, "G1", "Ingen"),
        ("P2", HIDDEN, "", HIDDEN),
        ("", HIDDEN, "G2", HIDDEN),
        ("", HIDDEN, "T1", HIDDEN),
    }


def test_every_column_about_protection_counts():
    headings = [*USERS[:-1], "metadata.se.securityMarking"]
    users = [(*person("P1", agents="G1")[:-1], "Ingen"), (*person("G1")[:-1], "Sekretessmarkering")]
    assert ties(oneroster(users, FAMILY, headings=headings)) == {("P1", "Ingen", "G1", HIDDEN)}


def test_without_a_column_for_protection_the_file_is_refused():
    headings = [*USERS[:6], "metadata.hobby", "protected"]
    with pytest.raises(RosterRefused, match="metadata.skyddad"):
        read(oneroster([person("P1", agents="G1"), person("G1")], FAMILY, headings=headings))


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ({"oneroster.version": "1.1"}, "1.2"),
        ({"file.users": "delta"}, "delta"),
        ({"file.roles": "absent"}, "roles.csv is missing"),
    ],
)
def test_what_is_not_the_whole_is_refused(manifest, sentence):
    with pytest.raises(RosterRefused, match=sentence):
        read(oneroster([], [], manifest=MANIFEST | manifest))


def test_a_table_that_is_promised_and_missing_is_refused():
    files = {"manifest.csv": table([("propertyName", "value"), *MANIFEST.items()], delimiter=",")}
    with pytest.raises(RosterRefused, match=r"orgs\.csv is missing"):
        read(zipped(files))


@pytest.mark.parametrize(
    "users",
    [
        [person("P1"), person("P1", marking="x")],
        [(*person("P1"), "one too many")],
        [person("")],
        [person("x" * 256)],
        [person("P1", agents="P🙂")],
    ],
    ids=["twice", "more cells", "no id", "long id", "sign"],
)
def test_rows_that_cannot_be_told_apart_are_refused_without_naming_anybody(users):
    with pytest.raises(RosterRefused, match="Row [23]") as refusal:
        read(oneroster(users, FAMILY))
    assert "P1" not in str(refusal.value)


def test_a_column_that_comes_twice_is_refused():
    with pytest.raises(RosterRefused, match="same heading"):
        read(oneroster([(*person("P1"), "Ingen")], FAMILY, headings=[*USERS, "metadata.skyddad"]))


def test_the_tables_may_lie_in_a_folder():
    users = [person("P1", agents="G1"), person("G1")]
    assert ties(oneroster(users, FAMILY, folder="export/")) == {("P1", "Ingen", "G1", "Ingen")}


def test_ties_without_end_are_refused():
    agents = ",".join(["G1"] * 40_000)
    users = [person(f"P{number}", agents=agents) for number in range(20)]
    with pytest.raises(RosterRefused, match="far more people"):
        read(oneroster(users, [*FAMILY, *(role(f"P{number}", "student") for number in range(20))]))
