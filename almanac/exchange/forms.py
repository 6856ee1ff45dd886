"""Finds registration forms (登记表) in a sheet: labels with their values beside them, one event for each form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from almanac.exchange.cells import Cell, cell_text
from almanac.exchange.columns import CONTACTS, Column, column_of, count_recognised, is_unused
from almanac.exchange.sheets import Sheet, SheetRow
from almanac.exchange.table_rows import TableRow
from almanac.exchange.tables import Table

FEWEST = 3  # rows with a label and its value that make a sheet a form


def form_of(sheet: Sheet) -> Table | None:
    """The forms of a sheet as a table with a row for each; None if the sheet is none."""
    pairs = [(number, column, value) for number, row in enumerate(sheet.rows, 1) for column, value in _pairs(row)]
    has_title = any(column.key == "title" for _, column, _ in pairs)
    labelled = len({number for number, _, _ in pairs})
    widest = max((count_recognised(list(map(cell_text, row))) for row in sheet.rows), default=0)
    if not has_title or labelled < max(FEWEST, widest):  # a wider row is the header of a table
        return None
    forms: list[dict[Column, Cell]] = []
    numbers: list[list[int]] = []
    for number, column, value in pairs:
        if not forms or (column.key == "title" and column in forms[-1]):
            forms.append({})
            numbers.append([])
        numbers[-1].append(number)
        forms[-1].setdefault(column, value)
    rows = tuple(TableRow(own[0], cells, len(set(own))) for cells, own in zip(forms, numbers, strict=True))
    columns = tuple(dict.fromkeys(column for _, column, _ in pairs))
    first = pairs[0][0]
    titles = dict.fromkeys(cell_text(cell).strip() for row in sheet.rows[: first - 1] for cell in row)
    contacts = tuple(column.header for column in columns if column.key in CONTACTS)
    return Table(sheet.name, tuple(filter(None, titles)), columns, rows, contacts=contacts)


def _pairs(row: SheetRow) -> Iterator[tuple[Column, Cell]]:
    """The known labels of a row with the values beside them. A label beside a label is a header, and no pair."""
    filled = [cell for place, cell in enumerate(row) if cell is not None and (place == 0 or cell != row[place - 1])]
    for label, value in pairwise(filled):
        column = column_of(cell_text(label))
        if column and not _is_label(value):
            yield column, value


def _is_label(cell: Cell) -> bool:
    shown = cell_text(cell)
    return column_of(shown) is not None or is_unused(shown)
