"""Reads workbooks (.xlsx) and CSV files into rows of cells, and writes CSV. Unreadable files become a Problem."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any, TypeAlias
from warnings import catch_warnings
from zipfile import BadZipFile, ZipFile

import msgspec
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange

from almanac.core.formulas import escape_formula, unescape_formula
from almanac.core.problems import Location, Problem, text
from almanac.exchange.cells import Cell, cell_text

LARGEST = 20 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED = 64 * 1024 * 1024  # bytes of the XML in a workbook; its values take many times as much memory
MOST_EXPANSION = 200  # times; a workbook made by people shrinks to a tenth, a bomb to a thousandth
UNSUSPICIOUS = 1024 * 1024  # bytes; a smaller part may expand as it likes
MOST_ROWS, MOST_COLUMNS = 20_000, 300
LONGEST_CELL = 32_000  # characters; Excel cuts a cell off after 32,767
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = text("Open it in Excel or WPS, take away any password, and save it as .xlsx (Save as – Excel workbook).")

Row: TypeAlias = tuple[Cell, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A sheet from its first row on. Each of several merged cells has their common value."""

    name: str
    rows: tuple[Row, ...]


def read_sheets(path: str, data: bytes) -> list[Sheet] | Problem:
    """The visible sheets of a workbook, or the one sheet of a CSV file. `path` names the file in a Problem."""
    if len(data) > LARGEST:
        return Problem(
            Location(path),
            text("This file is larger than {size} MB.", size=LARGEST >> 20),
            text("Delete pictures and empty rows, or split it."),
        )
    if data.startswith(OLE):
        return Problem(
            Location(path), text("This is a workbook of the old .xls kind, or one with a password."), SAVE_AS
        )
    if data.startswith(b"PK"):
        return _unsafe(path, data) or _read_workbook(path, data)
    return _read_csv(path, data)


