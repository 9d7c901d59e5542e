"""Small numbers are hidden, and as many others as it takes for nobody to work them out from what is shown.

A number of persons from 0 to K - 1 is hidden (first). Where a sum is shown, other numbers are hidden with it (second),
so that

* somebody who knows which numbers were hidden first still thinks every one from 0 to K - 1 possible for each of them;
* somebody who knows no such thing thinks at least K numbers possible for every hidden cell.

The second rule looks only at what is shown. So a table that has been hidden in and stored is not changed when it is
hidden in again, and a table where somebody else has hidden cells is judged by the same rule.
"""

from __future__ import annotations

from decimal import Decimal

from kampanj.content.statistics.network import Network, Place, SumsDisagree, Totals
from kampanj.content.statistics.table import HIDDEN, Cell, Table
from kampanj.content.statistics.totals import View, views

# As many answers as must stand behind what is shown.
K = 5


def protect(table: Table, said: Totals) -> Table:
    """A table of numbers of persons as it may be shown to whoever sees sums in it, be they `said` to be there or not.

    Raises SumsDisagree when the totals that are said cannot be sums; what only looks like one is then none.
    """
    shown = suppress(table, said)
    seen = views(table, said)
    for view in seen:
        shown = _hidden_too(shown, view, table)
    while (again := _protect_again(shown, said, seen)) != shown:
        shown = again
    return shown


def _protect_again(shown: Table, said: Totals, seen: list[View]) -> Table:
    """What was hidden for one view must not be worked out in another, nor in one that only shows now."""
    for view in dict.fromkeys((*seen, *views(shown, said))):
        shown = _hidden_too(shown, view, shown)
    return shown


def _hidden_too(shown: Table, view: View, numbers: Table) -> Table:
    """`shown` without what the view of `numbers` must not show."""
    try:
        part = suppress(view.of(numbers), view.totals)
    except SumsDisagree:
        return shown
    return hide(shown, {(view.rows[row], view.columns[column]) for row, column, cell in part.places() if cell is HIDDEN})


def suppress(table: Table, totals: Totals) -> Table:
    """A table of numbers of persons (whole, from 0 up) with what must not be shown hidden, if only `totals` are sums.

    Raises SumsDisagree when the totals cannot be the sums of what they stand for.
    """
    values = {(row, column): int(cell) for row, column, cell in table.places() if isinstance(cell, Decimal)}
    # A cell left empty may be a small number that somebody took out: nobody shall work that out either.
    unknown = {(row, column) for row, column, cell in table.places() if not isinstance(cell, Decimal)}
    first = {place for place, value in values.items() if value < K}
    network = Network(totals, values, first | unknown)
    network.settle(unknown)
    _keep_whole_range(network, first)
    _keep_wide(network)
    return hide(table, network.open_)


def hide(table: Table, places: set[Place]) -> Table:
    """The table with the cells at `places` hidden; what is missing stays missing."""

    def cell_at(row: int, column: int, cell: Cell) -> Cell:
        return HIDDEN if (row, column) in places and cell is not None else cell

    return table.with_cells(
        tuple(tuple(cell_at(row, column, cell) for column, cell in enumerate(cells)) for row, cells in enumerate(table.cells))
    )


def hide_shares(shares: Table, answers: Table, totals: Totals) -> tuple[Table, Table]:
    """Shares and the numbers of answers behind them (same shape), each with what must not be shown hidden.

    A share is hidden wherever its number of answers is, or is not known. Raises SumsDisagree.
    """
    shown = protect(answers, totals)
    without = {(row, column) for row, column, cell in shown.places() if not isinstance(cell, Decimal)}
    return hide(shares, without), shown


def _keep_whole_range(network: Network, first: set[Place]) -> None:
    """Rule one. No cell is opened by rule two later that would narrow this: opening only adds room."""
    network.ceilings = dict.fromkeys(first, K - 1)
    for place in sorted(first):
        value = network.values[place]
        _open(network, place, up=K - 1 - value, down=value)
    network.ceilings = {}


def _keep_wide(network: Network) -> None:
    """Rule two, for the cells that it opens itself too."""
    judged: set[Place] = set()
    while waiting := sorted(network.open_ - judged):
        for place in waiting:
            rise, fall = network.range_of(place, up=K - 1, down=min(K - 1, network.values[place]))
            if rise + fall < K - 1:
                _open(network, place, up=K - 1 - fall)
        judged |= set(waiting)


def _open(network: Network, place: Place, *, up: int = 0, down: int = 0) -> None:
    if network.widen(place, up=up, down=down, cost=lambda one: _cost(network, one)) is None:
        network.open_ = set(network.values)


def _cost(network: Network, place: Place) -> int:
    """What hiding a cell costs the reader: few cells, parts before sums, small numbers before large."""
    sums = (place[0] == network.totals.row) + (place[1] == network.totals.column)
    return 10 ** (14 + sums) + network.values[place]
