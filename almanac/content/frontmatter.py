"""Reads front matter: YAML between `---` lines.

The tree holds strings, lists and mappings only: YAML does not guess types (`no` is not false, `14:00` is not 840).
The declaration of a field decides how its text is read. Tags and anchors are refused.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import TypeAlias

import msgspec
import yaml

from almanac.core.problems import KeyPath, Location, Problem, Text, text

Tree: TypeAlias = str | list["Tree"] | dict[str, "Tree"] | None
KeyLines: TypeAlias = dict[KeyPath, int]

FENCE = re.compile(r"---[ \t]*$", re.MULTILINE)
PLAIN_TAGS = frozenset(
    (
        None,
        "!",
        *(
            f"tag:yaml.org,2002:{name}"
            for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
        ),
    )
)
VALUES = (yaml.ScalarEvent, yaml.CollectionStartEvent)
LARGEST = 64 * 1024
DEEPEST = 20


class Document(msgspec.Struct, frozen=True):
    """A file in parts: the tree of its front matter, the line of every key path, and the Markdown after it."""

    tree: dict[str, Tree]
    lines: KeyLines
    body: str
    body_line: int


class InvalidFrontMatter(Exception):  # noqa: N818 - becomes a Problem
    """The front matter cannot be read: the line, the message, and a hint."""

    def __init__(self, line: int, message: Text, hint: Text | None = None) -> None:
        super().__init__(message.message)
        self.line, self.message, self.hint = line, message, hint


def read_document(path: str, data: bytes) -> Document | Problem:
    """The parts of a Markdown file, or the first problem that makes it unreadable."""
    try:
        head, body, body_line = split(decode(data))
        tree, lines = read_mapping(head, first_line=2)
    except InvalidFrontMatter as refused:
        return Problem(Location(path, refused.line), refused.message, refused.hint)
    return Document(tree, lines, body, body_line)


def read_yaml_file(path: str, data: bytes) -> Document | Problem:
    """The parts of a file that is all YAML, such as config.yaml, or the first problem that makes it unreadable."""
    try:
        tree, lines = read_mapping(decode(data), first_line=1)
    except InvalidFrontMatter as refused:
        return Problem(Location(path, refused.line), refused.message, refused.hint)
    return Document(tree, lines, "", 0)


def line_of(lines: KeyLines, key: KeyPath) -> int | None:
    """The line of a key path, or of its nearest parent that stands in the file."""
    return next((lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None)


def decode(data: bytes) -> str:
    """The text of a file with LF line ends. Raises InvalidFrontMatter if it is not UTF-8."""
    data = data.removeprefix(BOM_UTF8)  # Notepad writes one
    try:
        decoded = data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidFrontMatter(
            line, text("This file is not UTF-8 text."), text("Save it again with the encoding UTF-8.")
        ) from None
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def split(content: str) -> tuple[str, str, int]:
    """The front matter, the body, and the first line of the body. Raises InvalidFrontMatter without fences."""
    opening = FENCE.match(content)
    if not opening:
        raise InvalidFrontMatter(
            1,
            text("The first line must be ---."),
            text("Begin the file with a line of three hyphens, then the keys, then a second such line."),
        )
    closing = FENCE.search(content, opening.end() + 1)
    if not closing:
        raise InvalidFrontMatter(
            1,
            text("The front matter has no end."),
            text("Put a line of three hyphens (---) between the keys and the text."),
        )
    body_line = content.count("\n", 0, closing.end()) + 2
    return content[opening.end() + 1 : closing.start()], content[closing.end() + 1 :], body_line


def read_mapping(source: str, first_line: int) -> tuple[dict[str, Tree], KeyLines]:
    """The tree and key lines of YAML that must be a mapping; `first_line` is the line of the file at which it begins.

    Raises InvalidFrontMatter.
    """
    if len(source) > LARGEST:
        raise InvalidFrontMatter(
            first_line,
            text("The front matter is longer than {size} KB.", size=LARGEST // 1024),
            text("Long text belongs after the second --- line."),
        )
    _refuse_tabs(source, first_line)
    reader = _Reader(source, first_line)
    try:
        return reader.document(), reader.lines
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, first_line) from None
    except yaml.reader.ReaderError as error:
        line = first_line + source[: error.position].count("\n")
        raise InvalidFrontMatter(
            line,
            text("There is a character here that YAML does not allow."),
            text("Delete invisible characters, then type the line again."),
        ) from None


class _Reader:
    """Makes a tree of YAML events (YAML 1.2, section 3.1); the library's composer would follow aliases at any depth."""

    def __init__(self, source: str, first_line: int) -> None:
        self.events: Iterator[yaml.Event] = iter(yaml.CBaseLoader(source).get_event, None)
        self.first_line = first_line
        self.lines: KeyLines = {}

    def document(self) -> dict[str, Tree]:
        """The mapping of the document; empty for an empty document."""
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return {}
        if not isinstance(next(self.events), yaml.MappingStartEvent):
            raise InvalidFrontMatter(self.first_line, text("Front matter consists of lines of the form “key: value”."))
        tree = self.mapping(())
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _invalid(self.line(after), "another document begins here")
        return tree

    def mapping(self, key: KeyPath) -> dict[str, Tree]:
        tree: dict[str, Tree] = {}
        for named in self.events:
            if isinstance(named, yaml.MappingEndEvent):
                break
            line = self.line(named)
            if not isinstance(named, yaml.ScalarEvent):
                raise InvalidFrontMatter(
                    line, text("A key must be a plain word."), text("Put values with brackets in quotes.")
                )
            name = named.value
            if name in tree:
                raise InvalidFrontMatter(
                    line,
                    text("The key “{name}” stands here a second time.", name=name),
                    text("Keep one of the two lines."),
                )
            self.lines[(*key, name)] = line
            tree[name] = self.value(next(self.events), (*key, name))
        return {name: value for name, value in tree.items() if value is not None}

    def sequence(self, key: KeyPath) -> list[Tree]:
        found: list[Tree] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            place = (*key, len(found))
            self.lines[place] = self.line(event)
            found.append(self.value(event, place))
        return found

    def value(self, event: yaml.Event, key: KeyPath) -> Tree:
        if not isinstance(event, VALUES):
            raise _alias(self.line(event))
        if event.tag not in PLAIN_TAGS:
            hint = text("Put the value in quotes if it begins with “!”.")
            raise InvalidFrontMatter(
                self.line(event), text("YAML tags (“{tag}”) are not used here.", tag=event.tag), hint
            )
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if len(key) >= DEEPEST:
            raise InvalidFrontMatter(
                self.line(event), text("This is nested more than {depth} levels deep.", depth=DEEPEST)
            )
        return self.mapping(key) if isinstance(event, yaml.MappingStartEvent) else self.sequence(key)

    def line(self, event: yaml.Event) -> int:
        return self.first_line + (event.start_mark.line if event.start_mark else 0)


def _scalar(event: yaml.ScalarEvent) -> str | None:
    return None if not event.style and event.value in {"", "~", "null"} else event.value


def _refuse_tabs(source: str, first_line: int) -> None:
    for place, line in enumerate(source.split("\n") if "\t" in source else ()):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise InvalidFrontMatter(
                first_line + place,
                text("This line is indented with a tab."),
                text("YAML wants spaces: two for each level."),
            )


def _not_yaml(error: yaml.MarkedYAMLError, first_line: int) -> InvalidFrontMatter:
    mark = error.problem_mark or error.context_mark
    line = first_line + (mark.line if mark else 0)
    if "alias" in f"{error.problem}{error.context}":
        return _alias(line)
    return _invalid(line, error.problem or "?")


def _invalid(line: int, problem: str) -> InvalidFrontMatter:
    hint = text(
        "Look at this line and the one above: a quote or bracket may be open, or a value holds “: ” and needs quotes."
    )
    return InvalidFrontMatter(line, text("This is not valid YAML ({problem}).", problem=problem), hint)


def _alias(line: int) -> InvalidFrontMatter:
    return InvalidFrontMatter(
        line,
        text("YAML anchors (&) and aliases (*) are not used here."),
        text("Write the value out, or put it in quotes."),
    )
