"""Reads the sheets of a table file of any supported form. A file that cannot be read becomes a Problem."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import partial
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, PasswordError

from almanac.core.problems import Location, Problem, text
from almanac.exchange.csv_tables import decoded, read_csv
from almanac.exchange.html_tables import read_html
from almanac.exchange.other_workbooks import ods_repeats_too_much, read_other_workbook
from almanac.exchange.sheets import LARGEST, Sheet, split, too_large
from almanac.exchange.word_tables import read_word
from almanac.exchange.xlsx import read_workbook

LARGEST_UNPACKED = 64 * 1024 * 1024  # bytes of the XML in a workbook; its values take many times as much memory
MOST_EXPANSION = 200  # times; a workbook made by people shrinks to a tenth, a bomb to a thousandth
UNSUSPICIOUS = 1024 * 1024  # bytes; a smaller part may expand as it likes
MOST_TAGS = 1_000_000  # in all parts of XML; a table of 5,000 rows and 20 columns has 400,000
MOST_TAGS_BESIDE = 300_000  # in a part that is no sheet, such as one of styles
MOST_SHEETS = 200
CHUNK = 1 << 20  # bytes that are unpacked at a time
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEETS = "xl/worksheets/"
TABLES = (SHEETS, "xl/sharedStrings.xml", "content.xml", "word/document.xml")
WORD_97, ENCRYPTED = (name.encode("utf-16-le") for name in ("WordDocument", "EncryptedPackage"))  # streams in OLE files
HTML = re.compile(r"\s*(?:<!doctype html|<html|<table|<meta|<head|<body|<div)", re.IGNORECASE)
SAVE_AS = text("Open it in Excel or WPS, take away any password, and save it as .xlsx (Save as – Excel workbook).")
COPY_INTO_TABLE = text("Copy its table into a workbook, and save that as .xlsx.")
REFUSED = (  # the first bytes of forms that are not read, and what they are
    (b"%PDF", text("This is a PDF file: its tables cannot be read safely.")),
    (b"\x89PNG", text("This is a picture, which cannot be read.")),
    (b"\xff\xd8\xff", text("This is a picture, which cannot be read.")),
    (b"{\\rtf", text("This is a Word file of the old .rtf kind.")),
)


def read_sheets(path: str, data: bytes) -> list[Sheet] | Problem:
    """The visible sheets of a workbook, or the tables of a document. `path` names the file in a Problem."""
    if len(data) > LARGEST:
        return Problem(
            Location(path),
            text("This file is larger than {size} MB.", size=LARGEST >> 20),
            text("Delete pictures and empty rows, or split it."),
        )
    if path.lower().endswith((".et", ".ett")):
        return Problem(Location(path), text("This is a workbook of the WPS kind (.et)."), SAVE_AS)
    if refused := next((message for begin, message in REFUSED if data.startswith(begin)), None):
        return Problem(Location(path), refused, COPY_INTO_TABLE)
    if data.startswith(OLE):
        return _read_ole(path, data)
    if data.startswith(b"PK"):
        return _unsafe(path, data) or _read_archive(path, data)
    return _read_text(path, data)


def _read_ole(path: str, data: bytes) -> list[Sheet] | Problem:
    """An .xls workbook; the same container holds old Word files, and workbooks with a password."""
    if ENCRYPTED in data:
        return Problem(Location(path), text("This file has a password."), SAVE_AS)
    if WORD_97 in data:
        return Problem(Location(path), text("This is a Word file of the old .doc kind."), COPY_INTO_TABLE)
    try:
        return read_other_workbook(path, data)
    except PasswordError:
        return Problem(Location(path), text("This file has a password."), SAVE_AS)
    except CalamineError:
        message = text("This is a workbook of the old .xls kind, or one with a password.")
        return Problem(Location(path), message, SAVE_AS)


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
    return _laborious(path, data, parts)


def _laborious(path: str, data: bytes, parts: Iterable[ZipInfo]) -> Problem | None:
    """The reason not to read a workbook that is small and still holds millions of cells, rows, styles or links."""
    sheets = sum(part.filename.startswith(SHEETS) and part.filename.endswith(".xml") for part in parts)
    with ZipFile(BytesIO(data)) as archive:
        try:
            tags = {part.filename: _tags(archive, part) for part in parts if part.filename.endswith((".xml", ".rels"))}
        except (BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError):
            return _broken(path)
    beside = max((count for name, count in tags.items() if not name.startswith(TABLES)), default=0)
    if sum(tags.values()) <= MOST_TAGS and beside <= MOST_TAGS_BESIDE and sheets <= MOST_SHEETS:
        return None
    return _too_long(path, data, sum(tags.values())) or _busy(path)


def _too_long(path: str, data: bytes, tags: int) -> Problem | None:
    """The problem of a workbook whose cells are filled, with the number of rows that can be read; None of another."""
    rows = cells = filled = 0
    with ZipFile(BytesIO(data)) as archive:
        for part in archive.namelist():
            if part.startswith(SHEETS):
                content = archive.read(part)
                rows += content.count(b"<row ")
                cells += content.count(b"<c ")
                filled += content.count(b"<v>") + content.count(b"<is>")
    if filled * 2 < cells or filled < rows or not rows:
        return None
    message = text("This workbook has {rows} rows and {cells} filled cells, too many at once.", rows=rows, cells=filled)
    return Problem(Location(path), message, split(max(1, rows * MOST_TAGS * 9 // (tags * 10) // 100 * 100)))


def _busy(path: str) -> Problem:
    return Problem(
        Location(path),
        text("This workbook has too many cells, rows, sheets or styles, most of which may be empty."),
        text("Copy the table into a new workbook and save that."),
    )


def _tags(archive: ZipFile, part: ZipInfo) -> int:
    """The number of tags in a part."""
    with archive.open(part) as opened:
        return sum(chunk.count(b"<") for chunk in iter(partial(opened.read, CHUNK), b""))


def _broken(path: str) -> Problem:
    return Problem(Location(path), text("This workbook cannot be read."), SAVE_AS)


def _read_archive(path: str, data: bytes) -> list[Sheet] | Problem:
    """The sheets of an .xlsx, .ods or .docx file, which are archives of XML."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = set(archive.namelist())
        if "word/document.xml" in parts:
            return read_word(path, data)
        if "content.xml" in parts:
            return _busy(path) if ods_repeats_too_much(data) else read_other_workbook(path, data)
        return read_workbook(path, data)
    except Exception:  # noqa: BLE001 - openpyxl and the parser of XML raise many kinds of error for a broken file
        return _broken(path)


def _read_text(path: str, data: bytes) -> list[Sheet] | Problem:
    content = decoded(data)
    if content is not None and HTML.match(content):
        sheets = [sheet for sheet in read_html(content) if sheet.rows]
    else:
        sheet = None if content is None or "\0" in content or content.lstrip()[:1] == "<" else read_csv(content)
        sheets = [sheet] if sheet else []
    if not sheets:
        return Problem(Location(path), text("This is neither a workbook nor a table of text (.csv)."), SAVE_AS)
    for sheet in sheets:
        if problem := too_large(path, path, len(sheet.rows), max(map(len, sheet.rows), default=0)):
            return problem
    return sheets
