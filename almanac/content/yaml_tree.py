"""Reads YAML into a tree of strings, lists and mappings, with the line of every key.

YAML does not guess types here: `no` is not false, and `14:00` is not 840. Tags, anchors and aliases are faults, so no
text can grow while it is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple, TypeAlias

import msgspec
import yaml

from almanac.content.fences import CutText, Fault, InvalidFrontMatter
from almanac.content.yaml_spelling import quoted
from almanac.core.problems import KeyPath, Text, text

Tree: TypeAlias = str | list["Tree"] | dict[str, "Tree"] | None
KeyLines: TypeAlias = dict[KeyPath, int]

TYPES = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
PLAIN_TAGS = frozenset((None, "!", *(f"tag:yaml.org,2002:{name}" for name in TYPES)))
VALUES = (yaml.ScalarEvent, yaml.CollectionStartEvent)
NO_VALUES = frozenset({"", "~", "null"})
DEEPEST = 20
NOT_A_MAPPING = text("Front matter consists of lines of the form “key: value”.")
UNREADABLE = text("This line cannot be read.")
COMMENT = re.compile(r"( +)#( ?)[^\n]*")
KEY_AT_START = re.compile(r"(?:- +)?(?:([a-z_]+)|\d{4}-\d{1,2}-\d{1,2})[ \u3000]*[:：](?!//)")
ITEM = re.compile(r"-[ \w]")
KEY_AFTER_COMMA = re.compile(r"[，；、][ \u3000]*([a-z_]+)[ \u3000]*[:：](?!//)")


class Span(NamedTuple):
    """Where an event begins and ends."""

    start: yaml.Mark
    end: yaml.Mark


class Misread(msgspec.Struct, frozen=True):
    """A line whose meaning YAML takes for another, and what is wrong with it."""

    line: int
    message: Text


class TreeReader:
    """Makes a tree of YAML events (YAML 1.2, section 3.1); the library's composer would follow aliases at any depth.

    `keys` are the keys of the declaration. `misread` are the lines where YAML takes a key for text, or text for a key,
    because of a colon or a blank: it accepts them, and what the author wrote is lost.
    """

    def __init__(self, source: str, first_line: int, keys: Collection[str] = ()) -> None:
        self.source, self.first_line, self.keys = source, first_line, keys
        self.events: Iterator[Any] = iter(yaml.CBaseLoader(source).get_event, None)  # each with its marks
        self.has_comments = " #" in source
        self.lines: KeyLines = {}
        self.faults: list[Fault] = []
        self.cut: list[CutText] = []
        self.misread: list[Misread] = []
        self.is_in_brackets = False  # the whole document

    def document(self) -> dict[str, Tree]:
        """The mapping of the document; empty for an empty document. Raises YAMLError or InvalidFrontMatter."""
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return {}
        start = next(self.events)
        if not isinstance(start, yaml.MappingStartEvent):
            raise InvalidFrontMatter(Fault(self.line(start), NOT_A_MAPPING))
        self.is_in_brackets = bool(start.flow_style)
        tree = self.mapping((), in_flow=self.is_in_brackets)
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise InvalidFrontMatter(Fault(self.line(after), NOT_A_MAPPING))
        return tree

    def mapping(self, key: KeyPath, *, in_flow: bool) -> dict[str, Tree]:
        tree: dict[str, Tree] = {}
        for named in self.events:
            if isinstance(named, yaml.MappingEndEvent):
                self.ended(named)
                break
            if not isinstance(named, yaml.ScalarEvent):
                self.fault(named, text("A key must be a plain word."), text("Put values with brackets in quotes."))
                self.skip(named)
                self.skip(next(self.events))
                continue
            name = named.value
            inner = (*key, name)
            event = next(self.events)
            if name in tree:
                message = text("The key “{name}” stands here a second time.", name=name)
                self.fault(named, message, text("Keep one of the two lines."))
                self.skip(event)
                continue
            self.lines[inner] = self.line(named)
            tree[name] = self.value(event, inner)
            self.read(inner, named, event)
            self.look_at(named, event, in_flow=in_flow)
        return {name: value for name, value in tree.items() if value is not None}

    def sequence(self, key: KeyPath, *, in_flow: bool) -> list[Tree]:
        found: list[Tree] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                self.ended(event)
                break
            place = (*key, len(found))
            self.lines[place] = self.first_line + event.start_mark.line
            found.append(self.value(event, place))
            self.read(place, None, event)
            if isinstance(event, yaml.ScalarEvent) and not event.style and not in_flow:
                self.look_for_keys(event, own_line=True)
        return found

    def value(self, event: Any, key: KeyPath) -> Tree:
        if not isinstance(event, VALUES) or event.anchor:
            message = text("YAML anchors (&) and aliases (*) are not used here.")
            self.unusable(event, key, message, text("Write the value out, or put it in quotes."))
            return None
        if event.tag not in PLAIN_TAGS:
            message = text("YAML tags (“{tag}”) are not used here.", tag=event.tag)
            self.unusable(event, key, message, text("Put the value in quotes if it begins with “!”."))
            return None
        if isinstance(event, yaml.ScalarEvent):
            if self.has_comments and not event.style:
                self.look_for_comment(event)
            return None if not event.style and event.value in NO_VALUES else event.value
        if len(key) >= DEEPEST:
            message = text("This is nested more than {depth} levels deep.", depth=DEEPEST)
            raise InvalidFrontMatter(Fault(self.line(event), message))
        in_flow = bool(event.flow_style)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(key, in_flow=in_flow)
        return self.sequence(key, in_flow=in_flow)

    def unusable(self, event: Any, key: KeyPath, message: Text, hint: Text) -> None:
        """Passes over a value that is a fault."""
        self.fault(event, message, hint, key)
        self.skip(event)

    def fault(self, event: Any, message: Text, hint: Text | None, key: KeyPath = ()) -> None:
        start, end = event.start_mark, event.end_mark
        columns = (start.column + 1, end.column + 1) if end.line == start.line and end.column > start.column else None
        self.faults.append(Fault(self.line(event), message, hint, columns, key))

    def skip(self, event: Any) -> None:
        """Passes over an event and the events inside it."""
        depth = int(isinstance(event, yaml.CollectionStartEvent))
        while depth:
            inner = next(self.events)
            self.ended(inner)
            depth += isinstance(inner, yaml.CollectionStartEvent) - isinstance(inner, yaml.CollectionEndEvent)

    def look_at(self, named: Any, event: Any, *, in_flow: bool) -> None:
        """Looks for a key that YAML took for text, and for text that it took for a key."""
        name, line = named.value, named.start_mark.line
        first, last = event.start_mark.line, event.end_mark.line
        if not named.style and (":" in name or "：" in name or name != name.strip()):
            self.misread.append(Misread(self.line(named), UNREADABLE))
        if not isinstance(event, yaml.ScalarEvent) or event.style:
            return
        if not event.value:
            if not self.source[named.end_mark.index :].lstrip().startswith(":"):
                message = text("“{name}” has no value: a colon and a value belong behind it.", name=name)
                self.misread.append(Misread(self.line(named), message))
        elif in_flow:
            if not event.value.isascii() and any(key in self.keys for key in KEY_AFTER_COMMA.findall(event.value)):
                self.misread.append(Misread(self.line(event), UNREADABLE))
        elif last > line:
            self.look_for_keys(event, own_line=first > line)

    def look_for_keys(self, event: Any, *, own_line: bool) -> None:
        """Looks for lines of a plain value that begin with a key or a hyphen; at the first only if it stands alone."""
        start, end = event.start_mark, event.end_mark
        for number, line in enumerate(self.source[start.index : end.index].split("\n")):
            if not number and not own_line:
                continue
            found = KEY_AT_START.match(line.strip())
            if ITEM.match(line.strip()) or (found and self.keys and (found[1] is None or found[1] in self.keys)):
                self.misread.append(Misread(self.first_line + start.line + number, UNREADABLE))

    def look_for_comment(self, event: Any) -> None:
        """Looks for a comment behind a plain value: two blanks before `#` and one after it are a deliberate comment."""
        start, end = event.start_mark, event.end_mark
        found = COMMENT.match(self.source, end.index)
        if found and start.line == end.line and (len(found[1]) == 1 or not found[2]):
            comment, column = found[0].strip(), end.column + len(found[1]) + 1
            before = self.source[start.index - start.column : start.index]
            line = f"{before}{quoted(self.source[start.index : found.end()].rstrip())}"
            self.cut.append(CutText(self.first_line + end.line, column, column + len(comment), comment, line))

    def line(self, event: Any) -> int:
        return self.first_line + int(event.start_mark.line)

    def read(self, key: KeyPath, named: Any, event: Any) -> None:
        """Called for every value: its key path, the event of its key (None in a list), and its own event."""

    def ended(self, event: Any) -> None:
        """Called for the last event of every mapping and list."""


class PositionReader(TreeReader):
    """Also notes where every key and every value stands, by key path."""

    def __init__(self, source: str, first_line: int) -> None:
        super().__init__(source, first_line)
        self.names: dict[KeyPath, Span] = {}
        self.values: dict[KeyPath, Span] = {}
        self.end: yaml.Mark | None = None  # of the last mapping or list

    def read(self, key: KeyPath, named: Any, event: Any) -> None:
        if named:
            self.names[key] = Span(named.start_mark, named.end_mark)
        is_collection = isinstance(event, yaml.CollectionStartEvent) and self.end
        self.values[key] = Span(event.start_mark, self.end if is_collection and self.end else event.end_mark)

    def ended(self, event: Any) -> None:
        self.end = event.end_mark
