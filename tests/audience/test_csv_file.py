"""Any spreadsheet's CSV is read as it was written, or refused with a sentence."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.columns import OPTIONAL, Column, find_columns
from kampanj.audience.importing.formats.opening import open_records
from kampanj.audience.importing.formats.record import Records
from tests.audience.files import Repeated
from tests.audience.rosters import HEADINGS, table

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
western_cells = st.text(bytes(range(1, 256)).decode("cp1252", errors="ignore"), max_size=12)


REQUIRED = [column for column in Column if column not in OPTIONAL]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are told apart by their sentences' sources."""
    with translation.override("en"):
        yield


def opened(data: bytes, *, encoding: str = "") -> Records:
    return open_records(io.BytesIO(data), name="roster.csv", encoding=encoding)


def read(data: bytes, *, encoding: str = "") -> list[tuple[int, list[str]]]:
    """The heading row, as row 1, and the records."""
    records = opened(data, encoding=encoding)
    return [(1, records.headings), *((record.number, record.cells) for record in records)]


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
    assert find_columns(headings) == {Column(name): place for place, name in enumerate(HEADINGS)}


@pytest.mark.parametrize("column", REQUIRED)
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
    records = opened(first.encode() + b"skolenhet;skyddad\r\nA;Ingen\r\n")
    (row,) = records
    assert records.headings == ["skolenhet", "skyddad"]
    assert (row.number, row.cells) == (2, ["A", "Ingen"])


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_titles_above_the_headings_are_passed_over(delimiter):
    rows = ["Elevlista, Strängnäs", "Utskriven 2026-11-27", "", delimiter.join(HEADINGS), delimiter.join("abcdefg")]
    records = opened("\r\n".join(rows).encode())
    assert records.headings == list(HEADINGS)
    assert [(row.number, row.cells) for row in records] == [(5, list("abcdefg"))]


@pytest.mark.parametrize("above", ["abcdefg", ["Norra", "4", "77", "Sekretessmarkering"]])
def test_somebodys_row_above_the_headings_is_not_passed_over(above):
    rows = ["Elevlista, Strängnäs", ";".join(above), ";".join(HEADINGS), ";".join("abcdefg")]
    with pytest.raises(RosterRefused, match="Row 2 is above the headings"):
        opened("\r\n".join(rows).encode())


def test_a_title_above_headings_that_are_not_known_is_not_taken_for_the_only_column():
    with pytest.raises(RosterRefused, match="only a title"):
        opened(b"Elevlista\r\nnamn;adress;ort\r\na;b;c\r\n")


@pytest.mark.parametrize("bad", ['Norra;5;"1" a;Ingen;2;a@example.org;sv', 'Norra;5;"1;Ingen;2;a@example.org;sv'])
def test_a_bad_quotation_mark_in_the_first_rows_is_told_by_its_row(bad):
    rows = [";".join(HEADINGS), ";".join("abcdefg"), bad]
    with pytest.raises(RosterRefused, match="Row 3 cannot be read"):
        list(opened("\r\n".join(rows).encode()))


def test_a_first_row_is_the_headings_when_none_below_looks_like_them():
    records = opened(b"namn;adress\r\nskolenhet;x\r\ny;z\r\n")
    assert records.headings == ["namn", "adress"]
    assert [row.number for row in records] == [2, 3]


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n1 0 obj", b"skola|skyddad\r\nA|Ingen\r\n", b'{"data": []}', b"MIME-Version: 1.0\r\n"]
)
def test_a_file_of_one_column_is_no_roster(data):
    with pytest.raises(RosterRefused, match="only one column"):
        opened(data)


def test_line_ends_may_be_mixed():
    text = ";".join(HEADINGS) + '\r\na;b;c\rd;"e\r\nstill e"\nf\r\n'
    assert [(number, cells[0]) for number, cells in read(text.encode())[1:]] == [(2, "a"), (3, "d"), (4, "f")]


@pytest.mark.parametrize(
    ("text", "encoding", "delimiter"),
    [("skolenhet;språk", "utf-8", ";"), ("skolenhet,språk", "cp1252", ","), ("skolenhet\tspråk", "utf-16", "\t")],
)
def test_what_was_found_out_is_told(text, encoding, delimiter):
    records = opened(text.encode(encoding))
    assert (records.format, records.encoding, records.delimiter) == ("csv", encoding, delimiter)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1252", "utf-8"])
def test_a_chosen_encoding_counts_more_than_the_bytes(encoding):
    data = "skolenhet;skyddad\nSödra skolan;Ingen".encode("mac_roman")
    if encoding == "utf-8":
        with pytest.raises(RosterRefused):
            read(data, encoding=encoding)
    else:
        assert (read(data, encoding=encoding)[1][1][0] == "Södra skolan") == (encoding == "mac_roman")


def test_a_chosen_encoding_passes_over_the_byte_order_mark():
    for encoding, data in (("utf-8", codecs.BOM_UTF8 + b"skola;x"), ("utf-16", "skola;x".encode("utf-16"))):
        assert opened(data, encoding=encoding).headings == ["skola", "x"]


def test_an_encoding_that_nobody_knows_is_refused():
    with pytest.raises(RosterRefused):
        opened(b"skola;x", encoding="utf-7")


def test_ten_thousand_columns_are_read():
    rows = [[*HEADINGS, *(f"k{number}" for number in range(10_000))], [str(number) for number in range(10_007)]]
    assert read(table(rows)) == [(1, rows[0]), (2, rows[1])]


def test_a_stream_that_cannot_be_wound_back_is_read_too():
    stream = io.BytesIO("skolenhet;språk\nÅ;ar".encode())
    stream.seekable = lambda: False
    assert [record.cells for record in open_records(stream, name="roster.csv")] == [["Å", "ar"]]


def test_the_stream_is_left_open():
    stream = io.BytesIO(b"skolenhet;x\nA;y")
    list(open_records(stream, name="roster.csv"))
    assert not stream.closed


@pytest.mark.parametrize("first", ["E1;anna.canary@example.org;Ingen", "20120304-1234;Ingen", "Norra;7;E1204567"])
def test_a_first_row_with_somebodys_data_is_no_heading(first):
    with pytest.raises(RosterRefused, match="headings above") as refusal:
        opened(first.encode())
    assert not any(word in str(refusal.value) for word in first.split(";"))


@pytest.mark.parametrize(
    ("unit", "head"),
    [
        (b"x", b"skolenhet;skyddad\n"),
        (b'"\n";', b""),
        (b";", b"skolenhet;skyddad\nA"),
        (b"\n", b"skolenhet;skyddad\n"),
        (b"a;bbb\n", b"skolenhet;skyddad\n"),
        (b"a;" * 9_999 + b"\n", b"skolenhet;skyddad\n"),
        (b"\0", b"skolenhet;skyddad\n"),
    ],
    ids=["one line", "one record", "one row of cells", "empty rows", "rows", "wide rows", "NULs"],
)
def test_what_is_endless_is_refused(unit, head):
    stream = Repeated(unit, size=2_000_000 if unit == b"a;bbb\n" else 50_000_000, head=head)
    with pytest.raises(RosterRefused):
        list(open_records(stream, name="roster.csv"))


def test_a_file_beyond_the_limit_is_refused_unread():
    with pytest.raises(RosterRefused, match="100 MB"):
        open_records(Repeated(b"a;b\n", size=100_000_001), name="roster.csv")


def test_html_with_a_workbooks_name_is_named():
    with pytest.raises(RosterRefused, match="XML"):
        opened(b"\xef\xbb\xbf <html><table><tr><td>skolenhet")
