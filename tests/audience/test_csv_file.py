"""Any spreadsheet's CSV is read as it was written, or refused with a sentence."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.columns import Column, find_columns, known_names
from kampanj.audience.importing.csv_file import read_records
from tests.audience.rosters import HEADINGS, table

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
western_cells = st.text(bytes(range(1, 256)).decode("cp1252", errors="ignore"), max_size=12)


def read(data: bytes) -> list[tuple[int, list[str]]]:
    return [(record.number, record.cells) for record in read_records(data, known_names=known_names)]


@st.composite
def files(draw):
    encoding = draw(st.sampled_from(ENCODINGS))
    cell = western_cells if encoding == "cp1252" else cells
    rows = draw(st.lists(st.lists(cell, min_size=7, max_size=7), max_size=6))
    return rows, draw(st.sampled_from(";,\t")), encoding


@given(files())
def test_what_a_spreadsheet_wrote_is_what_is_read(file):
    rows, delimiter, encoding = file
    data = table([HEADINGS, *rows], delimiter=delimiter, encoding=encoding)
    if encoding == "cp1252" and is_also_utf8(data):
        return
    expected = [(1, list(HEADINGS))]
    expected += [(number, row) for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    assert read(data) == expected


def is_also_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: table([HEADINGS]) + tail))
def test_any_bytes_give_rows_or_one_sentence(data):
    try:
        records = read(data)
    except RosterRefused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert records


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(line_end):
    text = line_end.join([";".join(HEADINGS), "a;b;c;d;e;f;g"])
    assert read(text.encode())[1] == (2, list("abcdefg"))


def test_row_numbers_are_the_spreadsheets_own():
    text = ";".join(HEADINGS) + '\n\n"a\nstill a";b;c;d;e;f;g\n;;;;;;\nlast;;;;;;\n'
    assert [(number, row[0]) for number, row in read(text.encode())[1:]] == [(3, "a\nstill a"), (5, "last")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n \n",
        codecs.BOM_UTF8,
        b"skolenhet;\0",
        b"PK\x03\x04\x00\x00",
        b"skolenhet;\x81",
        b"skolenhet;a\nb;\xff\xfe\x8d",
        codecs.BOM_UTF16_LE + b"a",
        b"skolenhet;e-post\n" + b"x" * 200_000,
    ],
    ids=["nothing", "blank", "only a mark", "NUL", "xlsx", "no code page", "mixed", "half a character", "endless cell"],
)
def test_what_is_no_table_is_refused(data):
    with pytest.raises(RosterRefused):
        read(data)


@pytest.mark.parametrize("row", ['"a;b;c;d;e;f;g', '"a"x;b;c;d;e;f;g'])
def test_a_lost_quotation_mark_refuses_the_file_and_names_the_row(row):
    text = ";".join(HEADINGS) + f"\na;b;c;d;e;f;g\n{row}\nnext;b;c;d;e;f;g\n"
    with pytest.raises(RosterRefused, match="3"):
        read(text.encode())


@pytest.mark.parametrize(
    "headings",
    [
        HEADINGS,
        ("SKOLENHET", " Årskurs ", "Elev ID", "Skyddad (Ingen | Sekretessmarkering)", "Vardnadshavare-id", "E-POST", "Sprak"),
        ("skola", "åk", "elev", "Skyddad identitet", "vh-id", "Mejladress", "kontaktspråk"),
        ("School", "Grade", "Pupil id", "Protected", "Guardian id", "E-mail", "Language"),
    ],
)
def test_headings_are_known_by_other_names_too(headings):
    assert find_columns(headings) == {column: place for place, column in enumerate(Column)}


@pytest.mark.parametrize("column", list(Column))
def test_a_missing_column_is_named(column):
    with pytest.raises(RosterRefused, match=f"”{column}”|“{column}”"):
        find_columns([name for name in HEADINGS if name != column])


def test_two_columns_for_the_same_thing_are_refused():
    with pytest.raises(RosterRefused, match="Sekretess"):
        find_columns([*HEADINGS, "Sekretess"])


def test_other_columns_are_let_be():
    assert find_columns(["klass", *HEADINGS, "mentor"])[Column.SCHOOL] == 1


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n', "sep=,\r"])
def test_a_line_that_tells_spreadsheets_the_delimiter_is_no_row(first):
    (heading, row) = read_records(first.encode() + b"skolenhet;skyddad\r\nA;Ingen\r\n", known_names=known_names)
    assert (heading.number, heading.cells) == (1, ["skolenhet", "skyddad"])
    assert (row.number, row.cells) == (2, ["A", "Ingen"])
