"""How things look to a person at a terminal: how far a stage is, and tables. Whoever loads this loads Rich, which is slow: import it late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Column, Table
from rich.text import Text as Words

from almanac.core.printing import printable
from almanac.core.problems import Text, text

Say = Callable[[Text], str]


class Line:
    """One line with the name of a stage, and a bar where it is known how much there is to do.

    It is drawn when it is told to, and at no other time: to redraw it alone Rich would need a thread, and where one runs, no process
    is forked (see `parallel.py`).
    """

    def __init__(self, say: Say) -> None:
        name = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True))
        self.alone = (name,)
        self.counted = (
            name,
            BarColumn(None, table_column=Column(ratio=1)),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            _Left(say),
        )
        self.bars = Bars(
            console=_console(),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            expand=True,
        )
        self.stage: tuple[str, int | None] | None = None
        self.bars.start()

    def show(self, name: str, done: int, total: int | None) -> None:
        if self.stage == (name, total):
            self.bars.update(self.bars.task_ids[0], completed=done, refresh=True)
        else:
            self.stage = (name, total)
            self._turn_to(name, done, total)

    def _turn_to(self, name: str, done: int, total: int | None) -> None:
        for task in self.bars.task_ids:
            self.bars.remove_task(task)
        self.bars.columns = self.alone if total is None else self.counted
        self.bars.add_task(name, total=total, completed=done)

    def end(self) -> None:
        """Leaves nothing of it on the screen."""
        self.bars.stop()


class _Left(TimeRemainingColumn):
    """The time left, and that it is this."""

    def __init__(self, say: Say) -> None:
        super().__init__(compact=True, table_column=Column(no_wrap=True))
        self.say = say

    def render(self, task: Task) -> Words:
        left = super().render(task)
        return Words(self.say(text("{time} left", time=left.plain)), left.style)


class Figures(msgspec.Struct, frozen=True):
    """A table: the name of each row, then its figures, ready to be read."""

    title: Text
    columns: Sequence[Text]
    rows: Iterable[Sequence[str]]


def show_figures(say: Say, tables: Iterable[Figures]) -> None:
    """Tables on standard error, a blank line before each. Names may come from files: nothing of them steers the terminal."""
    console = _console()
    for figures in tables:
        console.print()
        console.print(_table(say, figures))


def _table(say: Say, figures: Figures) -> Table:
    table = Table(
        title=Words(say(figures.title), "bold"), title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False
    )
    name, *others = figures.columns
    table.add_column(Words(say(name)), overflow="fold")
    for column in others:
        table.add_column(Words(say(column)), justify="right", no_wrap=True)
    for row in figures.rows:
        table.add_row(*(Words(printable(cell)) for cell in row))
    return table


def _console() -> Console:
    return Console(stderr=True, markup=False, emoji=False, highlight=False)
