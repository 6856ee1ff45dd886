"""Repairs front matter that YAML refuses or misreads, so that all faults of a file are found at once.

The front matter is cut into parts, one for each top-level key, and each part is read by itself. A part that cannot be
read is repaired line by line. Every repair is a fault with the corrected line; a line that no repair makes readable is
left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TypeAlias

import yaml
from msgspec.structs import replace

from almanac.content.fences import CONTINUED, Fault, InvalidFrontMatter
from almanac.content.yaml_spelling import Misspelling, Repair, indentation, line_parts, repairs, respelled
from almanac.content.yaml_tree import NOT_A_MAPPING, UNREADABLE, TreeReader
from almanac.core.problems import Text, text

Position: TypeAlias = tuple[int, int]  # index of a line, and column from 0
# Not allowed in YAML 1.1, section 5.1, or a line break there and in no editor.
FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BLOCK_TEXT = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?")
MOST_WORK = 2_000_000  # characters read for one file; further faults show after the first are corrected
EACH = 200  # characters that take as long to read as the beginning of a reading
NEAR = 20  # lines around one whose indentation it may have
MOST_JOINED = 10  # parts that a value over several lines may have been cut into


def repair(source: str, first_line: int, keys: Collection[str] = ()) -> tuple[str, list[Fault]]:
    """The front matter with every line readable, and its faults; `keys` are those of the declaration.

    No line is added or taken away: a line that cannot be repaired becomes empty.
    """
    repairer = _Repairer(source.split("\n"), keys)
    repairer.run()
    return "\n".join(repairer.lines), list(repairer.faults(first_line))


class _Repairer:
    """The lines on their way to being readable, and what was wrong on each."""

    def __init__(self, lines: list[str], keys: Collection[str]) -> None:
        self.original, self.lines, self.keys = lines, list(lines), keys
        self.findings: dict[int, list[Misspelling]] = {}
        self.left_out: dict[int, Fault] = {}  # lines that nothing repairs
        self.reason = UNREADABLE  # of the last error
        self.work = 0  # characters read so far
        self.is_one_part = False

    def run(self) -> None:
        for number, line in enumerate(self.lines):
            self.take(number, Repair(line))
            if FORBIDDEN.search(line):
                message = text("There is a character here that YAML does not allow.")
                self.take(number, Repair(FORBIDDEN.sub("", line), (Misspelling("", message),)))
        parts = list(_parts(self.lines))
        self.is_one_part = len(parts) == 1
        read = 0  # the lines that are done
        for place, (start, end) in enumerate(parts):
            if start < read or self.error(start, end) is None:
                continue
            later = [more for _, more in parts[place + 1 : place + 1 + MOST_JOINED]] if self.may_go_on(start) else []
            read = next((more for more in later if self.error(start, more) is None), 0)
            if not read:
                self.repair_part(start, end)

    def may_go_on(self, start: int) -> bool:
        """Whether a value may go on at the start of a later line, as brackets and quotes do."""
        begins = line_parts(self.lines[start]).value.startswith(("[", "{", '"', "'"))
        return begins and self.work < MOST_WORK

    def error(self, start: int, end: int) -> Position | None:
        """Where some lines cannot be read or are misread; None if they are right."""
        self.reason = UNREADABLE
        source = "\n".join([*self.lines[start:end], ""])
        self.work += len(source) + EACH
        reader = TreeReader(source, start, self.keys)
        try:
            reader.document()
        except InvalidFrontMatter as invalid:
            self.reason = invalid.fault.message
            return min(invalid.fault.line, end - 1), 0
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            return (min(start + mark.line, end - 1), mark.column) if mark else (start, 0)
        if reader.is_in_brackets and not self.is_one_part:
            return start, 0
        if not reader.misread:
            return None
        self.reason = reader.misread[0].message
        return reader.misread[0].line, 0

    def repair_part(self, start: int, end: int) -> None:
        """Repairs the lines of a part; those that nothing repairs are left out."""
        self.respell(start, end)
        while (error := self.error(start, end)) is not None:
            if self.work > MOST_WORK:
                self.leave_out(start, end, error[0])
                self.lines[start:end] = [""] * (end - start)
            elif not self.repair_one(start, end, error):
                self.leave_out(start, end, error[0])

    def respell(self, start: int, end: int) -> None:
        """Corrects colons, blanks and commas: an error of YAML would often blame the next line."""
        text_indent: int | None = None  # of a key whose value is the text on the lines below
        for number in range(start, end):
            line = self.lines[number]
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if text_indent is not None and len(indentation(line)) > text_indent:
                continue
            self.take(number, respelled(line, may_be_text=self.may_be_text(start, number)))
            is_text = BLOCK_TEXT.fullmatch(line_parts(self.lines[number]).value)
            text_indent = len(indentation(line)) if is_text else None

    def may_be_text(self, start: int, number: int) -> bool:
        """Whether an indented line may go on with a text: no key and no list stands at its place."""
        above = next((line for line in reversed(self.lines[start:number]) if line.strip()), "")
        parts = line_parts(above)
        is_neighbour = parts.key and (not parts.value or indentation(above) == indentation(self.lines[number]))
        return self.lines[number][:1].isspace() and not is_neighbour

    def repair_one(self, start: int, end: int, error: Position) -> bool:
        """Takes the first repair of a line after which the error is gone or stands further on."""
        lines = [error[0], *range(error[0] - 1, start - 1, -1), *range(error[0] + 1, end)]
        for number in lines:
            line = self.lines[number]
            for one in self.repairs(start, end, number) if line.strip() else ():
                if one.line == line or self.work > MOST_WORK:
                    continue
                self.lines[number] = one.line
                after = self.error(start, end)
                self.lines[number] = line
                if after is None or after > error:
                    self.take(number, one)
                    return True
        return False

    def repairs(self, start: int, end: int, number: int) -> Iterator[Repair]:
        """Corrections of a line, and the line with the indentation of a neighbour."""
        line = self.lines[number]
        yield from repairs(line)
        message = text("This line is indented differently from its neighbours.")
        own = len(indentation(line))
        near = self.lines[max(start, number - NEAR) : min(end, number + NEAR)]
        indents = {indentation(other) for other in near if line_parts(other).key} | {""}
        for indent in sorted(indents - {indentation(line)}, key=lambda other: abs(len(other) - own)):
            findings = (Misspelling(indentation(line), message),) if number not in self.findings else ()
            yield Repair(indent + line.lstrip(), findings)

    def take(self, number: int, one: Repair) -> None:
        """Puts the corrected line in place and notes what was wrong."""
        self.lines[number] = one.line if one.line.strip() else ""  # full-width blanks are text to YAML
        if one.findings:
            self.findings.setdefault(number, []).extend(one.findings)

    def leave_out(self, start: int, end: int, number: int) -> None:
        """Empties a line; if it is empty already, the nearest one."""
        full = [other for other in range(start, end) if self.lines[other].strip()]
        number = min(full, key=lambda other: (abs(other - number), other))
        self.left_out[number] = _left_out(self.original[number], self.reason, line_parts(self.lines[start]).name)
        self.lines[number] = ""

    def faults(self, first_line: int) -> Iterator[Fault]:
        """The faults in the order of the lines."""
        for number in sorted({*self.findings, *self.left_out}):
            original = self.original[number]
            if number in self.left_out:
                yield replace(self.left_out[number], line=first_line + number)
                continue
            hint = text("Write: {line}", line=self.lines[number].rstrip())
            end = 0
            for finding in self.findings[number]:
                start = original.find(finding.words, end)
                start = start if start >= 0 else original.find(finding.words)
                end = start + len(finding.words)
                columns = (start + 1, end + 1) if finding.words and start >= 0 else None
                yield Fault(first_line + number, finding.message, hint, columns)


def _left_out(original: str, reason: Text, key: str) -> Fault:
    """The fault of a line that nothing repairs; `key` is the top-level key to which it belongs."""
    columns = (1, len(original) + 1)
    if reason in {UNREADABLE, NOT_A_MAPPING} and not line_parts(original).key:
        return Fault(0, NOT_A_MAPPING, text("Delete this line, or put its text below the second ---."), columns)
    hint = text("Compare it with the other lines, or put its value in quotes.") if reason == UNREADABLE else None
    return Fault(0, reason, hint, columns, (key,) if key else ())


def _parts(lines: list[str]) -> Iterator[Position]:
    """The first line of each top-level key, and the line after its last."""
    starts = [number for number, line in enumerate(lines) if line.strip() and not line.startswith(CONTINUED)]
    starts = [0, *starts[1:]]
    yield from zip(starts, [*starts[1:], len(lines)], strict=True)
