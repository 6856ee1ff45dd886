"""Reads the tables of Word documents (.docx; ECMA-376, part 1, section 17.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring
from msgspec.structs import replace

from almanac.core.problems import Problem
from almanac.exchange.cells import Cell
from almanac.exchange.sheets import MOST_COLUMNS, Area, CellPlace, Sheet, sheet_of, too_large

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_word(path: str, data: bytes) -> list[Sheet] | Problem:
    """A sheet for each table, below the paragraph in front of it. Raises errors of many kinds for a broken file."""
    with ZipFile(BytesIO(data)) as archive:
        body = fromstring(archive.read("word/document.xml"), forbid_dtd=True).find(f"{W}body")
    sheets: list[Sheet] = []
    title = ""
    for element in body if body is not None else ():
        if element.tag == f"{W}p":
            title = _text(element).strip() or title
        elif element.tag == f"{W}tbl":
            name, rows = f"表{len(sheets) + 1}", list(element.iter(f"{W}tr"))
            widest = max((len(row.findall(f"{W}tc")) for row in rows), default=0)
            if problem := too_large(path, name, len(rows), widest):
                return problem
            sheets.append(_sheet(name, rows, title))
            title = ""
    return sheets


def _sheet(name: str, rows: Iterable[Any], title: str) -> Sheet:
    values: dict[CellPlace, Cell] = {(1, 1): title} if title else {}
    merged: dict[CellPlace, Area] = {}
    struck: set[CellPlace] = set()
    for number, row in enumerate(rows, 2 if title else 1):
        column = 1
        for cell in row.findall(f"{W}tc"):
            width, joins_above = _span(cell)
            if column > MOST_COLUMNS:
                break
            above = merged.get((number - 1, column))
            if joins_above and above is not None:
                area = Area(above.first_row, above.first_column, number, above.last_column)
            else:
                area = Area(number, column, number, column + width - 1)
                kept, whole = (_text_of(cell, struck_too=struck_too) for struck_too in (False, True))
                values[number, column] = kept or whole or None
                if whole and not kept:
                    struck.add((number, column))
            merged[number, column] = area
            column += width
    tallest = {(area.first_row, area.first_column): area for area in merged.values()}
    areas = (
        area for area in tallest.values() if area.last_row > area.first_row or area.last_column > area.first_column
    )
    return replace(sheet_of(name, values, areas), struck=frozenset(struck))


def _text_of(cell: Any, *, struck_too: bool) -> str:
    """The text of a cell, with or without its struck words."""
    paragraphs = cell.findall(f"{W}p")
    return "\n".join(_text(paragraph, struck_too=struck_too) for paragraph in paragraphs).strip()


def _span(cell: Any) -> tuple[int, bool]:
    """The columns that a cell spans, and whether it continues the cell above."""
    span, merge = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}vMerge")
    width = int(span.get(f"{W}val", "1")) if span is not None else 1
    return min(max(1, width), MOST_COLUMNS), merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _text(paragraph: Any, *, struck_too: bool = True) -> str:
    return "".join(_words(paragraph, struck_too=struck_too))


def _is_struck(run: Any) -> bool:
    marks = (run.find(f"{W}rPr/{W}{name}") for name in ("strike", "dstrike"))
    return any(mark is not None and mark.get(f"{W}val", "true") not in {"0", "false", "off"} for mark in marks)


def _words(paragraph: Any, *, struck_too: bool) -> Iterator[str]:
    """The words of all runs. A run within a run, such as one of a text box, is read once."""
    waiting = [(paragraph, False)]
    while waiting:
        element, in_run = waiting.pop()
        if element.tag == f"{W}r":
            if not struck_too and _is_struck(element):
                continue
            in_run = True
        elif not in_run:
            pass
        elif element.tag == f"{W}t":
            yield element.text or ""
        elif element.tag in {f"{W}br", f"{W}cr"}:
            yield "\n"
        elif element.tag == f"{W}tab":
            yield " "
        waiting.extend((inner, in_run) for inner in reversed(element))
