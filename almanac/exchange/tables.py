"""Finds the table of events in a sheet: titles above it, its header, its rows, and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from almanac.exchange.cells import Cell, as_text
from almanac.exchange.columns import Column, column_of, folded_header, is_unused, recognised
from almanac.exchange.sheets import Row, Sheet

SEARCHED = 30  # rows: a header stands higher
FEWEST = 2  # headers that are understood make a row a header
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
FOOTER = re.compile(r"^(合计|总计|小计|共计|填表|制表|填报|审核|备注|注[:：]|说明[:：]|联系人[:：]|单位[（(]?盖章)")
CONTINUED = re.compile(r"（续\d+）$")


class Table(msgspec.Struct, frozen=True):
    """The events of a sheet: of each row its number, counted from 1, and its cells by column. `ignored`: headers that mean nothing here."""

    name: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, Mapping[Column, Cell]], ...]
    ignored: tuple[str, ...] = ()
    contacts: tuple[str, ...] = msgspec.field(default=())

    @property
    def own(self) -> bool:
        """Whether it is one of our exports."""
        return any(column.key == "file" for column in self.columns)


def table_of(sheet: Sheet) -> Table | None:
    """The table in a sheet; nothing where no row is a header."""
    scores = [recognised([as_text(cell) for cell in row]) for row in sheet.rows[:SEARCHED]]
    best = max(scores, default=0)
    if best < FEWEST:
        return None
    place = scores.index(best)
    heads = _heads(sheet.rows, place)
    titles = tuple(
        dict.fromkeys(as_text(cell).strip() for row in sheet.rows[:place] for cell in row if as_text(cell).strip())
    )
    columns = _columns(heads)
    if all(column is None or column.key != "title" for column in columns):
        return None
    rows = tuple(_rows(sheet.rows, place, columns))
    named = [head for head, column in zip(heads, columns, strict=True) if column is None and not is_unused(head)]
    used = tuple(dict.fromkeys(column for column in columns if column))
    contacts = tuple(
        head for head, column in zip(heads, columns, strict=True) if column and column.key in {"contact", "telephone"}
    )
    return Table(sheet.name, titles, used, rows, tuple(dict.fromkeys(named)), contacts)


def _heads(rows: tuple[Row, ...], place: int) -> list[str]:
    """The header's texts; where one means nothing, the one above it in a header of two rows."""
    above = rows[place - 1] if place else ()
    heads = []
    for column, cell in enumerate(rows[place]):
        over = as_text(above[column]) if column < len(above) else ""
        said = as_text(cell)
        heads.append(over if column_of(said) is None and column_of(over) else said)
    return heads


def _columns(heads: list[str]) -> list[Column | None]:
    """The column of each header; a second one for the same key means nothing, unless they join or one continues the other."""
    found: list[Column | None] = []
    for head in heads:
        column = column_of(CONTINUED.sub("", head))
        doubled = column in found and column is not None and not column.joins and not CONTINUED.search(head)
        found.append(None if doubled else column)
    return found


def _rows(
    rows: tuple[Row, ...], place: int, columns: list[Column | None]
) -> Iterator[tuple[int, Mapping[Column, Cell]]]:
    header = [folded_header(as_text(cell)) for cell in rows[place]]
    continued = [bool(CONTINUED.search(as_text(cell))) for cell in rows[place]]
    own = any(column is not None and column.key == "file" for column in columns)
    for number, row in enumerate(rows[place + 1 :], place + 2):
        texts = [as_text(cell).strip() for cell in row]
        repeated = [folded_header(said) for said in texts[: len(header)]] == header
        if any(texts) and not repeated and (own or not _is_footer(texts)):
            yield number, _by_column(row, columns, continued)


def _is_footer(texts: list[str]) -> bool:
    """Whether a row is a sum or a remark below the table: one text, whether merged or alone, that begins like one."""
    said = [one for one in texts if one]
    return bool(FOOTER.match(said[0])) and (
        len(set(said)) == 1 or said[0].startswith(("合计", "总计", "小计", "共计", "填表", "制表"))
    )


def _by_column(row: Row, columns: list[Column | None], continued: list[bool]) -> Mapping[Column, Cell]:
    cells: dict[Column, Cell] = {}
    for cell, column, more in zip(row, columns, continued, strict=False):
        if column is None or cell is None:
            continue
        before = cells.get(column)
        if before is None or (before == cell and not more):
            cells[column] = cell
        else:
            cells[column] = f"{as_text(before)}{'' if more else _glue(column)}{as_text(cell)}"
    return cells


def _glue(column: Column) -> str:
    return " " if column.key == "when" else "\n"


def year_of(table: Table, file: str) -> int | None:
    """The one year that the titles above a table name, else its sheet, else its file."""
    for texts in (table.titles, (table.name,), (file,)):
        found = {int(year) for said in texts for year in YEAR.findall(said)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None
