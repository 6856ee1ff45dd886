"""Writes a workbook: a fixed header, real dates, column widths, and no formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from almanac.exchange.cells import Cell
from almanac.exchange.sheets import SheetRow, with_continuations

DEFAULT_WIDTH = 14


def write_workbook(title: str, header: Sequence[str], rows: Iterable[SheetRow], widths: Sequence[int]) -> bytes:
    """The bytes of a workbook with one sheet. `widths` are those of the columns in characters."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = title
    table = with_continuations(header, rows)
    for place, row in enumerate(table, 1):
        for column, cell in enumerate(row, 1):
            write_cell(sheet.cell(place, column), cell)
    _style(sheet, table, dict(zip(header, widths, strict=True)))
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def write_cell(cell: Any, value: Cell) -> None:
    """Writes a value as text, a number or a date, and never as a formula."""
    if value is None:
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # else openpyxl takes text that begins with “=” for a formula
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss" if value.second else "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _style(sheet: Worksheet, table: Sequence[SheetRow], widths: dict[str, int]) -> None:
    top = Alignment(vertical="top", wrap_text=True)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = top
    for place, head in enumerate(table[0], 1):
        sheet.column_dimensions[get_column_letter(place)].width = widths.get(str(head), DEFAULT_WIDTH)
    style_header(sheet)
    sheet.auto_filter.ref = sheet.dimensions


def style_header(sheet: Worksheet, row: int = 1) -> None:
    """Gives the row of headers its look, and keeps it and the first column in sight."""
    head, fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E79")
    for cell in sheet[row]:
        cell.font, cell.fill = head, fill
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = f"B{row + 1}"
