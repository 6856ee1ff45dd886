"""Cells that a spreadsheet would calculate instead of showing them (CWE-1236): an apostrophe before them makes them text."""

from __future__ import annotations

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # OWASP, CSV injection; apostrophes before it are told apart from ours


def harmless(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def revealed(cell: str) -> str:
    """A cell without the apostrophe that `harmless` gave it."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
