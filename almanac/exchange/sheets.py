"""Sheets: rows of cells, as every reader of table files returns them, and the limits of their size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from almanac.core.problems import Location, Problem, Text, text
from almanac.exchange.cells import Cell

LARGEST = 20 * 1024 * 1024  # bytes of a file
MOST_ROWS, MOST_COLUMNS = 20_000, 300
LONGEST_CELL = 32_000  # characters; Excel cuts a cell off after 32,767

SheetRow: TypeAlias = tuple[Cell, ...]
CellPlace: TypeAlias = tuple[int, int]  # row and column, counted from 1


class Area(msgspec.Struct, frozen=True):
    """A rectangle of cells, such as a merged one. Rows and columns are counted from 1; the last ones are inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __contains__(self, place: CellPlace) -> bool:
        row, column = place
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


class Sheet(msgspec.Struct, frozen=True):
    """A sheet from its first row on. Each of several merged cells has their common value.

    `merged` are the merged areas, `hidden` the numbers of hidden rows, `struck` the cells whose text is struck through,
    and `links` the web addresses of areas. Sheets of some kinds of files are not `marked`: their marks cannot be read.
    """

    name: str
    rows: tuple[SheetRow, ...]
    merged: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    struck: frozenset[CellPlace] = frozenset()
    links: tuple[tuple[Area, str], ...] = ()
    marked: bool = True


def sheet_of(name: str, values: Mapping[CellPlace, Cell], merged: Iterable[Area] = ()) -> Sheet:
    """A sheet from the values of its filled cells. A merged area shows the value of its first cell everywhere."""
    filled = {place: value for place, value in values.items() if value is not None}
    height = max((row for row, _ in filled), default=0)
    width = max((column for _, column in filled), default=0)
    areas = tuple(merged)
    budget = MOST_ROWS * MOST_COLUMNS  # cells; only a hostile file has areas that overlap
    for area in areas:
        budget -= _size(area, height, width)
        if budget < 0:
            break
        value = filled.get((area.first_row, area.first_column))
        for row in range(area.first_row, min(area.last_row, height) + 1):
            for column in range(area.first_column, min(area.last_column, width) + 1):
                if value is None:
                    filled.pop((row, column), None)
                else:
                    filled[row, column] = value
    rows = (tuple(filled.get((row, column)) for column in range(1, width + 1)) for row in range(1, height + 1))
    return Sheet(name, tuple(rows), areas)


def _size(area: Area, height: int, width: int) -> int:
    """The cells of an area within a sheet."""
    rows = min(area.last_row, height) - area.first_row + 1
    columns = min(area.last_column, width) - area.first_column + 1
    return max(0, rows) * max(0, columns)


def too_large(path: str, name: str, rows: int, columns: int) -> Problem | None:
    """The problem of a sheet with more rows or columns than are read; None if it has fewer."""
    if rows <= MOST_ROWS and columns <= MOST_COLUMNS:
        return None
    message = text(
        "The sheet “{name}” has {rows} rows and {columns} columns; at most {most_rows} and {most_columns} are read.",
        name=name,
        rows=rows,
        columns=columns,
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
    )
    return Problem(Location(path), message, split(MOST_ROWS) if rows > MOST_ROWS else text("Split it."))


def split(rows: int) -> Text:
    """The hint to split a file into some that can be read."""
    return text("Split it into files of at most {rows} rows.", rows=rows)


def with_continuations(header: Sequence[str], rows: Iterable[SheetRow]) -> list[SheetRow]:
    """The rows of a table with its header. Text too long for one cell continues in further columns."""
    rows = list(rows)
    parts = [max((len(_parts(row[place])) for row in rows), default=1) for place in range(len(header))]
    head = [
        name if part == 0 else f"{name}（续{part}）"
        for name, count in zip(header, parts, strict=True)
        for part in range(count)
    ]
    return [tuple(head), *(_spread(row, parts) for row in rows)]


def _spread(row: SheetRow, parts: list[int]) -> SheetRow:
    spread: list[Cell] = []
    for cell, count in zip(row, parts, strict=True):
        found = _parts(cell)
        spread += [*found, *([None] * (count - len(found)))]
    return tuple(spread)


def _parts(cell: Cell) -> list[Cell]:
    if not isinstance(cell, str) or len(cell) <= LONGEST_CELL:
        return [cell]
    return [cell[begin : begin + LONGEST_CELL] for begin in range(0, len(cell), LONGEST_CELL)]
