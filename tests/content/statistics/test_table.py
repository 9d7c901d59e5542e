"""Reading what somebody pastes: every way of writing a number, clear faults, and never an exception."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kampanj.content.statistics.table import HIDDEN, LONGEST_LABEL, MOST_COLUMNS, MOST_ROWS, NOT_XML, Faults, Table, parse, write

PIECES = st.sampled_from([*"\t\t\n\n;,\"' .–-%0123456789", "\r\n", "\u00a0", "..", "År", "12,5", "=1+1", "\x00", "\ufeff"])
LABELS = (
    st.text(max_size=LONGEST_LABEL).map(lambda text: " ".join(NOT_XML.sub("", text.removeprefix("\ufeff")).split())).filter(bool)
)
NUMBERS = st.decimals(-(10**9), 10**9, places=None, allow_nan=False, allow_infinity=False).map(
    lambda number: Decimal(f"{number:.4f}".rstrip("0").rstrip(".")) + 0
)
CELLS = st.one_of(NUMBERS, st.integers(0, 10**6).map(Decimal), st.just(HIDDEN), st.none())


def labels(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(LABELS, min_size=1, max_size=most, unique_by=str.casefold)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns, rows = draw(labels(4)), draw(labels(5))
    cells = tuple(tuple(draw(CELLS) for _column in columns) for _row in rows)
    return Table(draw(st.one_of(st.just(""), LABELS)), tuple(columns), tuple(rows), cells)


def only(text: str) -> object:
    """The one cell of a table with one row and one column."""
    read = parse(f"\tA\nr\t{text}")
    assert isinstance(read, Table), read
    return read.cells[0][0]


def faults(text: str) -> tuple[str, ...]:
    with translation.override("en"):
        read = parse(text)
    assert isinstance(read, Faults)
    return read.sentences


@given(st.one_of(st.text(), st.lists(PIECES, max_size=80).map("".join)))
def test_any_text_is_a_table_or_faults(text: str) -> None:
    read = parse(text)
    assert isinstance(read, Table) or (read.sentences and all(read.sentences))


@given(tables())
def test_what_is_written_is_read_again(table: Table) -> None:
    assert parse(write(table)) == table
    assert parse(write(table).replace("\n", "\r\n")) == table


@given(tables())
def test_a_written_table_is_written_the_same_again(table: Table) -> None:
    again = parse(write(table))
    assert isinstance(again, Table)
    assert write(again) == write(table)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1 234", "1234"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234\u202f567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),
        ("-3,5", "-3.5"),
        ("−3,5", "-3.5"),
        ("–3", "-3"),
        ("48 %", "48"),
        ("48%", "48"),
        ('"1 234"', "1234"),
        ("-0", "0"),
    ],
)
def test_a_number_may_be_written_in_many_ways(written: str, number: str) -> None:
    assert only(written) == Decimal(number)


@pytest.mark.parametrize("written", ["", "–", "-", "—", "…"])
def test_a_cell_may_be_missing(written: str) -> None:
    read = parse(f"\tA\tB\nr\t{written}\t1")
    assert isinstance(read, Table)
    assert read.cells == ((None, Decimal(1)),)


def test_two_dots_are_a_hidden_number() -> None:
    assert only("..") is HIDDEN


@pytest.mark.parametrize("written", ["12 34", "1,23,4", "12*", "tolv", "1e5", "٣", "=1+1", "9" * 13, "1 2345", "NaN", "Infinity"])
def test_what_is_no_number_is_named_with_its_row_and_column(written: str) -> None:
    [sentence] = faults(f"År\tFlickor\n2020\t{written}")
    assert all(part in sentence for part in ("2020", "Flickor", written[:30]))


@pytest.mark.parametrize(
    "text", ["År;Flickor\n2020;12,5", "År,Flickor\n2020,12.5", 'År,Flickor\n2020,"12,5"', "\ufeffÅr;Flickor\r\n2020;12,5\r\n"]
)
def test_files_with_semicolons_or_commas_are_read_too(text: str) -> None:
    assert parse(text) == Table("År", ("Flickor",), ("2020",), ((Decimal("12.5"),),))


def test_a_table_may_have_an_empty_corner_and_empty_rows_and_columns() -> None:
    read = parse("\tFlickor\tPojkar\t\n\t\t\t\n2020\t1\t2\t\n\n")
    assert read == Table("", ("Flickor", "Pojkar"), ("2020",), ((Decimal(1), Decimal(2)),))


def test_a_cell_with_a_line_break_in_quotes_is_one_cell() -> None:
    read = parse('År\t"Flickor\ni årskurs 9"\n2020\t1')
    assert isinstance(read, Table)
    assert read.columns == ("Flickor i årskurs 9",)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no table yet"),
        ("bara text", "no table yet"),
        ("År\tA\n2020\t1\t2", "more cells"),
        ("År\tA\n\t1", "Row 2 has no label"),
        ("År\t\tB\n2020\t1\t2", "Column 2 has no heading"),
        ("År\tA\ta\n2020\t1\t2", "2 times"),
        ("År\tA\n2020\t1\n2020\t2", "2 times"),
        (f"År\tA\n{'x' * 81}\t1", "too long"),
        ("x" * 50_000, "too long"),
        ("År\tA\n" + "".join(f"{number}\t1\n" for number in range(MOST_ROWS + 1)), "too large"),
        ("År" + "".join(f"\tk{number}" for number in range(MOST_COLUMNS + 1)) + "\n2020\t1", "too large"),
        ('År\tA\n2020\t"' + "x" * 200_000, "too long"),
    ],
)
def test_what_is_wrong_is_said(text: str, part: str) -> None:
    assert any(part in sentence for sentence in faults(text))


def test_many_faults_are_counted_not_listed() -> None:
    found = faults("År\tA\n" + "".join(f"{number}\tx\n" for number in range(2000, 2020)))
    assert len(found) == 6
    assert "15" in found[-1]
