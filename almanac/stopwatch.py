"""How long each stage of a build took, for `build --profile`: it only looks on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from almanac.problems import Text

laps: dict[str, float] = {}  # seconds by the message that names the stage, in the order in which stages began


@contextmanager
def lap(stage: Text) -> Iterator[None]:
    """Adds the time of what stands inside."""
    started = perf_counter()
    laps.setdefault(stage.message, 0.0)
    try:
        yield
    finally:
        laps[stage.message] += perf_counter() - started
