"""Reads workbooks (.xlsx): the values of visible sheets, and the marks that change their meaning.

openpyxl streams the values. It knows hidden rows, merged cells and links only of sheets that it loads whole, for which
it creates every cell of an area that a link or a merge spans. So these marks are read from the XML itself
(ECMA-376, part 1, section 18.3.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO
from posixpath import join, normpath
from typing import Any
from warnings import catch_warnings
from zipfile import ZipFile

import msgspec
from defusedxml.ElementTree import fromstring, iterparse
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from almanac.core.problems import Problem, text
from almanac.exchange.cells import Cell, FlawedCell, is_picture
from almanac.exchange.sheets import MOST_COLUMNS, MOST_ROWS, Area, CellPlace, Sheet, sheet_of, too_large

HYPERLINK = re.compile(r'\s*HYPERLINK\(\s*"(https?://[^"]+)"', re.IGNORECASE)
WEB = ("http://", "https://")
TRUE = frozenset({"1", "true"})


class Marks(msgspec.Struct):
    """The marks of a sheet: merged areas, links, hidden rows, formulas without a result, and the size of its values."""

    merged: list[Area] = msgspec.field(default_factory=list)
    links: list[tuple[Area, str]] = msgspec.field(default_factory=list)
    hidden: set[int] = msgspec.field(default_factory=set)
    uncalculated: dict[CellPlace, str] = msgspec.field(default_factory=dict)
    row: int = 0  # the number of the row that was read last
    height: int = 0
    width: int = 0


def read_workbook(path: str, data: bytes) -> list[Sheet] | Problem:
    """The visible sheets. A formula counts as its last result, and macros are ignored.

    Raises errors of many kinds for a broken file.
    """
    sheets = []
    with ZipFile(BytesIO(data)) as archive, catch_warnings(action="ignore"):  # about parts that are not read
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False, rich_text=True)
        parts = _sheet_parts(archive)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                marks = _read_marks(archive, parts[sheet.title])
                if problem := too_large(path, sheet.title, marks.height, marks.width):
                    return problem
                sheets.append(_read_sheet(sheet, marks))
    return sheets


def _read_sheet(sheet: Any, marks: Marks) -> Sheet:
    sheet.reset_dimensions()  # some programs state wrong ones, which would cut rows off
    values = {place: _uncalculated(formula) for place, formula in marks.uncalculated.items()}
    struck: set[CellPlace] = set()
    for row, cells in enumerate(sheet.iter_rows(max_row=marks.height or 1, max_col=marks.width or 1), 1):
        for column, cell in enumerate(cells, 1):
            if cell.value is not None:
                values[row, column], is_struck = _value(cell)
                if is_struck:
                    struck.add((row, column))
    found = sheet_of(sheet.title, values, marks.merged)
    return replace(found, hidden=frozenset(marks.hidden), struck=frozenset(struck), links=tuple(marks.links))


def _uncalculated(formula: str) -> Cell:
    if is_picture(f"={formula}"):
        return f"={formula}"
    message = text("the formula has no result: open the table in Excel or WPS, save it, and import it again.")
    return FlawedCell("", message)


def _value(cell: Any) -> tuple[Cell, bool]:
    """The value of a cell, and whether it is struck through. A date that is formatted without a time is a date."""
    value = cell.value
    if isinstance(value, CellRichText):
        kept = "".join(str(run) for run in value if not getattr(getattr(run, "font", None), "strike", None))
        return (kept, False) if kept.strip() else (str(value), True)
    if isinstance(value, datetime):
        timed = "h" in cell.number_format.lower() or value.time() != time()
        value = value.replace(microsecond=0) if timed else value.date()
    elif isinstance(value, bool):
        value = "是" if value else "否"
    elif not isinstance(value, str | int | float | time):
        value = str(value)
    return value, bool(cell.font.strike)


def _sheet_parts(archive: ZipFile) -> dict[str, str]:
    """The name of the archive's part of each sheet."""
    targets = _relations(archive, "xl/workbook.xml")
    root = fromstring(archive.read("xl/workbook.xml"))
    return {
        sheet.get("name"): targets[identifier]
        for sheet in root.iter()
        if _local(sheet.tag) == "sheet" and (identifier := _relation_id(sheet)) in targets
    }


def _relations(archive: ZipFile, part: str) -> dict[str, str]:
    """The targets of a part's relations by their ids: names of parts, or web addresses."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return {}
    return {
        relation.get("Id"): target
        if relation.get("TargetMode") == "External"
        else normpath(join(folder, target))
        if not target.startswith("/")
        else target[1:]
        for relation in fromstring(archive.read(relations))
        if (target := relation.get("Target"))
    }


def _relation_id(element: Any) -> str:
    return next((value for name, value in element.items() if _local(name) == "id"), "")


def _local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def _read_marks(archive: ZipFile, part: str) -> Marks:
    marks = Marks()
    targets = _relations(archive, part)
    with archive.open(part) as opened:
        for element in _elements(opened):
            match _local(element.tag):
                case "row":
                    _read_row(element, marks)
                case "mergeCell":
                    marks.merged.append(_area(element.get("ref")))
                case "hyperlink" if targets.get(_relation_id(element), "").startswith(WEB):
                    marks.links.append((_area(element.get("ref")), targets[_relation_id(element)]))
    return marks


def _elements(opened: Any) -> Iterator[Any]:
    """Every element that is complete; rows are emptied once they have been used."""
    for _, element in iterparse(opened, forbid_dtd=True):
        yield element
        if _local(element.tag) == "row":
            element.clear()


def _read_row(row: Any, marks: Marks) -> None:
    """Adds the marks of a row. Rows and cells that state no number follow on the one before."""
    marks.row = int(row.get("r") or marks.row + 1)
    if row.get("hidden") in TRUE:
        marks.hidden.add(marks.row)
    column = 0
    for cell in row:
        column = coordinate_to_tuple(cell.get("r"))[1] if cell.get("r") else column + 1
        parts = {_local(part.tag): part for part in cell}
        has_value = "is" in parts or ("v" in parts and parts["v"].text)
        if has_value or "f" in parts:
            marks.height, marks.width = max(marks.height, marks.row), max(marks.width, column)
        if "f" in parts:
            formula = parts["f"].text or ""
            if not has_value:
                marks.uncalculated[marks.row, column] = formula
            if link := HYPERLINK.match(formula):
                marks.links.append((Area(marks.row, column, marks.row, column), link[1]))


def _area(reference: str) -> Area:
    first_column, first_row, last_column, last_row = range_boundaries(reference)
    return Area(first_row or 1, first_column or 1, last_row or MOST_ROWS, last_column or MOST_COLUMNS)
