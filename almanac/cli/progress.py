"""When a person is shown how far the work is: once it has taken a moment, and only where it is much. How that looks is said in `terminal.py`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, TextIO, TypeVar

from almanac.core.problems import Text
from almanac.core.stopwatch import Progress, looked_on, silently

if TYPE_CHECKING:
    from almanac.cli.terminal import Line

DELAY = 0.5  # seconds before anything is shown: what vanishes at once only flickers
PAUSE = 0.1  # seconds between two looks at the same stage
MANY = 400  # files, pages or rows, from which on one wants to see how far they are

T = TypeVar("T")


def watched(stream: TextIO) -> bool:
    """Whether a person looks at a stream: a terminal on which lines can be drawn again, and no machine that builds unattended."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


@contextmanager
def shown(words: Callable[[Text], str], *, long: bool = False) -> Iterator[Progress]:
    """A progress that shows on standard error how far the work inside is, and clears that away in the end. It may be known to be `long` beforehand."""
    if not watched(sys.stderr):
        yield silently
        return
    view = _View(words, long=long)
    try:
        with looked_on(view.begin):
            yield view.count
    finally:
        view.end()


class _View:
    """The stage at hand, and the line that shows it from the moment when there is one."""

    def __init__(self, words: Callable[[Text], str], *, long: bool) -> None:
        self.words, self.long = words, long
        self.due = perf_counter() + DELAY
        self.stage = ""
        self.line: Line | None = None

    def begin(self, stage: Text) -> None:
        """A stage of which nobody knows how long it takes, unless it is counted."""
        self.stage = self.words(stage)
        self.enter(None)

    def count(self, made: Iterable[T], total: int) -> Iterator[T]:
        """What the stage at hand makes, while it is counted."""
        self.long = self.long or total >= MANY
        self.enter(total)
        for done, one in enumerate(made, 1):
            yield one
            self.look(done, total)

    def enter(self, total: int | None) -> None:
        if self.line:
            self.due = 0  # a new stage is shown at once
        self.look(0, total)

    def look(self, done: int, total: int | None) -> None:
        now = perf_counter()
        if self.long and now >= self.due:
            self.due = now + PAUSE
            self.line = self.line or _new_line(self.words)
            self.line.show(self.stage, done, total)

    def end(self) -> None:
        if self.line:
            self.line.end()


def _new_line(words: Callable[[Text], str]) -> Line:
    from almanac.cli.terminal import Line  # late: Rich is slow to load, and an everyday build shows nothing

    return Line(words)
