"""Rows of CSV (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

BOM = "\ufeff"  # without it Excel reads the file in the code page of the machine


def csv_row(cells: Iterable[str]) -> str:
    """A row with its line end."""
    written = StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue()
