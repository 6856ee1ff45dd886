"""Limits of processor time that a slow or busy machine does not fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

STEPS = 50_000
USUAL = 0.003  # seconds that the steps take on the machine for which limits are written


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails if the block takes more processor time; a slower machine has as many times more."""
    slowness = _slowness()
    began = process_time()
    yield
    taken = process_time() - began
    slowness = max(1, slowness, _slowness())
    assert taken < seconds * slowness, f"{taken:.1f} s of at most {seconds} × {slowness:.1f}"


def _slowness() -> float:
    began = process_time()
    total = 0
    for number in range(STEPS):
        total += number * number
    return (process_time() - began) / USUAL
