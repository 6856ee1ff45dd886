"""Timed stages of long work, the observers that are told of them, and progress within a stage.

Nothing here changes a result. The observers in force are a context variable, so code deep in a pipeline can mark a
stage without carrying an argument through every call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Protocol, TypeVar

from almanac.core.problems import Text

T = TypeVar("T")


class Progress(Protocol):
    """Passes the results of a stage on and counts them; `total` is how many there will be."""

    def __call__(self, made: Iterable[T], total: int) -> Iterable[T]: ...


def silently(made: Iterable[T], total: int) -> Iterable[T]:
    """The progress that shows nothing."""
    del total
    return made


class Observer(Protocol):
    """Is told when a stage begins, and when it ends with the seconds it took."""

    def begin(self, stage: Text) -> None: ...

    def end(self, stage: Text, seconds: float) -> None: ...


class StageTimes:
    """An observer that adds up seconds by the message of the stage, in the order in which the stages began."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def begin(self, stage: Text) -> None:
        self.seconds.setdefault(stage.message, 0.0)

    def end(self, stage: Text, seconds: float) -> None:
        self.seconds[stage.message] += seconds


_observers: ContextVar[tuple[Observer, ...]] = ContextVar("observers", default=())


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Tells `observer` of every stage that runs inside."""
    token = _observers.set((*_observers.get(), observer))
    try:
        yield
    finally:
        _observers.reset(token)


@contextmanager
def timed_stage(stage: Text) -> Iterator[None]:
    """Runs the code inside as one stage."""
    observers = _observers.get()
    for observer in observers:
        observer.begin(stage)
    started = perf_counter()
    try:
        yield
    finally:
        seconds = perf_counter() - started
        for observer in observers:
            observer.end(stage, seconds)
