"""A second and a half of `make fuzz` for each kind of input, so that every run of the tests makes up some."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import pytest
from fuzzing import KINDS, search
from hypothesis import strategies as st

SECONDS = 1.5


@pytest.mark.parametrize(("act", "examples"), KINDS, ids=[act.__name__ for act, _ in KINDS])
def test_made_up_input_neither_hangs_nor_breaks_the_engine(
    act: Callable[[str], None], examples: st.SearchStrategy[str]
) -> None:
    search(act, examples, monotonic() + SECONDS)
