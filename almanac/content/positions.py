"""Finds the line and the columns of a problem in its file, for problems that are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.fences import decode_anyway
from almanac.content.frontmatter import NOTHING, Document, KeyLines, examine, line_of
from almanac.content.yaml_tree import PositionReader, Span
from almanac.core.problems import KeyPath, Location


class Columns(msgspec.Struct, frozen=True):
    """A part of one line: `start` is its first column, `end` the column after its last; both count from 1."""

    line: int
    start: int
    end: int

    def with_text(self, line: str, words: str) -> str:
        """A line with other words at this place."""
        return f"{line[: self.start - 1]}{words}{line[self.end - 1 :]}"


class KeyColumns(msgspec.Struct, frozen=True):
    """The columns of keys and of their values, by key path."""

    names: dict[KeyPath, Columns] = msgspec.field(default_factory=dict)
    values: dict[KeyPath, Columns] = msgspec.field(default_factory=dict)

    def of(self, key: KeyPath, *, at_name: bool) -> Columns | None:
        """The columns of the value, if it begins on the key's line; else those of the key. None for a missing key."""
        key = self.known(key)
        value, name = self.values.get(key), self.names.get(key)
        if at_name or (name and value and value.line != name.line):
            return name
        return value if value and value.end > value.start else name

    def value_of(self, key: KeyPath) -> Columns | None:
        """The columns of the value, on whichever line it begins."""
        return self.values.get(self.known(key))

    def known(self, key: KeyPath) -> KeyPath:
        """The key path without its last number if the list is one value: `theme: sky` is a list of one."""
        while key and key not in self.values and isinstance(key[-1], int):
            key = key[:-1]
        return key


class OpenedFile(msgspec.Struct, frozen=True):
    """A file on disk: its lines, the line of each key, the columns of keys and values, the first line of the body.

    `document` is its content as far as it can be read, and `read_columns` are the columns in that.
    """

    text: tuple[str, ...] = ()
    lines: KeyLines = msgspec.field(default_factory=dict)
    columns: KeyColumns = KeyColumns()
    body_line: int = 1
    document: Document = NOTHING
    read_columns: KeyColumns = KeyColumns()

    def line(self, number: int) -> str:
        """A line by its number, or nothing where the file is shorter."""
        return self.text[number - 1] if 0 < number <= len(self.text) else ""


Opener: TypeAlias = Callable[[str], OpenedFile]


def opener(root: Path) -> Opener:
    """A function that opens files below `root`, each file once. A file that cannot be read has no lines."""

    @cache
    def opened(path: str) -> OpenedFile:
        try:
            data = (root / path).read_bytes()
        except (OSError, ValueError):  # ValueError: a path with a null byte
            return OpenedFile()
        return opened_file(path, data)

    return opened


def opened_file(path: str, data: bytes) -> OpenedFile:
    """A file with the given bytes."""
    text = tuple(decode_anyway(data)[0].split("\n"))
    document = examine(data, is_yaml=not path.endswith(".md")).document
    columns = key_columns(document)
    in_text = ({key: in_file(one, document) for key, one in part.items()} for part in (columns.names, columns.values))
    return OpenedFile(text, document.lines, KeyColumns(*in_text), document.body_line, document, columns)


def positioned(location: Location, opened: Opener) -> Location:
    """The location with its line and columns, where they can be found."""
    if not location.key and not location.quote:
        return location
    file = opened(location.path)
    columns = _quoted(location, file) if location.quote else None
    columns = columns or file.columns.of(location.key, at_name=location.at_name)
    line = location.line or (columns.line if columns else line_of(file.lines, location.key))
    if line is None and location.key and file.text:
        line = 1
    is_known = columns and columns.line == line and not location.columns
    return replace(
        location, line=line, columns=(columns.start, columns.end) if columns and is_known else location.columns
    )


def key_columns(document: Document) -> KeyColumns:
    """The columns of every key and value in the front matter of a document, as that was read."""
    reader = PositionReader(document.head, document.head_line)
    reader.document()
    lines = document.head.split("\n")

    def columns(span: Span) -> Columns:
        number = span.start.line
        end = span.end.column if span.end.line == number else len(lines[number].rstrip())
        return Columns(number + document.head_line, span.start.column + 1, end + 1)

    return KeyColumns(
        {key: columns(span) for key, span in reader.names.items()},
        {key: columns(span) for key, span in reader.values.items()},
    )


def in_file(columns: Columns, document: Document) -> Columns:
    """The columns in the file of words of the front matter, which may have been repaired to be read."""
    number = columns.line - document.head_line
    line, original = (part.split("\n")[number] for part in (document.head, document.original))
    start = original.find(line[columns.start - 1 : columns.end - 1]) + 1
    if original == line or not start:
        return columns if original == line else Columns(columns.line, 1, len(original) + 1)
    return Columns(columns.line, start, start + columns.end - columns.start)


def _quoted(location: Location, file: OpenedFile) -> Columns | None:
    """The columns of the first occurrence of the quoted words: from the line of the key on, or in the body."""
    first = (line_of(file.lines, location.key) or 1) if location.key else file.body_line
    for number in range(first, len(file.text) + 1):
        if (place := file.line(number).find(location.quote)) >= 0:
            return Columns(number, place + 1, place + 1 + len(location.quote))
    return None
