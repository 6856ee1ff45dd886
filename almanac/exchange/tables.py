"""Finds the table of events in a sheet: its header, its rows, the titles above and the footers below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from almanac.exchange.cells import Cell, cell_text
from almanac.exchange.columns import CONTACTS, Column, column_of, count_recognised, is_unused, normalised_header
from almanac.exchange.sheets import Row, Sheet

SEARCHED = 30  # rows from the top in which a header may stand
FEWEST = 2  # known headers that make a row the header
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
FOOTER = re.compile(r"^(合计|总计|小计|共计|填表|制表|填报|审核|备注|注[:：]|说明[:：]|联系人[:：]|单位[（(]?盖章)")
SUMS = ("合计", "总计", "小计", "共计", "填表", "制表")  # beginnings of footers that may have further cells
CONTINUED = re.compile(r"（续\d+）$")


class Table(msgspec.Struct, frozen=True):
    """The table of a sheet: each row has its number, counted from 1, and its cells by column.

    `ignored` are the headers that are not known, and `contacts` those of columns with people and their numbers.
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, Mapping[Column, Cell]], ...]
    ignored: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is one of our exports."""
        return any(column.key == "file" for column in self.columns)


def table_of(sheet: Sheet) -> Table | None:
    """The table in a sheet; None if no row is a header."""
    scores = [count_recognised([cell_text(cell) for cell in row]) for row in sheet.rows[:SEARCHED]]
    best = max(scores, default=0)
    if best < FEWEST:
        return None
    place = scores.index(best)
    heads = _heads(sheet.rows, place)
    titles = tuple(
        dict.fromkeys(cell_text(cell).strip() for row in sheet.rows[:place] for cell in row if cell_text(cell).strip())
    )
    columns = _columns(heads)
    if all(column is None or column.key != "title" for column in columns):
        return None
    rows = tuple(_rows(sheet.rows, place, columns))
    known = tuple(dict.fromkeys(column for column in columns if column))
    headed = list(zip(heads, columns, strict=True))
    ignored = tuple(dict.fromkeys(head for head, column in headed if column is None and not is_unused(head)))
    contacts = tuple(head for head, column in headed if column and column.key in CONTACTS)
    return Table(sheet.name, titles, known, rows, ignored, contacts)


def _heads(rows: tuple[Row, ...], place: int) -> list[str]:
    """The texts of the header. In a header of two rows, an unknown text gives way to the known one above it."""
    above = rows[place - 1] if place else ()
    heads = []
    for column, cell in enumerate(rows[place]):
        upper = cell_text(above[column]) if column < len(above) else ""
        lower = cell_text(cell)
        heads.append(upper if column_of(lower) is None and column_of(upper) else lower)
    return heads


def _columns(heads: list[str]) -> list[Column | None]:
    """The column of each header. A second one with the same key is ignored, unless it joins or continues the first."""
    found: list[Column | None] = []
    for head in heads:
        column = column_of(CONTINUED.sub("", head))
        doubled = column in found and column is not None and not column.joins and not CONTINUED.search(head)
        found.append(None if doubled else column)
    return found


def _rows(
    rows: tuple[Row, ...], place: int, columns: list[Column | None]
) -> Iterator[tuple[int, Mapping[Column, Cell]]]:
    header = [normalised_header(cell_text(cell)) for cell in rows[place]]
    continued = [bool(CONTINUED.search(cell_text(cell))) for cell in rows[place]]
    own = any(column is not None and column.key == "file" for column in columns)
    for number, row in enumerate(rows[place + 1 :], place + 2):
        texts = [cell_text(cell).strip() for cell in row]
        repeated = [normalised_header(one) for one in texts[: len(header)]] == header
        if any(texts) and not repeated and (own or not _is_footer(texts)):
            yield number, _by_column(row, columns, continued)


def _is_footer(texts: list[str]) -> bool:
    """Whether a row is a sum or a remark below the table: a single text, alone or merged, that begins like one."""
    filled = [one for one in texts if one]
    alone = len(set(filled)) == 1 or filled[0].startswith(SUMS)
    return bool(FOOTER.match(filled[0])) and alone


def _by_column(row: Row, columns: list[Column | None], continued: list[bool]) -> Mapping[Column, Cell]:
    cells: dict[Column, Cell] = {}
    for cell, column, more in zip(row, columns, continued, strict=False):
        if column is None or cell is None:
            continue
        before = cells.get(column)
        if before is None or (before == cell and not more):
            cells[column] = cell
        else:
            cells[column] = f"{cell_text(before)}{'' if more else _separator(column)}{cell_text(cell)}"
    return cells


def _separator(column: Column) -> str:
    return " " if column.key == "when" else "\n"


def year_of(table: Table, file: str) -> int | None:
    """The only year in the titles above a table, else in the name of its sheet, else of its file."""
    for texts in (table.titles, (table.name,), (file,)):
        found = {int(year) for one in texts for year in YEAR.findall(one)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None
