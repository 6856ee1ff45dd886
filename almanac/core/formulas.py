"""Cells that a spreadsheet program would calculate (CWE-1236). An apostrophe in front turns them into text."""

from __future__ import annotations

import re

# OWASP, “CSV Injection”. Leading apostrophes count, so that unescaping removes no apostrophe that was there before.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def escape_formula(cell: str) -> str:
    """The cell, with an apostrophe in front if a spreadsheet program would calculate it."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """The cell without the apostrophe that `escape_formula` added."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
