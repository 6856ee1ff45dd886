"""Which nodes run again, and in which order, on tables: who is read by whom, and how high each node is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from almanac.incremental.staleness import run_stale

FILE, IMAGE, RECORD, TITLE, LIST, FEED, PAGE = range(7)
READERS = {
    FILE: [RECORD],
    IMAGE: [PAGE],
    RECORD: [PAGE, TITLE],
    TITLE: [LIST],
    LIST: [PAGE, FEED],
}
HEIGHTS = {RECORD: 1, TITLE: 2, LIST: 3, FEED: 4, PAGE: 4}


def out_of_date(
    changed: Iterable[int], readers: Mapping[int, Iterable[int]], heights: Mapping[int, int], equal: Iterable[int] = ()
) -> list[int]:
    """The nodes that run again after inputs have changed, in order; `equal` nodes return the value they had."""
    order: list[int] = []

    def woken_by(node: int) -> list[tuple[int, int]]:
        return [(reader, heights[reader]) for reader in readers.get(node, ())]

    def run(node: int) -> list[tuple[int, int]]:
        order.append(node)
        return [] if node in equal else woken_by(node)

    run_stale([found for node in changed for found in woken_by(node)], run)
    return order


def test_nothing_runs_where_nothing_has_changed() -> None:
    assert out_of_date([], READERS, HEIGHTS) == []


def test_only_what_has_read_a_changed_file_runs() -> None:
    assert out_of_date([IMAGE], READERS, HEIGHTS) == [PAGE]


def test_every_node_runs_once_and_after_all_that_it_reads() -> None:
    assert out_of_date([FILE, IMAGE], READERS, HEIGHTS) == [RECORD, TITLE, LIST, FEED, PAGE]


def test_a_node_with_an_equal_value_wakes_none_of_its_readers() -> None:
    assert out_of_date([FILE], READERS, HEIGHTS, equal=[TITLE]) == [RECORD, TITLE, PAGE]
    assert out_of_date([FILE], READERS, HEIGHTS, equal=[RECORD]) == [RECORD]


def test_one_changed_side_of_a_diamond_is_enough() -> None:
    top, left, right, bottom = range(4)
    readers = {bottom: [left, right], left: [top], right: [top]}
    heights = {left: 1, right: 1, top: 2}
    assert out_of_date([bottom], readers, heights, equal=[left]) == [left, right, top]
    assert out_of_date([bottom], readers, heights, equal=[right]) == [left, right, top]
    assert out_of_date([bottom], readers, heights, equal=[left, right]) == [left, right]


def test_a_long_way_and_a_short_way_to_the_same_node_run_it_once() -> None:
    file, a, b, c, end = range(5)
    readers = {file: [end, a], a: [b], b: [c], c: [end]}
    assert out_of_date([file], readers, {a: 1, b: 2, c: 3, end: 4}) == [a, b, c, end]


def test_a_node_that_is_woken_after_it_has_run_runs_again() -> None:
    """As one that has come to read something higher than itself."""
    order: list[int] = []
    woken = {TITLE: [(LIST, 5)], FEED: [(LIST, 5)], LIST: [(PAGE, 6)]}

    def run(node: int) -> list[tuple[int, int]]:
        order.append(node)
        return woken.get(node, [])

    run_stale([(TITLE, 2), (FEED, 4)], run)
    assert order == [TITLE, FEED, LIST, PAGE]
    order.clear()
    run_stale([(LIST, 3), (FEED, 4)], run)
    assert order == [LIST, FEED, LIST, PAGE]
