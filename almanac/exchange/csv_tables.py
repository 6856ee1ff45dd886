"""Tables of separated text (CSV, RFC 4180): reads them in the encodings of Excel and WPS, and writes them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import islice

from almanac.core.formulas import escape_formula, unescape_formula
from almanac.exchange.cells import cell_text
from almanac.exchange.columns import count_recognised
from almanac.exchange.sheets import LARGEST, Sheet, SheetRow, with_continuations

SEPARATORS = ",\t;"
TOP_ROWS = 30  # rows by which the separator is chosen


def read_csv(content: str) -> Sheet | None:
    """The sheet of a text; None if it cannot be split into cells."""
    csv.field_size_limit(LARGEST)
    try:
        separator = max(SEPARATORS, key=lambda one: _score(content, one))
        rows = list(csv.reader(StringIO(content, newline=""), delimiter=separator))
    except csv.Error:
        return None
    return Sheet("", tuple(tuple(unescape_formula(cell) or None for cell in row) for row in rows))


def _score(content: str, separator: str) -> tuple[int, int]:
    """How well a separator fits: the known headers in one row, then the cells in all. Texts may be full of commas."""
    rows = list(islice(csv.reader(StringIO(content, newline=""), delimiter=separator), TOP_ROWS))
    return max(map(count_recognised, rows), default=0), sum(map(len, rows))


def decoded(data: bytes) -> str | None:
    """The text of bytes in UTF-8, in UTF-16 with a byte order mark, or in GB 18030, which includes GBK; else None."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def write_csv(header: Sequence[str], rows: Iterable[SheetRow]) -> bytes:
    """A table as CSV, with the byte order mark by which Excel recognises UTF-8."""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    for row in with_continuations(header, rows):
        writer.writerow(escape_formula(cell_text(cell)) for cell in row)
    return written.getvalue().encode("utf-8-sig")
