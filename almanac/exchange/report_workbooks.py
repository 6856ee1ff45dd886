"""Writes the tables of a report as a workbook, one sheet each; cells to fill in are coloured."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from almanac.core.printing import width as width_of
from almanac.core.problems import Translate
from almanac.exchange.columns import column_with
from almanac.exchange.workbooks import style_header, write_cell
from almanac.site.report_tables import ReportCell, ReportTable

HEADER = 2  # the row of the headers, below the note
WIDEST, NARROWEST = 44, 8  # characters
TO_FILL_IN = PatternFill("solid", fgColor="FFF2CC")
EDGE = Side("thin", color="BFBFBF")


def report_workbook(tables: Sequence[ReportTable], translate: Translate) -> bytes:
    """The bytes of the workbook, in the language of `translate`."""
    workbook = Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]  # a new workbook has an active sheet
    for table in tables:
        _write_sheet(workbook.create_sheet(translate(table.title)), table, translate)
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def _write_sheet(sheet: Any, table: ReportTable, translate: Translate) -> None:
    sheet.cell(1, 1, translate(table.note)).font = Font(italic=True, color="7F7F7F")
    heads = [translate(column) for column in table.columns]
    for place, head in enumerate(heads, 1):
        write_cell(sheet.cell(HEADER, place), head)
    widths = [width_of(head) for head in heads]
    for number, row in enumerate(table.rows, HEADER + 1):
        for place, cell in enumerate(row, 1):
            value = translate(str(cell.value)) if cell.worded else cell.value
            _write(sheet.cell(number, place), cell, value)
            widths[place - 1] = max(widths[place - 1], width_of(str(value or "")))
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(width + 2, NARROWEST), WIDEST)
    style_header(sheet, HEADER)
    flag = column_with("result.held").header
    if flag in heads and table.rows:
        _add_choice(sheet, get_column_letter(heads.index(flag) + 1), HEADER + len(table.rows))


def _write(target: Any, cell: ReportCell, value: str | float | None) -> None:
    write_cell(target, value)
    target.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
    target.border = Border(EDGE, EDGE, EDGE, EDGE)
    if cell.fill_in:
        target.fill = TO_FILL_IN


def _add_choice(sheet: Any, letter: str, last: int) -> None:
    choice = DataValidation(type="list", formula1='"是,否"', allow_blank=True)
    choice.add(f"{letter}{HEADER + 1}:{letter}{last}")
    sheet.add_data_validation(choice)
