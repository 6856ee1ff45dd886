"""Interprets the rows of a table as people mean them: which are events, and what each of their cells says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from almanac.core.problems import Text, text
from almanac.exchange.cell_types import YES
from almanac.exchange.cells import Cell, FlawedCell, cell_text
from almanac.exchange.columns import LINKS, Column, column_with, normalised_header
from almanac.exchange.sheets import Area, CellPlace, Sheet, SheetRow

FOOTER = re.compile(r"^(合计|总计|小计|共计|填表|制表|填报|审核|备注|注[:：]|说明[:：]|联系人[:：]|单位[（(]?盖章)")
SUMS = ("合计", "总计", "小计", "共计", "填表", "制表")  # beginnings of footers that may have further cells
SECTION = re.compile(r"[（(]?[一二三四五六七八九十]+[）)、．.]|第[一二三四五六七八九十\d]+[部分类章周期]")
EXAMPLE = "示例："  # begins the title of the example row in a template
DITTO = re.compile(r"[\"“”″〃＂]|''|同上一?[行格栏]?|同前|同上述")
DAY_PARTS = ("上午", "中午", "下午", "晚上")  # headers of columns that hold the hours of one part of the day
TICK = re.compile(r"[√✓✔☑●■是有]|")
WEB_ADDRESS = re.compile(r"https?://\S+")
CONTINUED = re.compile(r"（续\d+）$")
MOST_WIDE_LINKS = 100
JOINED_BY = {  # separators of the different values that rows with a common title have in a column
    "when": "；",
    "body": "\n",
    **dict.fromkeys(
        ("speakers", "organiser", "co_organiser", "theme", "audience", "tags", "contact", "telephone"), "、"
    ),
}


class TableRow(msgspec.Struct, frozen=True):
    """One event of a table: its first row, counted from 1, the number of its rows, and its cells by column."""

    number: int
    cells: Mapping[Column, Cell]
    count: int = 1
    questions: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


class SkippedRow(msgspec.Struct, frozen=True):
    """A row that is no event: its number, its first text, and the reason."""

    number: int
    shown: str
    reason: Text


class Body(msgspec.Struct, frozen=True):
    """A sheet, the index of its header row, and the texts and columns of the header."""

    sheet: Sheet
    place: int
    heads: list[str]
    columns: list[Column | None]

    def rows(self) -> Iterator[tuple[int, SheetRow, list[str]]]:
        """The rows below the header that are not blank, with their numbers and texts."""
        for number, row in enumerate(self.sheet.rows[self.place + 1 :], self.place + 2):
            texts = [cell_text(cell).strip() for cell in row]
            if any(texts) or any(isinstance(cell, FlawedCell) for cell in row):
                yield number, row, texts


def rows_of(body: Body) -> Iterator[TableRow | SkippedRow]:
    """The rows of the table. A row of an export that names its file is taken literally; all others are interpreted."""
    header = [normalised_header(cell_text(cell)) for cell in body.sheet.rows[body.place]]
    merged, links = _merged_places(body.sheet), _Links(body.sheet)
    above: Mapping[Column, Cell] = {}
    for number, row, texts in body.rows():
        if _names_file(texts, body):
            yield TableRow(number, _by_column(row, body))
            continue
        origins = {
            (area.first_row, area.first_column) if (area := merged.get((number, column))) else (number, column)
            for column, shown in enumerate(texts, 1)
            if shown
        }
        if origins and all(first_row < number for first_row, _ in origins):
            continue  # only the rest of cells that are merged with rows above
        if reason := _no_event(texts, header, origins, body):
            yield SkippedRow(number, next(filter(None, texts)), reason)
            continue
        if _is_private(row, body):
            yield SkippedRow(number, "…", text("It is private."))
            continue
        cells = _with_links(_without_ditto(_by_column(row, body, number), above), links.of(number), body)
        yield TableRow(number, cells, questions=_row_questions(number, body))
        above = cells


def _names_file(texts: list[str], body: Body) -> bool:
    return any(shown and _key_at(place, body) == "file" for place, shown in enumerate(texts, 1))


def _is_private(row: SheetRow, body: Body) -> bool:
    return any(
        cell_text(cell).strip().lower() in YES and _key_at(place, body) == "private"
        for place, cell in enumerate(row, 1)
    )


def _merged_places(sheet: Sheet) -> dict[CellPlace, Area]:
    """The area of each merged cell within the rows of the sheet."""
    width = max(map(len, sheet.rows), default=0)
    return {
        (row, column): area
        for area in sheet.merged
        for row in range(area.first_row, min(area.last_row, len(sheet.rows)) + 1)
        for column in range(area.first_column, min(area.last_column, width) + 1)
    }


def _no_event(texts: list[str], header: list[str], origins: set[CellPlace], body: Body) -> Text | None:
    """The reason why a row is no event; None if it may be one."""
    filled = [one for one in texts if one]
    if any(shown.startswith(EXAMPLE) and _key_at(place, body) == "title" for place, shown in enumerate(texts, 1)):
        return text("It is the example of the template.")
    if [normalised_header(one) for one in texts[: len(header)]] == header:
        return text("It repeats the header.")
    if not filled:
        return None
    alone = len(set(filled)) == 1
    if FOOTER.match(filled[0]) and (alone or filled[0].startswith(SUMS)):
        return text("It is a sum or a remark.")
    if len(origins) == 1:
        ((_, column),) = origins
        in_title = body.columns[column - 1] is not None and _key_at(column, body) == "title"
        if len(filled) > 1 or not in_title or SECTION.match(filled[0]):
            return text("It is only a number.") if filled[0].isdigit() else text("It is a heading within the table.")
    return None


def _key_at(column: int, body: Body) -> str:
    found = body.columns[column - 1] if column <= len(body.columns) else None
    return found.key if found else ""


def _by_column(row: SheetRow, body: Body, number: int = 0) -> dict[Column, Cell]:
    """The cells of a row by column. The cells of one column are joined.

    A struck cell becomes a question, unless the title is struck too: then the question is about the whole row.
    """
    cells: dict[Column, Cell] = {}
    row_is_struck = _title_is_struck(number, body)
    for place, (cell, head, column) in enumerate(zip(row, body.heads, body.columns, strict=False), 1):
        if column is None or cell is None:
            continue
        if (number, place) in body.sheet.struck and not row_is_struck:
            cell = _struck(cell)  # noqa: PLW2901 - the same cell with its mark
        continued = bool(CONTINUED.search(head))
        part = head.strip() in DAY_PARTS
        shown = _hours_of_part(head, cell_text(cell)) if part else cell
        before = cells.get(column)
        if before is None or (before == shown and not continued):
            cells[column] = shown
        elif isinstance(before, FlawedCell) or isinstance(shown, FlawedCell):
            cells[column] = before if isinstance(before, FlawedCell) else shown
        else:
            separator = "" if continued else "；" if part and _has_hours(before) else _separator(column)
            cells[column] = f"{cell_text(before)}{separator}{cell_text(shown)}"
    return cells


def _title_is_struck(number: int, body: Body) -> bool:
    titles = (place for place in range(1, len(body.columns) + 1) if _key_at(place, body) == "title")
    return any((number, place) in body.sheet.struck for place in titles)


def _hours_of_part(part: str, hours: str) -> str:
    """The hours in a column 上午 or 下午; a tick means that part of the day without hours."""
    return part.strip() if TICK.fullmatch(hours.strip()) else f"{part.strip()}{hours}"


def _has_hours(cell: Cell) -> bool:
    return any(part in cell_text(cell) for part in DAY_PARTS)


def _separator(column: Column) -> str:
    return " " if column.key in {"when", "start", "end"} else "\n"


def _struck(cell: Cell) -> FlawedCell:
    shown = cell_text(cell)
    return FlawedCell(shown, text("“{written}” is struck through: is it still right?", written=shown))


def _without_ditto(cells: Mapping[Column, Cell], above: Mapping[Column, Cell]) -> dict[Column, Cell]:
    """The cells, in which “同上” and the like are replaced by the cell above."""
    found: dict[Column, Cell] = {}
    for column, cell in cells.items():
        written = cell_text(cell).strip()
        if not isinstance(cell, FlawedCell) and DITTO.fullmatch(written):
            question = text("“{written}”: no row above has a value to repeat.", written=written)
            found[column] = above.get(column) or FlawedCell(written, question)
        else:
            found[column] = cell
    return found


class _Links:
    """The links of a sheet by row. Links of several rows are few in tables that people make."""

    def __init__(self, sheet: Sheet) -> None:
        self.by_row: dict[int, list[tuple[Area, str]]] = defaultdict(list)
        self.wide: list[tuple[Area, str]] = []
        for area, address in sheet.links:
            (self.by_row[area.first_row] if area.first_row == area.last_row else self.wide).append((area, address))

    def of(self, number: int) -> list[tuple[Area, str]]:
        wide = (link for link in self.wide[:MOST_WIDE_LINKS] if link[0].first_row <= number <= link[0].last_row)
        return [*wide, *self.by_row.get(number, ())]


def _with_links(cells: Mapping[Column, Cell], links: Sequence[tuple[Area, str]], body: Body) -> dict[Column, Cell]:
    """The cells with the web addresses that are linked from them.

    A link from a column of addresses replaces its text. A link from a column about signing up is the address for that;
    any other is the address of the event.
    """
    found = dict(cells)
    for area, address in links:
        for column in body.columns[area.first_column - 1 : area.last_column]:
            if column is None or column not in cells or WEB_ADDRESS.fullmatch(cell_text(cells[column]).strip()):
                continue
            target = column if column.key in LINKS else column_with("signup.url" if column.group == "signup" else "url")
            if target == column or target not in found:
                found[target] = address
    return found


def _row_questions(number: int, body: Body) -> tuple[Text, ...]:
    questions = []
    if number in body.sheet.hidden:
        questions.append(text("The row is hidden in the table: is the event to be published?"))
    if _title_is_struck(number, body):
        questions.append(text("The row is struck through: is the event cancelled?"))
    return tuple(questions)


def grouped(rows: list[TableRow], sheet: Sheet, columns: list[Column | None]) -> tuple[TableRow, ...]:
    """The rows, of which those with a common title cell are one event, if their other cells can be joined."""
    titles = {place for place, column in enumerate(columns, 1) if column is not None and column.key == "title"}
    areas = [area for area in sheet.merged if area.first_column in titles and area.last_row > area.first_row]
    area_of = {row: area for area in areas for row in range(area.first_row, min(area.last_row, len(sheet.rows)) + 1)}
    groups: list[list[TableRow]] = []
    for row in rows:
        area = None if any(column.key == "file" for column in row.cells) else area_of.get(row.number)
        if groups and area is not None and area_of.get(groups[-1][0].number) == area:
            groups[-1].append(row)
        else:
            groups.append([row])
    return tuple(row for group in groups for row in _joined_rows(group))


def _joined_rows(group: list[TableRow]) -> list[TableRow]:
    if len(group) == 1:
        return group
    cells: dict[Column, Cell] = {}
    for column in dict.fromkeys(column for row in group for column in row.cells):
        values = list(
            {cell_text(row.cells[column]): row.cells[column] for row in group if column in row.cells}.values()
        )
        if len(values) == 1:
            cells[column] = values[0]
        elif column.key in JOINED_BY and not any(isinstance(value, FlawedCell) for value in values):
            cells[column] = JOINED_BY[column.key].join(map(cell_text, values))
        else:
            return group
    first, last = group[0], group[-1]
    note = text("Rows {first} to {last} share a title: they are one event.", first=first.number, last=last.number)
    questions = tuple(dict.fromkeys(question for row in group for question in row.questions))
    return [replace(first, cells=cells, count=len(group), questions=questions, notes=(*first.notes, note))]
