"""Tables of separated text (CSV, RFC 4180): reads them in the encodings of Excel and WPS, and writes them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from almanac.core.formulas import escape_formula, unescape_formula
from almanac.exchange.cells import cell_text
from almanac.exchange.sheets import LARGEST, Row, Sheet, with_continuations

SEPARATORS = ",\t;"
BEGINNING = 4000  # characters from which the separator is guessed


def read_csv(content: str) -> Sheet | None:
    """The sheet of a text; None if it cannot be split into cells."""
    csv.field_size_limit(LARGEST)
    try:
        rows = list(csv.reader(StringIO(content, newline=""), delimiter=_separator(content)))
    except csv.Error:
        return None
    return Sheet("", tuple(tuple(unescape_formula(cell) or None for cell in row) for row in rows))


def decoded(data: bytes) -> str | None:
    """The text of bytes in UTF-8, in UTF-16 with a byte order mark, or in GB 18030, which includes GBK; else None."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _separator(content: str) -> str:
    """The separator that is most frequent at the beginning."""
    return max(SEPARATORS, key=content[:BEGINNING].count)


def write_csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A table as CSV, with the byte order mark by which Excel recognises UTF-8."""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    for row in with_continuations(header, rows):
        writer.writerow(escape_formula(cell_text(cell)) for cell in row)
    return written.getvalue().encode("utf-8-sig")
