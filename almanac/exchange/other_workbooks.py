"""Reads workbooks of the forms .xls and .ods."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse
from msgspec.structs import replace
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from almanac.core.problems import Problem
from almanac.exchange.cells import Cell
from almanac.exchange.sheets import MOST_COLUMNS, MOST_ROWS, Area, Sheet, sheet_of, too_large

REPEATED = "number-rows-repeated", "number-columns-repeated"


def read_other_workbook(path: str, data: bytes) -> list[Sheet] | Problem:
    """The visible sheets. Raises CalamineError, or PasswordError, which is one, for a file with a password."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    sheets = []
    for described in workbook.sheets_metadata:
        if described.visible is not SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(described.name)
        if problem := too_large(path, described.name, sheet.total_height + 1, sheet.total_width + 1):
            return problem
        values = {
            (row, column): _value(value)
            for row, cells in enumerate(sheet.to_python(skip_empty_area=False), 1)
            for column, value in enumerate(cells, 1)
        }
        merged = [
            Area(first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1) for first, last in sheet.merged_cell_ranges or ()
        ]
        sheets.append(replace(sheet_of(described.name, values, merged), marked=False))
    return sheets


def _value(value: object) -> Cell:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, timedelta):
        return str(value)
    return value if value != "" else None  # type: ignore[return-value]  # calamine's other values are all cells


def ods_repeats_too_much(data: bytes) -> bool:
    """Whether an .ods file repeats filled cells so often that its sheets would not fit into the memory."""
    filled = 0
    with ZipFile(BytesIO(data)) as archive, archive.open("content.xml") as opened:
        for _, element in iterparse(opened, forbid_dtd=True):
            if not element.tag.endswith("}table-row"):
                continue
            cells = sum(_times(cell, REPEATED[1]) for cell in element if len(cell))
            filled += cells * _times(element, REPEATED[0])
            element.clear()
    return filled > MOST_ROWS * MOST_COLUMNS


def _times(element: object, name: str) -> int:
    attributes = getattr(element, "attrib", {})
    return next((int(value) for key, value in attributes.items() if key.endswith(f"}}{name}")), 1)
