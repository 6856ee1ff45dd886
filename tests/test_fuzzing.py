"""A minute of `make fuzz`: every run of the tests makes up input of each kind."""

from __future__ import annotations

from math import inf
from time import monotonic

import fuzz_kind
import pytest
from fuzz_addresses import ADDRESSES, visiting
from fuzz_caches import CACHES
from fuzz_kind import Kind, kind, search
from fuzz_texts import TEXTS
from hypothesis import strategies as st
from playwright.sync_api import Browser

SECONDS = 4.0  # for each kind but addresses, which take a quarter of the minute
FEW = 10  # examples of addresses, each of several queries: the same in every run
KINDS = (*TEXTS, *CACHES)


@pytest.mark.parametrize("one", KINDS, ids=[one.name for one in KINDS])
def test_made_up_input_neither_hangs_nor_breaks_the_engine(one: Kind) -> None:
    with one.opened() as act:
        ends = monotonic() + SECONDS
        while monotonic() < ends:
            search(act, one, ends)


def test_made_up_addresses_neither_hang_nor_break_a_page(browser: Browser) -> None:
    with visiting(browser) as act:
        search(act, ADDRESSES, inf, most=FEW, seeded=True)


def test_a_find_is_one_although_the_time_is_over_before_it_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [0]
    monkeypatch.setattr(fuzz_kind, "monotonic", lambda: passed[0])

    def fail(example: list[int]) -> None:
        if len(example) > 3:
            passed[0] = 2
            raise ZeroDivisionError

    lists = kind(fail, st.lists(st.integers()))
    with pytest.raises(ZeroDivisionError):
        search(fail, lists, 1, most=10_000)
