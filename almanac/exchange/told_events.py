"""Reads the text of an event that the form for staff makes: a line for each value, by the labels of the form.

标题：走进人工智能
报名 · 名额：120
场次 1 · 开始：2026-12-05 14:00
正文：
主讲人从下棋讲起。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from almanac.content.form_fields import FLAGS, FormField, form_fields
from almanac.content.frontmatter import Tree
from almanac.content.names import Registry
from almanac.content.records.event import EventFields
from almanac.core.problems import Text, Translate, text

COLON = "："
BETWEEN = " · "
BODY = text("Text of the event").message
YES_AND_NO = (text("Yes").message, text("No").message)


class ToldEvent(msgspec.Struct, frozen=True):
    """The front matter and the body of a text, and a question for each line that cannot be read."""

    tree: Mapping[str, Tree]
    body: str
    questions: tuple[Text, ...]


class _Line(msgspec.Struct, frozen=True):
    """A value, and the labels that lead to it."""

    names: tuple[str, ...]
    value: str

    @property
    def below(self) -> _Line:
        """The same value seen from the first label."""
        return _Line(self.names[1:], self.value)


class _Words(msgspec.Struct, frozen=True):
    """What is needed to read a value: the registries, and a translation of yes and no."""

    registries: Mapping[str, Registry]
    flags: Mapping[str, str]


def read_told(told: str, registries: Mapping[str, Registry], translate: Translate) -> ToldEvent:
    """The event of a text. Blank lines do not count; names of records become their keys."""
    lines, body = _parts(told.replace("\r\n", "\n"), f"{translate(BODY)}{COLON}")
    fields = form_fields(EventFields, translate)
    words = _Words(registries, {translate(word): flag for word, flag in zip(YES_AND_NO, FLAGS, strict=True)})
    values = [(line, _line(line)) for line in lines if line.strip()]
    questions = (
        text("This line of the text cannot be read: {line}", line=line)
        for line, value in values
        if not _is_known(fields, value)
    )
    tree = _tree(fields, [value for _, value in values if _is_known(fields, value)], words)
    return ToldEvent(tree, f"{body}\n", tuple(questions))


def _parts(told: str, marker: str) -> tuple[list[str], str]:
    """The lines of the values, and the text below the marker of the body."""
    lines = told.split("\n")
    place = next((number for number, line in enumerate(lines) if line.strip() == marker), len(lines))
    return lines[:place], "\n".join(lines[place + 1 :]).strip("\n")


def _line(line: str) -> _Line:
    name, _, value = line.strip().partition(COLON)
    return _Line(tuple(name.split(BETWEEN)), value)


def _entry(field: FormField, name: str) -> str | None:
    """The number or the key of the entry that a label means, empty for a field without; None for another field."""
    if field.keyed or (field.several and field.fields):
        label, _, entry = name.rpartition(" ")
        return entry if label == field.label else None
    return "" if name == field.label else None


def _is_known(fields: Sequence[FormField], line: _Line) -> bool:
    """Whether the labels of a line lead to a value."""
    if not line.value or not line.names:
        return False
    found = (field for field in fields if _entry(field, line.names[0]) is not None)
    return any(_is_known(field.fields, line.below) if line.below.names else field.kind != "mapping" for field in found)


def _tree(fields: Sequence[FormField], lines: Sequence[_Line], words: _Words) -> dict[str, Tree]:
    """The front matter of some lines, by the declared order of its keys."""
    found: dict[str, Tree] = {}
    for field in fields:
        entries: dict[str, list[_Line]] = {}
        for line in lines:
            if (entry := _entry(field, line.names[0])) is not None:
                entries.setdefault(entry, []).append(line.below)
        if entries:
            found[field.key] = _held(field, entries, words)
    return found


def _held(field: FormField, entries: Mapping[str, Sequence[_Line]], words: _Words) -> Tree:
    """The value of a field from the lines of its entries."""
    if field.keyed:
        return {key: _one(field, lines, words) for key, lines in entries.items()}
    if field.several and field.fields:
        return [_one(field, lines, words) for lines in entries.values()]
    (lines,) = entries.values()
    if field.several:
        return [_value(field, line.value, words) for line in lines]
    return _one(field, lines, words)


def _one(field: FormField, lines: Sequence[_Line], words: _Words) -> Tree:
    if any(line.names for line in lines):
        return _tree(field.fields, [line for line in lines if line.names], words)
    return _value(field, lines[-1].value, words)


def _value(field: FormField, value: str, words: _Words) -> Tree:
    """A value as front matter has it."""
    if field.kind == "flag":
        return words.flags.get(value, value)
    if field.kind == "coordinates":
        return [part.strip() for part in value.split(",")]
    if field.choices:
        return next((choice for choice, word in field.choices if word == value), value)
    registry = words.registries.get(field.to)
    return (registry.key_of(value) if registry and field.to != "assets" else None) or value
