"""What is written in a cell is understood as people write it, and what is not understood is said."""

from __future__ import annotations

import pytest
from django.conf import settings

from kampanj.audience.importing.languages import language_code
from kampanj.audience.importing.rows import grade_of
from tests.audience.rosters import HEADINGS, R, bring, figures, import_roster, people, table

pytestmark = [pytest.mark.django_db, pytest.mark.bare, pytest.mark.usefixtures("schools")]


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        *((str(year), str(year)) for year in range(1, 10)),
        *((form, "7") for form in (" 7 ", "åk 7", "Åk 7", "ÅK7", "årskurs 7")),
        *((form, "F") for form in ("F", "f", "Förskoleklass", "F-klass", "åk F")),
        *((form, "gy1") for form in ("gy1", "GY 1", "Gy1", "gymnasiet 1")),
        *((form, "") for form in ("", "0", "10", "7B", "gy4", "F-9", "åk", "sju", "gy")),
    ],
)
def test_grades(written, grade):
    assert grade_of(written) == grade


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((form, "ar") for form in ("ar", "AR", "ara", "arabiska", " Arabiska ", "Arabic", "العربية")),
        *((form, "so") for form in ("so", "somaliska", "Somali", "soomaali")),
        *((form, "ti") for form in ("tigrinja", "Tigrinya", "ትግርኛ")),
        *((form, "uk") for form in ("ukrainska", "Українська", "Ukrainian")),
        *((form, "fa") for form in ("persiska", "dari", "fa-AF", "فارسی")),
        *((form, "sv") for form in ("svenska", "sv-SE", "sv_SE", "Swedish", "swe")),
        *((form, None) for form in ("klingonskaspråket", "xx", "zxx", "und", "obestämt språk", "?", "sv en", "12")),
    ],
)
def test_languages(written, code):
    assert language_code(written) == code


def test_every_language_of_the_installation_is_known_by_its_code_and_name():
    assert {language_code(code) for code, _name in settings.LANGUAGES} == {code for code, _name in settings.LANGUAGES}
    assert [language_code(name) for _code, name in settings.LANGUAGES] == [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("school", ["Norra skolan", "NORRA  SKOLAN", "10"])
def test_a_school_is_known_by_name_or_code_in_any_case(school):
    assert figures(bring(R(school=school))) == {"new": 1}
    assert people() == {"G1": ("g1@example.org", "sv", frozenset({("Norra skolan", "7")}))}


def test_an_unknown_school_is_a_fault_and_is_never_made(schools):
    outcome = bring(R(school="Östra skolan"), R(pupil="E2", guardian="G2"))
    assert figures(outcome) == {"new": 1, "errors": 1}
    assert type(schools["Gymnasiet"]).objects.count() == 3


def test_the_grade_is_checked_against_the_list_and_not_against_the_school():
    assert figures(bring(R(school="Gymnasiet", grade="F"))) == {"new": 1}


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (R(school=""), "skolenhet", ""),
        (R(school="Östra"), "skolenhet", "Östra"),
        (R(grade="7B"), "årskurs", "7B"),
        (R(pupil=""), "elev-id", ""),
        (R(guardian="", email="g1@example.org"), "vårdnadshavare-id", ""),
        (R(guardian="G" * 81, email="g1@example.org"), "vårdnadshavare-id", "G" * 81),
        (R(email=""), "e-post", ""),
        (R(email="anna.example.org"), "e-post", "anna.example.org"),
        (R(email="åsa@example.org"), "e-post", "åsa@example.org"),
        (R(email="a@example.org, b@example.org"), "e-post", "a@example.org, b@example.org"),
        (R(email="a" * 400 + "@example.org"), "e-post", "a" * 100),
        (R(language="klingon-språket"), "språk", "klingon-språket"),
    ],
)
def test_a_fault_says_row_column_value_and_what_to_do(row, column, value):
    outcome = bring(R(pupil="E9", guardian="G9"), row)
    (fault,) = outcome.faults
    assert (fault.row, fault.column, fault.value) == (3, column, value)
    assert fault.advice.endswith(".")
    for part in ("3", column, value):
        assert part in str(fault)
    assert figures(outcome) == {"new": 1, "errors": 1}


def test_a_row_with_several_faults_reports_each_and_counts_once():
    outcome = bring(R(school="Östra", grade="12", email="x"))
    assert [fault.column for fault in outcome.faults] == ["skolenhet", "årskurs", "e-post"]
    assert figures(outcome) == {"errors": 1}


def test_the_column_is_named_as_the_file_names_it():
    headings = [name.replace("e-post", "Mejladress") for name in HEADINGS]
    outcome = import_roster(table([headings, R(email="x").cells]), source="s")
    assert [fault.column for fault in outcome.faults] == ["Mejladress"]


def test_a_row_with_too_many_cells_is_a_fault():
    outcome = import_roster(table([HEADINGS, [*R().cells, "", "sv"]]), source="s")
    assert [(fault.row, fault.column, fault.value) for fault in outcome.faults] == [(2, "8", "sv")]
    assert figures(import_roster(table([HEADINGS, [*R().cells, "", ""]]), source="s")) == {"new": 1}


def test_a_fault_is_one_line_without_control_characters():
    outcome = bring(R(school="a\n\x1b[31mb"))
    assert str(outcome.faults[0]).isprintable()


def test_addresses_are_stored_as_they_are_compared():
    bring(R(email=" Anna.ÅBERG@Exempel.ORG ".replace("Å", "A")), R(pupil="E2", guardian="G2", email="bo@räksmörgås.se"))
    assert [address for address, _language, _places in people().values()] == [
        "anna.aberg@exempel.org",
        "bo@xn--rksmrgs-5wao1o.se",
    ]


def test_empty_language_is_the_main_language():
    bring(R(language=""), R(pupil="E2", guardian="G2", language="arabiska"))
    assert {language for _address, language, _places in people().values()} == {"sv", "ar"}
