"""Which nodes must run again, and in which order: plain data, no graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from heapq import heappop, heappush
from typing import TypeAlias

from almanac.incremental.queries import Id

Woken: TypeAlias = Iterable[tuple[Id, int]]  # nodes with their heights


class TooEarly(Exception):  # noqa: N818 - no error: the reader is put off
    """A node has read something that may still change in this update; it must run again at this height."""

    def __init__(self, height: int) -> None:
        super().__init__(height)
        self.height = height


class Stale:
    """The nodes that wait to run again. A node's height is above those of all that it reads; the lowest runs first."""

    def __init__(self, woken: Woken = ()) -> None:
        self.heights: dict[Id, int] = {}
        self.frontier = 0  # the height of the node that was taken last
        self._heap: list[tuple[int, Id]] = []
        self.wake(woken)

    def __bool__(self) -> bool:
        return bool(self.heights)

    def wake(self, woken: Woken) -> None:
        """Adds nodes; one that waits already keeps the greater height."""
        for node, height in woken:
            if height > self.heights.get(node, -1):
                self.heights[node] = height
                heappush(self._heap, (height, node))

    def take(self) -> Id:
        """Removes the lowest node. All nodes below it are settled."""
        while True:
            height, node = heappop(self._heap)
            if self.heights.get(node) == height:
                del self.heights[node]
                self.frontier = height
                return node

    def settled(self, node: Id, height: int) -> bool:
        """Whether nothing that still waits can change this node."""
        return not self.heights or (height <= self.frontier and node not in self.heights)


def run_stale(stale: Stale, run: Callable[[Id], Woken]) -> None:
    """Runs nodes until none is stale. `run` returns the readers to wake: none if the node's value is equal."""
    while stale:
        node = stale.take()
        try:
            woken = run(node)
        except TooEarly as early:
            stale.wake([(node, early.height)])
        else:
            stale.wake(woken)


def out_of_date(
    changed: Iterable[Id], readers: Mapping[Id, Iterable[Id]], heights: Mapping[Id, int], equal: Iterable[Id] = ()
) -> list[Id]:
    """The nodes that run again after inputs have changed, in order; `equal` nodes return the value they had."""
    order: list[Id] = []
    unchanged = set(equal)

    def woken_by(node: Id) -> list[tuple[Id, int]]:
        return [(reader, heights[reader]) for reader in readers.get(node, ())]

    def run(node: Id) -> list[tuple[Id, int]]:
        order.append(node)
        return [] if node in unchanged else woken_by(node)

    run_stale(Stale(found for node in changed for found in woken_by(node)), run)
    return order
