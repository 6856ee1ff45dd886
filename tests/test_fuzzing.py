"""A second and a half of `make fuzz` for each kind of input, so that every run of the tests makes up some."""

from __future__ import annotations

from time import monotonic

import pytest
from fuzz_addresses import ADDRESSES, visiting
from fuzz_caches import CACHES
from fuzz_kind import Kind, search
from fuzz_texts import TEXTS
from playwright.sync_api import Browser

SECONDS = 1.5
KINDS = (*TEXTS, *CACHES)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_made_up_input_neither_hangs_nor_breaks_the_engine(kind: Kind) -> None:
    with kind.opened() as act:
        search(act, kind, monotonic() + SECONDS)


def test_made_up_addresses_neither_hang_nor_break_a_page(browser: Browser) -> None:
    with visiting(browser) as act:
        search(act, ADDRESSES, monotonic() + 2 * SECONDS, seeded=True)
