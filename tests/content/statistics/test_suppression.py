"""Small numbers stay hidden: what an attacker can still think possible, the same again, and no more than needed."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kampanj.content.statistics.network import SumsDisagree, Totals
from kampanj.content.statistics.suppression import HIDDEN, K, hide_shares, protect, suppress
from kampanj.content.statistics.table import Table, parse, write
from kampanj.content.statistics.totals import totals_by_name
from tests.content.statistics.attacker import determined, possible

# The attacker tries every number up to here; no sum in the small tables is larger.
MOST = 45


def table_of(numbers: list[list[int]]) -> Table:
    cells = tuple(tuple(Decimal(number) for number in row) for row in numbers)
    columns = tuple(f"k{number}" for number in range(len(numbers[0])))
    return Table("", columns, tuple(f"r{number}" for number in range(len(numbers))), cells)


def with_sums(parts: list[list[int]], totals: Totals) -> list[list[int]]:
    """The parts with a last column and a last row of sums where `totals` says so."""
    rows = [[*row, sum(row)] if totals.column is not None else list(row) for row in parts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]] if totals.row is not None else rows


@st.composite
def counted(draw: st.DrawFn, *, rows: int, columns: int, numbers: st.SearchStrategy[int]) -> tuple[list[list[int]], Totals]:
    height, width = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    parts = draw(st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=height, max_size=height))
    has_row, has_column = draw(st.booleans()), draw(st.booleans())
    totals = Totals(row=height if has_row else None, column=width if has_column else None)
    return with_sums(parts, totals), totals


SMALL = counted(rows=2, columns=3, numbers=st.integers(0, 7))
# Mostly small numbers and a few large: as a school's survey by class and gender.
LARGE = counted(rows=8, columns=6, numbers=st.one_of(st.integers(0, 6), st.integers(0, 6), st.integers(0, 400)))


def shown_of(numbers: list[list[int]], totals: Totals) -> list[list[int | None]]:
    table = suppress(table_of(numbers), totals)
    return [[None if cell is HIDDEN else int(cell) for cell in row] for row in table.cells]


@settings(max_examples=150)
@given(SMALL)
def test_every_hidden_cell_may_be_any_of_k_numbers(made: tuple[list[list[int]], Totals]) -> None:
    numbers, totals = made
    found = possible(shown_of(numbers, totals), totals.row, totals.column, most=MOST, enough=K)
    assert all(len(values) >= K for values in found.values()), found


@settings(max_examples=150)
@given(SMALL)
def test_who_knows_which_were_small_learns_no_more_than_that(made: tuple[list[list[int]], Totals]) -> None:
    numbers, totals = made
    small = {(r, c): K - 1 for r, row in enumerate(numbers) for c, value in enumerate(row) if value < K}
    found = possible(shown_of(numbers, totals), totals.row, totals.column, most=MOST, enough=K, at_most=small)
    assert {place: found[place] for place in small} == {place: set(range(K)) for place in small}


@settings(max_examples=200)
@given(LARGE)
def test_no_small_number_is_shown_and_none_follows_from_the_sums(made: tuple[list[list[int]], Totals]) -> None:
    numbers, totals = made
    shown = shown_of(numbers, totals)
    assert not [value for row in shown for value in row if value is not None and value < K]
    assert determined([[None if v is None else Decimal(v) for v in row] for row in shown], totals.row, totals.column) == set()


@given(LARGE)
def test_hiding_again_hides_nothing_more(made: tuple[list[list[int]], Totals]) -> None:
    numbers, totals = made
    once = suppress(table_of(numbers), totals)
    assert suppress(once, totals) == once


@given(LARGE, st.data())
def test_what_others_have_hidden_cannot_be_worked_out_either(made: tuple[list[list[int]], Totals], data: st.DataObject) -> None:
    numbers, totals = made
    table = table_of(numbers)
    some = data.draw(st.sets(st.tuples(st.integers(0, len(numbers) - 1), st.integers(0, len(numbers[0]) - 1)), max_size=4))
    gone = data.draw(st.sampled_from([HIDDEN, None]))
    holed = table.with_cells(
        tuple(tuple(gone if (r, c) in some else cell for c, cell in enumerate(row)) for r, row in enumerate(table.cells))
    )
    shown = suppress(holed, totals)
    unseen = [[cell if isinstance(cell, Decimal) else None for cell in row] for row in shown.cells]
    assert determined(unseen, totals.row, totals.column) == set()
    assert suppress(shown, totals) == shown


def test_the_attacker_does_find_what_is_hidden_alone() -> None:
    """The tests above could not fail if the attacker were blind."""
    holed = [[None, 6, 9], [7, 8, 15], [10, 14, 24]]
    assert possible(holed, 2, 2, most=MOST, enough=K) == {(0, 0): {3}}
    assert determined([[None if v is None else Decimal(v) for v in row] for row in holed], 2, 2) == {(0, 0)}


def test_nothing_is_hidden_that_need_not_be() -> None:
    assert shown_of([[10, 3], [5, 0]], Totals()) == [[10, None], [5, None]]
    assert shown_of([[10, 12, 22], [5, 9, 14], [15, 21, 36]], Totals(2, 2)) == [[10, 12, 22], [5, 9, 14], [15, 21, 36]]


def test_one_small_number_takes_three_with_it_where_all_sums_are_shown() -> None:
    shown = shown_of([[3, 20, 30, 53], [40, 50, 60, 150], [70, 80, 90, 240], [113, 150, 180, 443]], Totals(3, 3))
    assert sum(value is None for row in shown for value in row) == 4
    assert None not in shown[3]
    assert None not in [row[3] for row in shown]


def test_two_small_numbers_whose_sum_is_small_are_not_enough() -> None:
    assert shown_of([[1, 1, 30, 32]], Totals(column=3)) == [[None, None, None, 32]]


def test_a_missing_cell_is_not_called_hidden() -> None:
    table = parse("År\tA\tB\tTotalt\n2020\t–\t9\t20\n2021\t8\t9\t17")
    assert isinstance(table, Table)
    shown = suppress(table, totals_by_name(table))
    assert shown.cells[0] == (None, HIDDEN, Decimal(20))


def test_totals_that_are_no_sums_are_refused() -> None:
    with pytest.raises(SumsDisagree):
        suppress(table_of([[10, 12, 23]]), Totals(column=2))
    with pytest.raises(SumsDisagree):
        suppress(table_of([[10, 12, 21]]), Totals(column=2))


LONGER = ["Totalt antal", "Totalt (antal)", "Båda könen", "Alla elever", "Samtliga elever", "All pupils", "Summa, båda"]


@pytest.mark.parametrize("name", ["Totalt", "SUMMA", "alla", "Total:", "All", "المجموع", *LONGER])
def test_a_total_is_known_by_its_name(name: str) -> None:
    table = dataclasses.replace(table_of([[1, 2], [3, 4]]), rows=("a", name), columns=(name, "b"))
    assert totals_by_name(table) == Totals(row=1, column=0)


def test_a_share_is_hidden_with_the_answers_behind_it() -> None:
    shares = table_of([[40, 60, 50], [10, 20, 15]])
    answers = table_of([[3, 20, 23], [30, 40, 70]])
    shown, bases = hide_shares(shares, answers, Totals(column=2))
    assert [[cell is HIDDEN for cell in row] for row in shown.cells] == [[True, True, False], [False, False, False]]
    assert [[cell is HIDDEN for cell in row] for row in bases.cells] == [[True, True, False], [False, False, False]]
    assert hide_shares(shown, bases, Totals(column=2)) == (shown, bases)


def test_a_share_whose_answers_nobody_knows_is_hidden() -> None:
    answers = table_of([[30]]).with_cells(((None,),))
    assert hide_shares(table_of([[40]]), answers, Totals())[0].cells == ((HIDDEN,),)


@pytest.mark.parametrize("name", ["Allergi", "Allan", "Helags", "Sumo", "Bådan"])
def test_a_word_that_begins_alike_is_no_total(name: str) -> None:
    assert totals_by_name(dataclasses.replace(table_of([[1], [3]]), rows=("a", name))) == Totals()


def test_the_plain_word_goes_before_a_longer_one() -> None:
    table = dataclasses.replace(table_of([[1], [3], [4]]), rows=("a", "Totalt", "Alla i tvåan"))
    assert totals_by_name(table) == Totals(row=1)


# Sums that nobody has said are there. What somebody who sees them anyway can work out is judged as above.


@settings(max_examples=100)
@given(counted(rows=3, columns=4, numbers=st.integers(0, 9)))
def test_sums_that_nobody_named_protect_all_the_same(made: tuple[list[list[int]], Totals]) -> None:
    numbers, totals = made
    table = protect(table_of(numbers), Totals())
    shown = [[cell if isinstance(cell, Decimal) else None for cell in row] for row in table.cells]
    row = totals.row if totals.row and totals.row > 1 else None
    column = totals.column if totals.column and totals.column > 1 else None
    assert determined(shown, row, column) == set()
    assert protect(table, Totals()) == table


@given(LARGE)
def test_protecting_again_hides_nothing_more(made: tuple[list[list[int]], Totals]) -> None:
    numbers, totals = made
    for said in (totals, Totals()):
        once = protect(table_of(numbers), said)
        assert protect(once, said) == once


def test_a_sum_first_in_the_table_is_seen_too() -> None:
    table = protect(table_of([[23, 3, 20], [110, 50, 60]]), Totals())
    assert [cell is HIDDEN for cell in table.cells[0]] == [False, True, True]


def test_a_sum_of_neighbours_is_seen_in_two_rows() -> None:
    pairs = table_of([[3, 20, 23, 30, 40, 70], [12, 13, 25, 35, 31, 66]])
    assert [cell is HIDDEN for cell in protect(pairs, Totals()).cells[0]] == [True, True, False, False, False, False]
    once = table_of([[3, 20, 23, 30, 40], [12, 13, 99, 35, 31]])
    assert [cell is HIDDEN for cell in protect(once, Totals()).cells[0]] == [True, False, False, False, False]


def test_what_is_no_sum_hides_nothing_more() -> None:
    table = table_of([[3, 20, 24], [30, 40, 70], [30, 40, 71]])
    assert write(protect(table, Totals())).count("..") == 1


def test_a_sum_behind_shares_is_seen_in_the_answers() -> None:
    shares, _answers = hide_shares(table_of([[40, 60, 50]]), table_of([[3, 20, 23]]), Totals())
    assert [cell is HIDDEN for cell in shares.cells[0]] == [True, True, False]
