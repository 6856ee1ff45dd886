"""Cuts a file into front matter and body, also where the encoding or the `---` lines are wrong."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

import msgspec

from almanac.core.problems import KeyPath, Text, text

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")  # neither XML nor people can use them
FENCE = re.compile(r"---[ \t]*$", re.MULTILINE)
LIKE_A_FENCE = re.compile(r"[ \t\u3000]*[-－‐‑‒–—―─﹣−]{2,}[ \t\u3000]*")
LIKE_A_KEY = re.compile(r"[^\s:：﹕∶#-][^\s:：﹕∶]{0,30}[ \u3000]*[:：﹕∶]")
KEY = re.compile(r"[a-z_]+[ \u3000]*[:：﹕∶]")
CONTINUED = (" ", "\t", "\u3000", "\u00a0", "-", "#", "]", "}")  # first signs of lines that belong to a key above


class Fault(msgspec.Struct, frozen=True):
    """Something wrong in the text of a file: its line, its columns if known, and the key whose value it spoils."""

    line: int
    message: Text
    hint: Text | None = None
    columns: tuple[int, int] | None = None
    key: KeyPath = ()


class CutText(msgspec.Struct, frozen=True):
    """A comment that was perhaps meant as text, as ` #` ends a value. Line and columns count from 1.

    `corrected` is the line with the value and the comment in quotes.
    """

    line: int
    start: int
    end: int
    comment: str
    corrected: str


class InvalidFrontMatter(Exception):  # noqa: N818 - becomes a Problem
    """The front matter cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message.message)
        self.fault = fault


class Parts(msgspec.Struct, frozen=True):
    """The front matter of a file and the Markdown after it, each with the number of its first line."""

    head: str
    head_line: int
    body: str
    body_line: int


NOT_UTF_8 = text("This file is not UTF-8 text.")
SAVE_AS_UTF_8 = text("Save it again with the encoding UTF-8.")
NO_OPENING = text("The first line must be ---.")
NO_CLOSING = text("The front matter has no end.")
CLOSE_AFTER = text("Put a line of three hyphens (---) after line {line}.", line=0)
NOT_A_FENCE = text("This line must be three hyphens: ---")


def decode(data: bytes) -> str:
    """The text of a file with LF line ends. Raises InvalidFrontMatter if it is not UTF-8."""
    try:
        return _with_line_feeds(data.removeprefix(BOM_UTF8).decode())  # Notepad writes a byte-order mark
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidFrontMatter(Fault(line, NOT_UTF_8, SAVE_AS_UTF_8)) from None


def decode_anyway(data: bytes) -> tuple[str, list[Fault]]:
    """The text of a file, and a fault if it is not UTF-8; then it is read as UTF-16 or GB 18030, as Windows writes."""
    try:
        return decode(data), []
    except InvalidFrontMatter as invalid:
        encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "gb18030"
        return _with_line_feeds(data.decode(encoding, "replace")), [invalid.fault]


def _with_line_feeds(decoded: str) -> str:
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def split(content: str) -> Parts:
    """The parts of a file. Raises InvalidFrontMatter if the `---` line before or after the front matter is missing."""
    opening = FENCE.match(content)
    if not opening:
        hint = text("Begin the file with a line of three hyphens, then the keys, then a second such line.")
        raise InvalidFrontMatter(Fault(1, NO_OPENING, hint))
    closing = FENCE.search(content, opening.end() + 1)
    if not closing:
        hint = text("Put a line of three hyphens (---) between the keys and the text.")
        raise InvalidFrontMatter(Fault(1, NO_CLOSING, hint))
    body_line = content.count("\n", 0, closing.end()) + 2
    return Parts(content[opening.end() + 1 : closing.start()], 2, content[closing.end() + 1 :], body_line)


def split_anyway(content: str) -> tuple[Parts, list[Fault]]:
    """The parts of a file as its author meant them, and a fault for each `---` line that is missing or misspelt.

    Raises InvalidFrontMatter if nothing in the file looks like front matter.
    """
    lines = content.split("\n")
    first, faults = _opening(lines)
    last, closed = _closing(lines, first)
    if closed and FENCE.fullmatch(lines[last]) is None:
        faults.append(Fault(last + 1, NOT_A_FENCE, _write("---"), (1, len(lines[last]) + 1)))
    elif not closed:
        hint = text(CLOSE_AFTER.message, line=last)
        faults.append(Fault(max(last, 1), NO_CLOSING, hint))
    body = last + 1 if closed else last
    head = "".join(f"{line}\n" for line in lines[first:last])
    return Parts(head, first + 1, "\n".join(lines[body:]), body + 1), faults


def _write(line: str) -> Text:
    return text("Write: {line}", line=line)


def _opening(lines: list[str]) -> tuple[int, list[Fault]]:
    """The index of the first line after the opening `---`."""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    line = lines[first]
    if FENCE.fullmatch(line) and first == 0:
        return 1, []
    if FENCE.fullmatch(line):
        return first + 1, [Fault(1, NO_OPENING, text("Delete the empty lines before it."))]
    if LIKE_A_FENCE.fullmatch(line):
        return first + 1, [Fault(first + 1, NOT_A_FENCE, _write("---"), (1, len(line) + 1))]
    hint = text("Begin the file with a line of three hyphens, then the keys, then a second such line.")
    fault = Fault(1, NO_OPENING, hint)
    if LIKE_A_KEY.match(line):
        return first, [fault]
    raise InvalidFrontMatter(fault)


def _closing(lines: list[str], first: int) -> tuple[int, bool]:
    """The index of the closing line, and True; or the index of the first line after the keys, and False."""
    fence = next((place for place in range(first, len(lines)) if LIKE_A_FENCE.fullmatch(lines[place])), None)
    after_blank = False
    for place in range(first, len(lines) if fence is None else fence):
        line = lines[place]
        is_text = line.strip() and not _belongs_to_keys(line)
        if is_text and (fence is None or (after_blank and not any(map(KEY.match, lines[place:fence])))):
            return _without_blanks(lines, first, place), False
        after_blank = place > first and not line.strip()
    return (_without_blanks(lines, first, len(lines)), False) if fence is None else (fence, True)


def _belongs_to_keys(line: str) -> bool:
    return bool(LIKE_A_KEY.match(line)) or line.startswith(CONTINUED)


def _without_blanks(lines: list[str], first: int, end: int) -> int:
    while end > first and not lines[end - 1].strip():
        end -= 1
    return end
