"""Progress and tables for a person at a terminal. Piped output and unattended builds get neither."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, TextIO, TypeAlias, TypeVar

import msgspec

from almanac.core.printing import printable
from almanac.core.problems import Text, text
from almanac.core.timing import Progress, observed, silently

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

DELAY = 0.5  # seconds before the line appears; a shorter build would only flicker
PAUSE = 0.1  # seconds between two redraws of the same stage
MANY = 400  # files, pages or rows that make a stage long

T = TypeVar("T")
Say: TypeAlias = Callable[[Text], str]


def watched(stream: TextIO) -> bool:
    """Whether a person watches the stream: it is a terminal that can redraw lines, outside of CI."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


@contextmanager
def shown(say: Say, *, long: bool = False) -> Iterator[Progress]:
    """Shows the stages inside on one line of standard error, and clears the line at the end.

    The line appears after DELAY seconds, and only if a stage has MANY steps or the caller passes `long`.
    Yields the progress that counts the steps of a stage.
    """
    if not watched(sys.stderr):
        yield silently
        return
    view = _StageView(say, long=long)
    try:
        with observed(view):
            yield view.count
    finally:
        view.close()


class _StageView:
    """Observes stages and decides when the line is drawn."""

    def __init__(self, say: Say, *, long: bool) -> None:
        self.say, self.long = say, long
        self.due = perf_counter() + DELAY
        self.stage = ""
        self.line: _Line | None = None

    def begin(self, stage: Text) -> None:
        self.stage = self.say(stage)
        self.enter(None)

    def end(self, stage: Text, seconds: float) -> None:
        """Leaves the line as it is: the next stage replaces it."""

    def count(self, made: Iterable[T], total: int) -> Iterator[T]:
        """Passes on the results of the current stage and counts them."""
        self.long = self.long or total >= MANY
        self.enter(total)
        for done, one in enumerate(made, 1):
            yield one
            self.draw(done, total)

    def enter(self, total: int | None) -> None:
        if self.line:
            self.due = 0  # a new stage is drawn at once
        self.draw(0, total)

    def draw(self, done: int, total: int | None) -> None:
        now = perf_counter()
        if self.long and now >= self.due:
            self.due = now + PAUSE
            self.line = self.line or _Line(self.say)
            self.line.show(self.stage, done, total)

    def close(self) -> None:
        if self.line:
            self.line.bars.stop()


class _Line:
    """The name of a stage and, if its steps are counted, a bar, the count and the time left.

    Rich redraws the line only in `show`. Automatic redrawing needs a thread, and a process with threads must not fork
    the workers of a build.
    """

    def __init__(self, say: Say) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bars
        from rich.table import Column

        name = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True))
        bar = BarColumn(None, table_column=Column(ratio=1))
        count = MofNCompleteColumn(table_column=Column(no_wrap=True))
        left = TextColumn("{task.fields[left]}", "progress.remaining", markup=False, table_column=Column(no_wrap=True))
        self.say = say
        self.uncounted, self.counted = (name,), (name, bar, count, left)
        self.bars = Bars(console=_console(), auto_refresh=False, transient=True, expand=True)
        self.stage: tuple[str, int | None] | None = None
        self.bars.start()

    def show(self, name: str, done: int, total: int | None) -> None:
        """Draws the stage with `done` of `total` steps; without a total only its name."""
        if self.stage != (name, total):
            self.stage = (name, total)
            for old in self.bars.task_ids:
                self.bars.remove_task(old)
            self.bars.columns = self.uncounted if total is None else self.counted
            self.bars.add_task(name, total=total, left=self.left(None))
        task = self.bars.tasks[0]
        self.bars.update(task.id, completed=done)
        self.bars.update(task.id, left=self.left(task.time_remaining), refresh=True)

    def left(self, seconds: float | None) -> str:
        """The time left, in minutes and seconds."""
        clock = "--:--" if seconds is None else f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"
        return self.say(text("{time} left", time=clock))


class FigureTable(msgspec.Struct, frozen=True):
    """A table: the first column holds names, the others hold formatted figures."""

    title: Text
    columns: Sequence[Text]
    rows: Iterable[Sequence[str]]


def show_tables(say: Say, tables: Iterable[FigureTable]) -> None:
    """Prints tables on standard error, a blank line before each."""
    console = _console()
    for table in tables:
        console.print()
        console.print(_rich_table(say, table))


def _rich_table(say: Say, table: FigureTable) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text as Words

    shown = Table(
        title=Words(say(table.title), "bold"), title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False
    )
    name, *others = table.columns
    shown.add_column(Words(say(name)), overflow="fold")
    for column in others:
        shown.add_column(Words(say(column)), justify="right", no_wrap=True)
    for row in table.rows:
        shown.add_row(*(Words(printable(cell)) for cell in row))
    return shown


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True, markup=False, emoji=False, highlight=False)
