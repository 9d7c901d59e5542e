"""Somebody who wants to know what is hidden. Shares no code with the product.

`possible` tries every whole number; `determined` solves the linear equations exactly, with fractions, on tables of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

Place = tuple[int, int]
Equation = tuple[list[Place], list[Place]]


def equations(rows: int, columns: int, total_row: int | None, total_column: int | None) -> list[Equation]:
    """(parts, [total]) of every line whose total is in the table."""
    found: list[Equation] = []
    if total_column is not None:
        found += [
            ([(row, column) for column in range(columns) if column != total_column], [(row, total_column)]) for row in range(rows)
        ]
    if total_row is not None:
        found += [
            ([(row, column) for row in range(rows) if row != total_row], [(total_row, column)]) for column in range(columns)
        ]
    return found


def possible(
    cells: list[list[int | None]],
    total_row: int | None,
    total_column: int | None,
    *,
    most: int,
    enough: int,
    at_most: dict[Place, int] | None = None,
) -> dict[Place, set[int]]:
    """For each hidden cell (None) the whole numbers from 0 to `most` that fit some completion of the table.

    Stops looking at a cell when `enough` are found. `at_most` is what the attacker happens to know about some of them.
    """
    lines = equations(len(cells), len(cells[0]), total_row, total_column)
    known = {(r, c): value for r, row in enumerate(cells) for c, value in enumerate(row) if value is not None}
    hidden = [(r, c) for r, row in enumerate(cells) for c, value in enumerate(row) if value is None]
    limits = at_most or {}
    found: dict[Place, set[int]] = {place: set() for place in hidden}
    for place in hidden:
        for value in range(min(most, limits.get(place, most)) + 1):
            if len(found[place]) < enough and value not in found[place]:
                solution = next(_solutions({**known, place: value}, hidden, lines, most, limits), {})
                for other, number in solution.items():
                    if other in found:
                        found[other].add(number)
    return found


def _solutions(
    values: dict[Place, int], left: list[Place], lines: list[Equation], most: int, limits: dict[Place, int]
) -> Iterator[dict[Place, int]]:
    values = dict(values)
    if not _propagate(values, lines, most, limits):
        return
    left = [place for place in left if place not in values]
    if not left:
        yield values
        return
    place = left[0]
    for guess in range(min(most, limits.get(place, most)) + 1):
        yield from _solutions({**values, place: guess}, left[1:], lines, most, limits)


def _propagate(values: dict[Place, int], lines: list[Equation], most: int, limits: dict[Place, int]) -> bool:
    """Fill in what a line leaves only one number for; False when some line cannot hold."""
    changed = True
    while changed:
        changed = False
        for parts, (total,) in lines:
            missing = [place for place in (*parts, total) if place not in values]
            known_sum = sum(values[place] for place in parts if place in values)
            if total in values and known_sum > values[total]:
                return False
            if not missing and known_sum != values[total]:
                return False
            if len(missing) == 1:
                only = missing[0]
                value = known_sum if only == total else values[total] - known_sum
                if not 0 <= value <= min(most, limits.get(only, most)):
                    return False
                values[only] = value
                changed = True
    return True


def determined(shown: list[list[Decimal | None]], total_row: int | None, total_column: int | None) -> set[Place]:
    """The hidden cells whose number follows from the equations alone (Gauss–Jordan over the fractions)."""
    hidden = [(r, c) for r, row in enumerate(shown) for c, value in enumerate(row) if value is None]
    order = {place: number for number, place in enumerate(hidden)}
    matrix = []
    for parts, total in equations(len(shown), len(shown[0]), total_row, total_column):
        row = [Fraction(0)] * len(hidden)
        for place in parts:
            if place in order:
                row[order[place]] += 1
        if total[0] in order:
            row[order[total[0]]] -= 1
        if any(row):
            matrix.append(row)
    rank = 0
    for column in range(len(hidden)):
        pivot = next((r for r in range(rank, len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        matrix[rank] = [value / matrix[rank][column] for value in matrix[rank]]
        for other in range(len(matrix)):
            if other != rank and matrix[other][column]:
                factor = matrix[other][column]
                matrix[other] = [a - factor * b for a, b in zip(matrix[other], matrix[rank], strict=True)]
        rank += 1
    return {hidden[row.index(1)] for row in matrix if sum(map(bool, row)) == 1}