def _unsafe(path: str, data: bytes) -> Problem | None:
    """The reason not to unpack a workbook. The stated sizes can be trusted, since no more than them is read."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return _broken(path)
    encrypted = any(part.flag_bits & 1 for part in parts)
    unpacked = sum(part.file_size for part in parts)
    expansion = max(
        (part.file_size / max(part.compress_size, 1) for part in parts if part.file_size > UNSUSPICIOUS), default=0
    )
    if encrypted:
        return Problem(Location(path), text("This file has a password."), SAVE_AS)
    if unpacked > LARGEST_UNPACKED or expansion > MOST_EXPANSION:
        return Problem(
            Location(path),
            text("Unpacked, this workbook would be {size} MB: it is not opened.", size=unpacked >> 20),
            text("Copy the table into a new workbook and save that."),
        )
    return None


def _broken(path: str) -> Problem:
    return Problem(Location(path), text("This workbook cannot be read."), SAVE_AS)


def _read_workbook(path: str, data: bytes) -> list[Sheet] | Problem:
    """The values alone: a formula counts as its last result, and macros are ignored.

    The file is opened twice. A sheet that is read row by row makes no cells for the empty area between two cells that
    are far apart, but only a sheet that is loaded whole knows its merged cells.
    """
    try:
        with catch_warnings(action="ignore"):  # about parts that are not read, such as drop-down lists and pictures
            rows = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            whole = load_workbook(BytesIO(data), data_only=True, keep_links=False)
            visible = [sheet for sheet in whole.worksheets if sheet.sheet_state == "visible"]
            sheets = [_sheet(rows[sheet.title], sheet.merged_cells.ranges) for sheet in visible]
    except Exception:  # noqa: BLE001 - openpyxl raises many kinds of error for a broken file
        return _broken(path)
    too_large = next((sheet.name for sheet in sheets if sheet.rows == (("…",),)), None)
    if too_large is not None:
        return _too_large(path, too_large)
    return sheets


def _too_large(path: str, name: str) -> Problem:
    message = text(
        "The sheet “{name}” has more than {rows} rows or {columns} columns.",
        name=name,
        rows=MOST_ROWS,
        columns=MOST_COLUMNS,
    )
    return Problem(Location(path), message, text("Split it."))


def _sheet(sheet: Any, merged_ranges: Iterable[CellRange]) -> Sheet:
    """The part of a sheet that holds values; each cell of a merged range has the value that is shown."""
    sheet.reset_dimensions()  # some programs state wrong ones, which would cut the rows off
    values = {
        (row, column): _value(cell)
        for row, cells in enumerate(sheet.iter_rows(), 1)
        for column, cell in enumerate(cells, 1)
        if cell.value is not None
    }
    for merged in merged_ranges:
        places = list(merged.cells)
        shown = values.get(places[0])
        for hidden in places:
            values.pop(hidden, None)
        if shown is not None:
            values |= dict.fromkeys(places if len(places) <= MOST_ROWS else places[:1], shown)
    height, width = max((row for row, _ in values), default=0), max((column for _, column in values), default=0)
    if height > MOST_ROWS or width > MOST_COLUMNS:
        return Sheet(sheet.title, (("…",),))
    return Sheet(
        sheet.title,
        tuple(tuple(values.get((row, column)) for column in range(1, width + 1)) for row in range(1, height + 1)),
    )


def _value(cell: Any) -> Cell:
    """The value of a cell. A date that is formatted without a time is a date."""
    value = cell.value
    if isinstance(value, datetime):
        timed = "h" in cell.number_format.lower() or value.time() != time()
        return value.replace(microsecond=0) if timed else value.date()
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str | int | float | date | time) else str(value)


def _read_csv(path: str, data: bytes) -> list[Sheet] | Problem:
    content = decoded(data)
    if content is None or "\0" in content or content.lstrip()[:1] == "<":
        return Problem(Location(path), text("This is neither a workbook (.xlsx) nor a table of text (.csv)."), SAVE_AS)
    csv.field_size_limit(LARGEST)
    try:
        rows = list(csv.reader(StringIO(content, newline=""), delimiter=_delimiter(content)))
    except csv.Error:
        return Problem(Location(path), text("This is neither a workbook (.xlsx) nor a table of text (.csv)."), SAVE_AS)
    if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > MOST_COLUMNS:
        return _too_large(path, path)
    return [Sheet("", tuple(tuple(unescape_formula(cell) or None for cell in row) for row in rows))]


def decoded(data: bytes) -> str | None:
    """The text of bytes in UTF-8, in UTF-16 with a byte order mark, or in GB 18030, which includes GBK; else None."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _delimiter(content: str) -> str:
    """The separator that is most frequent at the beginning."""
    beginning = content[:4000]
    return max(",\t;", key=beginning.count)


def write_csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A table as CSV (RFC 4180), with the byte order mark by which Excel recognises UTF-8."""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    for row in with_continuations(header, rows):
        writer.writerow(escape_formula(cell_text(cell)) for cell in row)
    return written.getvalue().encode("utf-8-sig")


def with_continuations(header: Sequence[str], rows: Iterable[Row]) -> list[Row]:
    """The rows of a table with its header. Text too long for one cell continues in further columns."""
    rows = list(rows)
    parts = [max((len(_parts(row[place])) for row in rows), default=1) for place in range(len(header))]
    head = [
        name if part == 0 else f"{name}（续{part}）"
        for name, count in zip(header, parts, strict=True)
        for part in range(count)
    ]
    return [tuple(head), *(_spread(row, parts) for row in rows)]


def _spread(row: Row, parts: list[int]) -> Row:
    spread: list[Cell] = []
    for cell, count in zip(row, parts, strict=True):
        found = _parts(cell)
        spread += [*found, *([None] * (count - len(found)))]
    return tuple(spread)


def _parts(cell: Cell) -> list[Cell]:
    if not isinstance(cell, str) or len(cell) <= LONGEST_CELL:
        return [cell]
    return [cell[begin : begin + LONGEST_CELL] for begin in range(0, len(cell), LONGEST_CELL)]
