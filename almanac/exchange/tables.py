"""Finds the table of events in a sheet: its header, its rows, the titles above and the footers below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from almanac.exchange.cells import Cell, cell_text
from almanac.exchange.columns import (
    CONTACTS,
    Column,
    column_of,
    column_with,
    count_recognised,
    is_unused,
    normalised_header,
    title_among,
)
from almanac.exchange.sheets import Sheet, SheetRow
from almanac.exchange.table_rows import CONTINUED, DAY_PARTS, Body, SkippedRow, TableRow, grouped, rows_of

SEARCHED = 30  # rows from the top in which a header may stand
FEWEST = 2  # known headers that make a row the header
ENGLISH_DATES = frozenset({"startdate", "enddate"})
NUMERIC_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)")
MONTHS = 12
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


class Table(msgspec.Struct, frozen=True):
    """The table of a sheet.

    `ignored` are the headers that are not known, and `contacts` those of columns with people and their numbers.
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    skipped: tuple[SkippedRow, ...] = ()
    ignored: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is one of our exports."""
        return _is_own(self.columns)


def _is_own(columns: Sequence[Column | None]) -> bool:
    return any(column is not None and column.key == "file" for column in columns)


class KnownHeaders(msgspec.Struct, frozen=True):
    """The texts of the row that is most like a header: those that are known, and the others."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]


def most_like_a_header(sheets: Iterable[Sheet]) -> KnownHeaders | None:
    """The row of some sheets with the most known headers; None if no row has any."""
    rows = (list(map(cell_text, row)) for sheet in sheets for row in sheet.rows[:SEARCHED])
    best = max(rows, key=count_recognised, default=[])
    texts = tuple(dict.fromkeys(re.sub(r"\s+", "", one) for one in best if one.strip()))
    known = tuple(one for one in texts if column_of(one))
    unknown = tuple(one for one in texts if not column_of(one) and not is_unused(one))
    return KnownHeaders(known, unknown) if known else None


def with_renamed_headers(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """The sheet with some headers replaced by known ones. `names` are the known headers by normalised texts."""
    if not names:
        return sheet
    rows = (
        tuple(names.get(normalised_header(cell), cell) if isinstance(cell, str) else cell for cell in row)
        for row in sheet.rows[:SEARCHED]
    )
    return replace(sheet, rows=(*rows, *sheet.rows[SEARCHED:]))


def table_of(sheet: Sheet) -> Table | None:
    """The table in a sheet; None if no row is a header."""
    scores = [count_recognised([cell_text(cell) for cell in row]) for row in sheet.rows[:SEARCHED]]
    best = max(scores, default=0)
    if best < FEWEST:
        return None
    place = scores.index(best)
    if _is_second_header_row(sheet.rows, place + 1):
        place += 1
    heads = _heads(sheet.rows, place)
    columns = _columns(heads)
    sheet = _with_iso_dates(sheet, place, heads)
    if all(column is None or column.key != "title" for column in columns):
        return None
    titles = dict.fromkeys(cell_text(cell).strip() for row in sheet.rows[:place] for cell in row)
    found = list(rows_of(Body(sheet, place, heads, columns)))
    rows = grouped([row for row in found if isinstance(row, TableRow)], sheet, columns)
    filled = (column for row in rows for column in row.cells)
    known = dict.fromkeys(column for column in (*columns, *filled) if column)
    headed = list(zip(heads, columns, strict=True))
    ignored = dict.fromkeys(
        head
        for head, column in headed
        if (column is None and not is_unused(head)) or (column and column.key == "remark")
    )
    contacts = tuple(head for head, column in headed if column and column.key in CONTACTS)
    skipped = tuple(row for row in found if isinstance(row, SkippedRow))
    return Table(sheet.name, tuple(filter(None, titles)), tuple(known), rows, skipped, tuple(ignored), contacts)


def _with_iso_dates(sheet: Sheet, place: int, heads: list[str]) -> Sheet:
    """The sheet with 9/15/2027 as 2027-09-15 in the English columns of dates that Outlook and Google write.

    They write the month first, unless a day above 12 stands first in any row.
    """
    dated = [column for column, head in enumerate(heads) if normalised_header(head) in ENGLISH_DATES]
    cells = [str(row[column]) for row in sheet.rows[place + 1 :] for column in dated if column < len(row)]
    found = [date for cell in cells if (date := NUMERIC_DATE.fullmatch(cell.strip()))]
    if not found:
        return sheet
    day_first = any(int(date[1]) > MONTHS for date in found)

    def iso(cell: Cell) -> Cell:
        date = NUMERIC_DATE.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if not date:
            return cell
        month, day = (date[2], date[1]) if day_first else (date[1], date[2])
        return f"{date[3]}-{int(month):02}-{int(day):02}{date[4]}"

    rows = (
        tuple(iso(cell) if column in dated else cell for column, cell in enumerate(row)) if number > place else row
        for number, row in enumerate(sheet.rows)
    )
    return replace(sheet, rows=tuple(rows))


def _is_second_header_row(rows: Sequence[SheetRow], place: int) -> bool:
    """Whether the row belongs to the header above it: all its texts are headers, and some differ from those above."""
    if place >= len(rows):
        return False
    pairs = zip(map(cell_text, rows[place]), map(cell_text, rows[place - 1]), strict=False)
    filled = [(lower.strip(), upper.strip()) for lower, upper in pairs if lower.strip()]
    own = [lower for lower, upper in filled if lower != upper]
    return bool(own) and all(column_of(lower) or is_unused(lower) for lower, _ in filled)


def _heads(rows: tuple[SheetRow, ...], place: int) -> list[str]:
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
        column = column_with("when") if head.strip() in DAY_PARTS else column_of(CONTINUED.sub("", head))
        doubled = column in found and column is not None and not column.joins and not CONTINUED.search(head)
        found.append(None if doubled else column)
    keys = {column.key for column in found if column}
    if "title" not in keys and (place := title_among(heads)) is not None:
        found[place] = column_with("title")
    if "venue" not in keys:  # an address is a place if the table names no other
        found = [column_with("venue") if column and column.key == "venue.address" else column for column in found]
    return found


class StatedYear(msgspec.Struct, frozen=True):
    """The year that a table states for dates without one, the text that states it, and whether it can be meant."""

    year: int
    stated_by: str
    plausible: bool = True


def stated_year(table: Table, file: str, latest: int | None = None) -> StatedYear | None:
    """The only year in the titles above a table, else in the name of its sheet, else of its file.

    A year after `latest` in the name of a sheet or file is rather a code or a number, and not plausible.
    """
    for texts, last in ((table.titles, None), ((table.name,), latest), ((file,), latest)):
        years = {int(year): one for one in texts for year in YEAR.findall(one)}
        if years:
            year, stated_by = next(iter(years.items()))
            return StatedYear(year, stated_by, last is None or year <= last) if len(years) == 1 else None
    return None
