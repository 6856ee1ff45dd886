"""Finds the line and the columns of a problem in its file, for problems that are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec
import yaml
from msgspec.structs import replace

from almanac.content.frontmatter import (
    Document,
    InvalidFrontMatter,
    KeyLines,
    decode,
    line_of,
    read_document,
    read_yaml_file,
    split,
)
from almanac.core.problems import KeyPath, Location, Problem


class Columns(msgspec.Struct, frozen=True):
    """A part of one line: `start` is its first column, `end` the column after its last; both count from 1."""

    line: int
    start: int
    end: int


class OpenedFile(msgspec.Struct, frozen=True):
    """A file on disk: its lines, the line of each key, the columns of keys and values, the first line of the body."""

    text: tuple[str, ...] = ()
    lines: KeyLines = msgspec.field(default_factory=dict)
    names: dict[KeyPath, Columns] = msgspec.field(default_factory=dict)
    values: dict[KeyPath, Columns] = msgspec.field(default_factory=dict)
    body_line: int = 1

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
            return _open(path, data, decode(data))
        except (OSError, InvalidFrontMatter, ValueError):  # ValueError: a path with a null byte
            return OpenedFile()

    return opened


def positioned(location: Location, opened: Opener) -> Location:
    """The location with its line and columns, where they can be found."""
    if not location.key and not location.quote:
        return location
    file = opened(location.path)
    span = _quoted(location, file) if location.quote else None
    span = span or _span(location, file)
    line = location.line or (span.line if span else line_of(file.lines, location.key))
    if line is None and location.key and file.text:
        line = 1
    return replace(
        location, line=line, columns=(span.start, span.end) if span and span.line == line else location.columns
    )


def _open(path: str, data: bytes, content: str) -> OpenedFile:
    text = tuple(content.split("\n"))
    document = (read_document if path.endswith(".md") else read_yaml_file)(path, data)
    if not isinstance(document, Document):
        return OpenedFile(text)
    head, first_line = (split(content)[0], 2) if path.endswith(".md") else (content, 1)
    file = OpenedFile(text, document.lines, body_line=document.body_line or 1)
    node = yaml.compose(head, Loader=yaml.CBaseLoader)
    for key, name, value in _nodes(node, ()):
        shown = _span_of(value, first_line, file)
        file.values[key] = shown
        if name is not None:
            file.names[key] = _span_of(name, first_line, file)
    return file


def _nodes(node: yaml.Node | None, key: KeyPath) -> Iterator[tuple[KeyPath, yaml.Node | None, yaml.Node]]:
    """Every value below `node`: its key path, the node of its key (None in a list), and its own node."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            inner = (*key, str(name.value))
            yield inner, name, value
            yield from _nodes(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield (*key, place), None, value
            yield from _nodes(value, (*key, place))


def _span_of(node: yaml.Node, first_line: int, file: OpenedFile) -> Columns:
    start, end = node.start_mark, node.end_mark
    number = start.line + first_line
    last = end.column if end.line == start.line else len(file.line(number).rstrip())
    return Columns(number, start.column + 1, last + 1)


def _span(location: Location, file: OpenedFile) -> Columns | None:
    """The columns of the value, if it begins on the key's line; else those of the key. None for a missing key."""
    key = location.key
    while key and key not in file.values and isinstance(key[-1], int):  # `theme: sky` is a list of one
        key = key[:-1]
    value, name = file.values.get(key), file.names.get(key)
    if location.at_name or (name and value and value.line != name.line):
        return name
    return value if value and value.end > value.start else name


def _quoted(location: Location, file: OpenedFile) -> Columns | None:
    """The columns of the first occurrence of the quoted words: from the line of the key on, or in the body."""
    first = (line_of(file.lines, location.key) or 1) if location.key else file.body_line
    for number in range(first, len(file.text) + 1):
        if (place := file.line(number).find(location.quote)) >= 0:
            return Columns(number, place + 1, place + 1 + len(location.quote))
    return None


def located(problems: Iterable[Problem], root: Path) -> list[Problem]:
    """The problems with line and columns wherever they are known, in the order of files and lines."""
    opened = opener(root)
    found = [replace(problem, location=positioned(problem.location, opened)) for problem in problems]
    return sorted(
        found, key=lambda problem: (problem.location.path, problem.location.line or 0, problem.message.message)
    )
