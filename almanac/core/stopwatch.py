"""How far a build is and how long each stage of it took, for whoever looks on: nothing here changes what is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol, TypeVar

from almanac.core.problems import Text

T = TypeVar("T")

laps: dict[str, float] = {}  # seconds by the message that names the stage, in the order in which stages began
_onlookers: list[Callable[[Text], None]] = []


class Progress(Protocol):
    """Sees everything go by that a stage makes, of which there are `total`."""

    def __call__(self, made: Iterable[T], total: int) -> Iterable[T]: ...


def silently(made: Iterable[T], total: int) -> Iterable[T]:
    """The progress that nobody sees."""
    del total
    return made


@contextmanager
def lap(stage: Text) -> Iterator[None]:
    """Adds the time of what stands inside."""
    started = perf_counter()
    laps.setdefault(stage.message, 0.0)
    for onlooker in _onlookers:
        onlooker(stage)
    try:
        yield
    finally:
        laps[stage.message] += perf_counter() - started


@contextmanager
def looked_on(onlooker: Callable[[Text], None]) -> Iterator[None]:
    """Has `onlooker` told of each stage as it begins."""
    _onlookers.append(onlooker)
    try:
        yield
    finally:
        _onlookers.remove(onlooker)
