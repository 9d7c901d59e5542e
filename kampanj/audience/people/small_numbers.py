"""Figures without the small ones, and without those that would give them away.

A number from 1 to 4 is hidden. In a line that ends in its sum, what is hidden must be at least two numbers, together at
least five, and the sum less what is shown must be none from 1 to 4 either (a guardian of two children is in two cells, and
in the sum once). Else the smallest other number is hidden too, and the sum itself when nothing else is left. All hidden
numbers look the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

SMALLEST = 5

# A row's and a column's name; SUM is the name of the row and of the column of sums.
Place = tuple[str, str]
SUM = ""


def hidden(numbers: Mapping[Place, int]) -> set[Place]:
    """Which places of a table must not be shown. Places that are missing are zeros, which are shown."""
    found = {place for place, number in numbers.items() if 0 < number < SMALLEST}
    lines = list(_lines(numbers))
    before = -1
    while len(found) != before:
        before = len(found)
        for parts, whole in lines:
            _hide_more(parts, whole, numbers, found)
    return found


def _lines(numbers: Mapping[Place, int]) -> Iterator[tuple[list[Place], Place]]:
    """Every row and column that has a sum: its other places that hold somebody, the smallest first, and the sum's."""
    for axis in (0, 1):
        for name in dict.fromkeys(place[axis] for place in numbers):
            line = [place for place, number in numbers.items() if number and place[axis] == name]
            wholes = [place for place in line if place[1 - axis] == SUM]
            parts = sorted((place for place in line if place not in wholes), key=lambda place: (numbers[place], place))
            if wholes and parts:
                yield parts, wholes[0]


def _hide_more(parts: list[Place], whole: Place, numbers: Mapping[Place, int], found: set[Place]) -> None:
    """Add to `found` what else must go in this line."""
    for place in (*parts, whole):
        away = [numbers[part] for part in parts if part in found]
        rest = numbers[whole] - sum(numbers[part] for part in parts if part not in found)
        if (whole in found and away) or (whole not in found and _is_enough(away, rest)):
            return
        found.add(place)


def _is_enough(away: list[int], rest: int) -> bool:
    return not away or (len(away) > 1 and sum(away) >= SMALLEST and not 0 < rest < SMALLEST)
