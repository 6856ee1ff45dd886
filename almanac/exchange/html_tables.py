"""Reads the tables of HTML pages, which some systems export under the name of a workbook."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from msgspec.structs import replace

from almanac.exchange.cells import Cell
from almanac.exchange.sheets import MOST_COLUMNS, MOST_ROWS, Area, CellPlace, Sheet, sheet_of

BLOCKS = frozenset({"br", "p", "div", "li"})
MOST_COVERED = 500_000  # places below merged cells; only a hostile page has more
SILENT = frozenset({"script", "style"})
STRUCK = frozenset({"s", "strike", "del"})
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def read_html(content: str) -> list[Sheet]:
    """A sheet for each table; the cells of a table within another belong to the outer one."""
    reader = _TableReader()
    reader.feed(content)
    reader.close()
    return [
        replace(
            sheet_of(f"表{number}", table.values, table.merged),
            hidden=frozenset(table.hidden),
            struck=frozenset(table.struck),
        )
        for number, table in enumerate(reader.tables, 1)
    ]


class _OpenTable:
    """A table while it is read: its values, its merged areas, and the places that rows above cover."""

    def __init__(self) -> None:
        self.values: dict[CellPlace, Cell] = {}
        self.merged: list[Area] = []
        self.covered: set[CellPlace] = set()
        self.hidden: set[int] = set()
        self.struck: set[CellPlace] = set()
        self.row = 0
        self.column = 0
        self.budget = MOST_COVERED

    def begin_cell(self, width: int, height: int) -> None:
        self.column += 1
        while (self.row, self.column) in self.covered:
            self.column += 1
        last = Area(
            self.row,
            self.column,
            min(self.row + height - 1, MOST_ROWS),
            min(self.column + width - 1, MOST_COLUMNS),
        )
        if width > 1 or height > 1:
            self.merged.append(last)
            self.budget -= (last.last_row - self.row) * max(0, last.last_column - self.column + 1)
            below = range(self.row + 1, last.last_row + 1 if self.budget >= 0 else 0)
            self.covered |= {(row, column) for row in below for column in range(self.column, last.last_column + 1)}

    def end_cell(self, kept: str, whole: str, width: int) -> None:
        """Ends a cell by its text without the struck words, and with them."""
        place = self.row, self.column
        self.values[place] = _lines(kept) or _lines(whole) or None
        if _lines(whole) and not _lines(kept):
            self.struck.add(place)
        self.column += width - 1


def _lines(text: str) -> str:
    """A text without blanks that do not show."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


class _TableReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_OpenTable] = []
        self.depth = 0
        self.text: list[tuple[str, bool]] | None = None  # pieces of the open cell, and whether each is struck through
        self.struck = 0
        self.width = 1
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append(_OpenTable())
        elif tag in SILENT:
            self.silent += 1
        elif tag in STRUCK:
            self.struck += 1
        elif tag in BLOCKS and self.text is not None:
            self.text.append(("\n", False))
        elif self.depth == 1 and tag == "tr":
            self._end_cell()
            self.tables[-1].row += 1
            self.tables[-1].column = 0
            if HIDDEN.search(dict(attrs).get("style") or ""):
                self.tables[-1].hidden.add(self.tables[-1].row)
        elif self.depth == 1 and tag in {"td", "th"} and self.tables[-1].row:
            self._end_cell()
            spans = dict(attrs)
            self.width = _number(spans.get("colspan"), MOST_COLUMNS)
            self.tables[-1].begin_cell(self.width, _number(spans.get("rowspan"), MOST_ROWS))
            self.text = []

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in STRUCK:
            self.struck = max(0, self.struck - 1)
        elif tag in {"td", "th", "tr", "table"} and self.depth == 1:
            self._end_cell()
        if tag == "table":
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if self.text is not None and not self.silent:
            self.text.append((data, self.struck > 0))

    def _end_cell(self) -> None:
        if self.text is not None:
            kept = "".join(piece for piece, struck in self.text if not struck)
            whole = "".join(piece for piece, _ in self.text)
            self.tables[-1].end_cell(kept, whole, self.width)
            self.text = None


def _number(written: str | None, most: int) -> int:
    return min(max(1, int(written)), most) if written and written.isdigit() else 1
