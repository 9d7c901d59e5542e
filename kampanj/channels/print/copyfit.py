"""Fitting the campaign's panels to the columns of a format: which panel stands where, and in what size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

# Between two panels in a column, in millimetres.
GAP = 7.0
# What a millimetre of text outside its column costs beside one of empty paper: nothing is worth it.
TOO_LONG = 1_000_000.0
# What an empty column costs for each column after it: when there is too little, the last ones are left empty.
EMPTY = 0.05


@dataclass(frozen=True)
class Fit:
    """`size` of running text in points, and for each column the numbers of its panels, in reading order; `title` is the size of
    the campaign's title."""

    size: float
    columns: tuple[tuple[int, ...], ...]
    title: float = 0


def fit(
    sizes: Sequence[float],
    heights_in: Callable[[float], Sequence[float]],
    columns: Sequence[float],
    *,
    also: Callable[[float], bool] | None = None,
) -> Fit:
    """The largest of `sizes` in which all panels fit, and which `also` allows; else the smallest.

    `heights_in` says how high every panel is in a size; `columns` how high each column is. Millimetres. Measuring is what takes
    time: sizes are halved, since what fits in one fits in every smaller one.
    """
    left = sorted(sizes)
    found = None
    while left:
        middle = len(left) // 2
        heights = heights_in(left[middle])
        tried = Fit(left[middle], shared_out(heights, columns))
        fits = all(height_of(heights, share) <= column for share, column in zip(tried.columns, columns, strict=True))
        if fits and (also is None or also(tried.size)):
            found, left = tried, left[middle + 1 :]
        else:
            # In the smallest everything stands, even if it does not fit.
            found, left = found or (tried if middle == 0 else None), left[:middle]
    if found is None:
        raise ValueError("no sizes to try")
    return found


def height_of(heights: Sequence[float], share: Sequence[int]) -> float:
    """How high some panels are together, with what is between them."""
    return sum(heights[number] for number in share) + GAP * max(len(share) - 1, 0)


def shared_out(heights: Sequence[float], columns: Sequence[float]) -> tuple[tuple[int, ...], ...]:
    """The panels, in their order, over the columns: as little as possible too long, then as evenly filled as can be."""

    @cache
    def best(panel: int, column: int) -> tuple[float, tuple[int, ...]]:
        """What the panels from `panel` on cost in the columns from `column` on, and where each of those ends."""
        if column == len(columns):
            return (0.0 if panel == len(heights) else float("inf")), ()
        found: tuple[float, tuple[int, ...]] = (float("inf"), ())
        for end in range(panel, len(heights) + 1):
            after, ends = best(end, column + 1)
            cost = after + _cost(height_of(heights, range(panel, end)), columns[column])
            if end == panel:
                cost += EMPTY * (len(columns) - column)
            if cost < found[0]:
                found = cost, (end, *ends)
        return found

    ends = best(0, 0)[1]
    begins = (0, *ends[:-1])
    return tuple(tuple(range(begin, end)) for begin, end in zip(begins, ends, strict=True))


def _cost(used: float, column: float) -> float:
    return TOO_LONG * (used - column) if used > column else ((column - used) / column) ** 2
