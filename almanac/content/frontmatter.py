"""Front matter: YAML between `---` lines, read as written.

YAML's own guesses (`no` is false, `14:00` is 840, 2019 is a number) are not asked for: the tree holds strings, lists and
mappings only, and the declaration of each field says how its text is read. Tags and anchors are refused.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import TypeAlias

import msgspec
import yaml

from almanac.problems import KeyPath, Location, Problem, Text, text

Tree: TypeAlias = str | list["Tree"] | dict[str, "Tree"] | None
Lines: TypeAlias = dict[KeyPath, int]

FENCE = re.compile(r"---[ \t]*$", re.MULTILINE)
PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value"))
LARGEST = 64 * 1024
DEEPEST = 20


class Document(msgspec.Struct, frozen=True):
    """A file taken apart: the tree of its front matter, the line of every key path, and the Markdown after it."""

    tree: dict[str, Tree]
    lines: Lines
    body: str
    body_line: int


class Unsound(Exception):  # noqa: N818 - a value on its way to becoming a Problem
    """What makes a file unreadable, and the line on which it stands."""

    def __init__(self, line: int, message: Text, hint: Text | None = None) -> None:
        super().__init__(message.message)
        self.line, self.message, self.hint = line, message, hint


def read_document(path: str, data: bytes) -> Document | Problem:
    """Takes a Markdown file apart; the first thing that makes it unreadable is the Problem."""
    try:
        head, body, body_line = split(decode(data))
        tree, lines = read_mapping(head, first_line=2)
    except Unsound as refused:
        return Problem(Location(path, refused.line), refused.message, refused.hint)
    return Document(tree, lines, body, body_line)


def read_yaml_file(path: str, data: bytes) -> Document | Problem:
    """The same for a file that is YAML throughout, such as config.yaml."""
    try:
        tree, lines = read_mapping(decode(data), first_line=1)
    except Unsound as refused:
        return Problem(Location(path, refused.line), refused.message, refused.hint)
    return Document(tree, lines, "", 0)


def line_of(lines: Lines, key: KeyPath) -> int | None:
    """The line of a key path, or of the nearest key around it that stands in the file."""
    return next((lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None)


def decode(data: bytes) -> str:
    """The text of a file, its lines ended by newlines. Raises Unsound where it is not UTF-8."""
    data = data.removeprefix(BOM_UTF8)  # what Notepad writes before the text
    try:
        decoded = data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unsound(line, text("This file is not UTF-8 text."), text("Save it again with the encoding UTF-8.")) from None
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def split(content: str) -> tuple[str, str, int]:
    """The front matter, the body after it, and the line on which the body begins. Raises Unsound where there are no fences."""
    opening = FENCE.match(content)
    if not opening:
        raise Unsound(1, text("The first line must be ---."), text("Begin the file with a line of three hyphens, then the keys, then a second such line."))
    closing = FENCE.search(content, opening.end() + 1)
    if not closing:
        raise Unsound(1, text("The front matter has no end."), text("Put a line of three hyphens (---) between the keys and the text."))
    body_line = content.count("\n", 0, closing.end()) + 2
    return content[opening.end() + 1 : closing.start()], content[closing.end() + 1 :], body_line


def read_mapping(source: str, first_line: int) -> tuple[dict[str, Tree], Lines]:
    """The tree and lines of YAML that must be a mapping; `first_line` is the line on which `source` begins."""
    if len(source) > LARGEST:
        raise Unsound(
            first_line, text("The front matter is longer than {size} KB.", size=LARGEST // 1024), text("Long text belongs after the second --- line.")
        )
    _refuse_tabs(source, first_line)
    try:
        _refuse_depth(source, first_line)
        node = yaml.compose(source, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, first_line) from None
    except yaml.reader.ReaderError as error:
        line = first_line + source[: error.position].count("\n")
        raise Unsound(
            line, text("There is a character here that YAML does not allow."), text("Delete invisible characters, then type the line again.")
        ) from None
    lines: Lines = {}
    if node is None:
        return {}, lines
    if not isinstance(node, yaml.MappingNode):
        raise Unsound(first_line, text("Front matter consists of lines of the form “key: value”."))
    tree = _Walk(first_line, lines).mapping(node, ())
    return tree, lines


class _Walk:
    """Turns YAML nodes into a tree; a node met twice is an alias, and expanding those could go on for ever."""

    def __init__(self, first_line: int, lines: Lines) -> None:
        self.first_line, self.lines, self.met = first_line, lines, set[int]()

    def value(self, node: yaml.Node, key: KeyPath) -> Tree:
        line = node.start_mark.line + self.first_line
        if id(node) in self.met:
            raise Unsound(line, text("YAML anchors (&) and aliases (*) are not used here."), text("Write the value out, or put it in quotes."))
        if node.tag not in PLAIN_TAGS:
            raise Unsound(line, text("YAML tags (“{tag}”) are not used here.", tag=node.tag), text("Put the value in quotes if it begins with “!”."))
        self.met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.item(child, (*key, place)) for place, child in enumerate(node.value)]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def item(self, node: yaml.Node, key: KeyPath) -> Tree:
        self.lines[key] = node.start_mark.line + self.first_line
        return self.value(node, key)

    def mapping(self, node: yaml.MappingNode, key: KeyPath) -> dict[str, Tree]:
        tree: dict[str, Tree] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + self.first_line
            if not isinstance(name_node, yaml.ScalarNode):
                raise Unsound(line, text("A key must be a plain word."), text("Put values with brackets in quotes."))
            name = str(name_node.value)
            if name in tree:
                raise Unsound(line, text("The key “{name}” stands here a second time.", name=name), text("Keep one of the two lines."))
            self.lines[(*key, name)] = line
            tree[name] = self.value(value_node, (*key, name))
        return {name: value for name, value in tree.items() if value is not None}


def _scalar(node: yaml.ScalarNode) -> str | None:
    value = str(node.value)
    return None if not node.style and value in {"", "~", "null"} else value


def _refuse_tabs(source: str, first_line: int) -> None:
    for place, line in enumerate(source.split("\n") if "\t" in source else ()):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise Unsound(first_line + place, text("This line is indented with a tab."), text("YAML wants spaces: two for each level."))


def _refuse_depth(source: str, first_line: int) -> None:
    """The C loader composes by recursion and would end the process: deep nesting is found by its events instead."""
    if sum(source.count(mark) for mark in ("[", "{", "-", "?")) < DEEPEST and "\n" + " " * DEEPEST not in source:
        return
    depth = 0
    for event in _events(source):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line if event.start_mark else 0
            raise Unsound(line + first_line, text("This is nested more than {depth} levels deep.", depth=DEEPEST))


def _events(source: str) -> Iterator[yaml.Event]:
    return yaml.parse(source, Loader=yaml.CBaseLoader)


def _not_yaml(error: yaml.MarkedYAMLError, first_line: int) -> Unsound:
    mark = error.problem_mark or error.context_mark
    line = first_line + (mark.line if mark else 0)
    if "alias" in f"{error.problem}{error.context}":
        return Unsound(line, text("YAML anchors (&) and aliases (*) are not used here."), text("Write the value out, or put it in quotes."))
    return Unsound(
        line,
        text("This is not valid YAML ({problem}).", problem=error.problem or "?"),
        text("Look at this line and the one above: a quote or bracket may be open, or a value holds “: ” and needs quotes."),
    )
