"""Which nodes must run again, and in which order: plain data, no graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import TypeAlias

from almanac.incremental.queries import Id

Woken: TypeAlias = Iterable[tuple[Id, int]]  # nodes with their heights


def run_stale(stale: Woken, run: Callable[[Id], Woken]) -> None:
    """Runs nodes until none is stale, the lowest first: a node's height is above those of all that it has read.

    `run` returns the readers to wake: none if the node's value is equal. A node that is woken after it has run runs
    again: it has come to read something higher than itself, perhaps before that had its new value.
    """
    waiting: set[Id] = set()
    heap: list[tuple[int, Id]] = []

    def wake(woken: Woken) -> None:
        for node, height in woken:
            if node not in waiting:
                waiting.add(node)
                heappush(heap, (height, node))

    wake(stale)
    while heap:
        _, node = heappop(heap)
        waiting.discard(node)
        wake(run(node))
