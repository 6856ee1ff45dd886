"""Limits of time that a slow or busy machine does not fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time

PATIENCE = 120  # seconds that a test waits for a state
STEPS = 50_000
USUAL = 0.003  # seconds that the steps take on the machine for which limits are written


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails if the block takes more processor time; a slower machine has as many times more."""
    before = slowness()
    began = process_time()
    yield
    taken = process_time() - began
    slower = max(1, before, slowness())
    assert taken < seconds * slower, f"{taken:.1f} s of at most {seconds} × {slower:.1f}"


def slowness(clock: Callable[[], float] = process_time) -> float:
    """How many times slower this machine is just now; by a clock of the wall, what others do counts too."""
    began = clock()
    total = 0
    for number in range(STEPS):
        total += number * number
    return (clock() - began) / USUAL
