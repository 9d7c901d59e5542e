"""A table with totals as a network, to tell how far hidden numbers can vary while everything that is shown stays true.

Each row and each column whose sum is shown is a node that lets in as much as it lets out; each cell is an edge: a part
flows from its row to its column, a total the other way round. Rows or columns without a total are held together in one
node that keeps no account. What can be worked out about a hidden cell is then what the flow through its edge can be
(Gusfield 1988, on disclosure from two-dimensional tables; paths are found as in Dijkstra 1959).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

Place = tuple[int, int]
Node = tuple[str, int]
# A cell, and whether the flow through it grows or shrinks.
Step = tuple[Place, bool]
OUTSIDE: Node = ("outside", 0)
# More than any table of ours adds up to (12 digits, 60 rows, 12 columns).
UNBOUNDED = 10**18


class SumsDisagree(Exception):
    """No whole numbers from 0 up fit both what is shown and the totals."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Which row and which column hold the sums of all others; None where there is none."""

    row: int | None = None
    column: int | None = None


@dataclass
class Network:
    """`values` holds every cell's number (a possible one where it is unknown), `open_` the cells that a reader does not
    see, `ceilings` what some of those are known not to exceed."""

    totals: Totals
    values: dict[Place, int]
    open_: set[Place]
    ceilings: dict[Place, int] = field(default_factory=dict)

    def settle(self, unknown: set[Place]) -> None:
        """Give the `unknown` cells numbers with which everything adds up; SumsDisagree when there are none."""
        self.values.update(dict.fromkeys(unknown, 0))
        surplus: dict[Node, int] = defaultdict(int)
        for place, value in self.values.items():
            start, end = self._ends(place)
            surplus[start] -= value
            surplus[end] += value
        accounts = [node for node in sorted(surplus) if node != OUTSIDE]
        kept, self.open_ = self.open_, unknown
        for node in accounts:
            while surplus[node] > 0:
                self._even_out(node, surplus, {OUTSIDE, *(one for one in accounts if surplus[one] < 0)})
        for node in accounts:
            while surplus[node] < 0:
                self._even_out(OUTSIDE, surplus, {node})
        self.open_ = kept

    def range_of(self, place: Place, *, up: int, down: int) -> tuple[int, int]:
        """How far the cell can rise (looked for up to `up`) and fall (up to `down`) for all that the reader sees."""
        before = dict(self.values)
        found = []
        for (source, target), wanted in zip(self._detours(place), (up, down), strict=True):
            found.append(self._send(source, target, wanted, without=place))
            self.values = dict(before)
        return found[0], found[1]

    def widen(self, place: Place, *, up: int = 0, down: int = 0, cost: Callable[[Place], int]) -> set[Place] | None:
        """Open the shown cells, at the least cost, that let the cell rise by `up` and fall by `down`.

        The cells opened, none when it could vary so already; None when no opening is enough.
        """
        before = dict(self.values)
        opened: set[Place] = set()
        for (source, target), wanted in zip(self._detours(place), (up, down), strict=True):
            sent = self._send(source, target, wanted, without=place)
            while sent < wanted:
                path = self._cheapest_path(source, {target}, without=place, cost=cost)
                if path is None:
                    self.values = before
                    return None
                opened |= {one for one, _grows in path} - self.open_
                self.open_ |= opened
                sent += self._push(path, wanted - sent)
            self.values = dict(before)
        return opened

    def _ends(self, place: Place) -> tuple[Node, Node]:
        """The nodes that the cell's edge comes from and goes to."""
        row, column = place
        row_node: Node = ("row", row) if self.totals.column is not None else OUTSIDE
        column_node: Node = ("column", column) if self.totals.row is not None else OUTSIDE
        is_total = (row == self.totals.row) != (column == self.totals.column)
        return (column_node, row_node) if is_total else (row_node, column_node)

    def _detours(self, place: Place) -> tuple[tuple[Node, Node], tuple[Node, Node]]:
        """Between which nodes other cells must carry what this one carries more, and what it carries less."""
        start, end = self._ends(place)
        return (end, start), (start, end)

    def _even_out(self, start: Node, surplus: dict[Node, int], ends: set[Node]) -> None:
        path = self._cheapest_path(start, ends)
        if path is None:
            raise SumsDisagree
        place, grows = path[-1]
        end = self._ends(place)[1 if grows else 0]
        moved = self._push(path, min(abs(surplus[node]) for node in (start, end) if node != OUTSIDE))
        surplus[start] -= moved
        surplus[end] += moved

    def _send(self, source: Node, target: Node, wanted: int, *, without: Place) -> int:
        """Send up to `wanted` through open cells; how much got through."""
        sent = wanted if source == target else 0
        while sent < wanted and (path := self._cheapest_path(source, {target}, without=without)) is not None:
            sent += self._push(path, wanted - sent)
        return sent

    def _cheapest_path(
        self, source: Node, targets: set[Node], *, without: Place | None = None, cost: Callable[[Place], int] | None = None
    ) -> list[Step] | None:
        """Steps with room from `source` to the nearest target; None when there is no way.

        Open cells cost nothing; the others are used only when `cost` says what they cost.
        """
        edges = self._edges(without, cost)
        queue: list[tuple[int, int, Node]] = [(0, 0, source)]
        reached: dict[Node, tuple[int, int]] = {source: (0, 0)}
        come_from: dict[Node, tuple[Node, Step]] = {}
        while queue:
            spent, steps, node = heapq.heappop(queue)
            if node in targets and node != source:
                return _steps(come_from, source, node)
            if reached[node] < (spent, steps):
                continue
            for step, price, beyond in edges[node]:
                way = (spent + price, steps + 1)
                if way < reached.get(beyond, (UNBOUNDED, 0)):
                    reached[beyond], come_from[beyond] = way, (node, step)
                    heapq.heappush(queue, (*way, beyond))
        return None

    def _edges(self, without: Place | None, cost: Callable[[Place], int] | None) -> dict[Node, list[tuple[Step, int, Node]]]:
        edges: dict[Node, list[tuple[Step, int, Node]]] = defaultdict(list)
        for place in sorted(self.open_ if cost is None else self.values):
            start, end = self._ends(place)
            if place == without or start == end:
                continue
            price = 0 if place in self.open_ or cost is None else cost(place)
            for grows, near, far in ((True, start, end), (False, end, start)):
                if self._room(place, grows) > 0:
                    edges[near].append(((place, grows), price, far))
        return edges

    def _room(self, place: Place, grows: bool) -> int:
        value = self.values[place]
        return self.ceilings.get(place, UNBOUNDED) - value if grows else value

    def _push(self, path: list[Step], wanted: int) -> int:
        """Send as much as there is room for, at most `wanted`, along the path; how much that was."""
        amount = min(wanted, *(self._room(place, grows) for place, grows in path))
        for place, grows in path:
            self.values[place] += amount if grows else -amount
        return amount


def _steps(come_from: dict[Node, tuple[Node, Step]], source: Node, target: Node) -> list[Step]:
    path: list[Step] = []
    while target != source:
        target, step = come_from[target]
        path.append(step)
    return path[::-1]
