"""Text that is safe to print on a terminal, and the columns that it takes there."""

from __future__ import annotations

import unicodedata
from itertools import accumulate

from almanac.core.problems import Text, Translate

WIDEST = 100  # columns of an excerpt
HARMLESS = {"\t": " ", "\u2060": ""}  # U+2060, the word joiner, keeps the hours of a date on one line of a page


def printable(words: str) -> str:
    """The text without terminal control: a tab becomes a space, any other control character becomes �."""
    return "".join(letter if letter.isprintable() else HARMLESS.get(letter, "�") for letter in words)


def display(message: Text, translate: Translate) -> str:
    """The translated message, safe to print: its values may come from files."""
    return printable(message.show(translate))


def width(words: str) -> int:
    """The terminal columns of a text: Chinese characters take two (Unicode Annex #11), combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in words
    )


def cut_line(line: str, start: int, end: int) -> tuple[str, int, int]:
    """The part of a line that fits into WIDEST columns and holds the given span, and the span within that part.

    `start` is the first character of the span and `end` the one after the last, counted from 1. Cuts are marked `…`.
    """
    cut = max(0, start - 1 - WIDEST // 4) if width(line) > WIDEST and width(line[: end - 1]) > WIDEST else 0
    part = ("…" if cut else "") + line[cut:]
    shift = cut - bool(cut)
    whole = len(part)
    widths = accumulate(map(width, part))
    part = part[: next((place for place, total in enumerate(widths) if total > WIDEST), whole)]
    part += "…" if len(part) < whole else ""
    return part, start - shift, min(end - shift, len(part) + 1)
