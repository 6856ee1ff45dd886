"""Checks documents against the declarations of their kinds; reports every problem of a file at once, with its line."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from almanac.content.corrections import WRITE, Correction, corrected_lines, references_in, renamed_keys, write
from almanac.content.declarations import (
    dataclasses_in,
    field_name,
    front_matter_key,
    keys_at_any_level,
    scope_of,
)
from almanac.content.explanations import explain
from almanac.content.frontmatter import Document, Examined, Tree, examine, line_of, reread
from almanac.content.ids import id_problem, suggested_id
from almanac.content.languages import divided
from almanac.content.positions import Columns, KeyColumns, in_file, key_columns
from almanac.content.records import Record, RecordKind
from almanac.content.references import Reference
from almanac.content.sources import Source
from almanac.core.problems import KeyPath, Location, Problem, Text, text

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # an installed plugin must not change the checks
T = TypeVar("T")
KEY_OF_MAPPING = "[key]"  # the last part of pydantic's location where a key of a mapping is wrong, not its value


class Finding(msgspec.Struct, frozen=True):
    """A problem of a document, and its correction where the right words are certain."""

    problem: Problem
    correction: Correction | None = None


def parse(
    source: Source, kind: RecordKind, known_warnings: Collection[str] | None = None
) -> Record[Any] | list[Problem]:
    """The record that a Markdown file describes, or all that is wrong with it.

    `known_warnings` are the names that `ignore` may hold; None accepts any name.
    """
    if problem := id_problem(divided(source.key)[0] if kind.translated else source.key):
        hint = text("Rename the file: lower-case letters, digits and hyphens, such as 2026-12-05-meeting-ai.md.")
        if better := suggested_id(source.key):
            hint = text("Rename it: {name}", name=f"{better}.md")
        return [Problem(Location(source.path), problem, hint)]
    examined = examine(source.data, keys_at_any_level(kind.fields))
    checked: Any = _check_examined(kind.fields, examined, source.path, known_warnings)
    if isinstance(checked, list):
        return checked
    document = examined.document
    return Record(source.path, source.key, checked, document.body, document.body_line, document.cut)


def names_in(data: bytes, kind: RecordKind) -> list[Reference]:
    """The names in a file with problems, as far as it can be read; those of other files are in their records."""
    document = examine(data, keys_at_any_level(kind.fields)).document
    if renamed := renamed_keys(document, kind.fields):
        document = reread(document, "\n".join(corrected_lines(document, renamed.values())))
    return list(references_in(document.tree, kind.fields))


def parse_yaml(fields_type: type[T], path: str, data: bytes) -> T | list[Problem]:
    """The declared values of a file that is all YAML, or all that is wrong with it."""
    keys = keys_at_any_level(fields_type)  # type: ignore[arg-type]  # mypy takes classes for unhashable
    examined = examine(data, keys, is_yaml=True)
    return _check_examined(fields_type, examined, path, None)


def _check_examined(
    fields_type: type[T], examined: Examined, path: str, known_warnings: Collection[str] | None
) -> T | list[Problem]:
    """The declared values, or the faults of the text and the problems of all values that can be read."""
    document, faults = examined.document, examined.problems(path)
    if faults and not document.tree:
        return faults
    checked = _checked(fields_type, document, path, known_warnings)
    renamed = renamed_keys(document, fields_type) if isinstance(checked, list) else {}
    if renamed:
        faults += [_renamed(document, key, one, path) for key, one in renamed.items()]
        document = reread(document, "\n".join(corrected_lines(document, renamed.values())))
        checked = _checked(fields_type, document, path, known_warnings)
    faults += _without_reason(document, path)
    if not isinstance(checked, list):
        return _problems([Finding(fault) for fault in faults], document) if faults else checked
    spoiled = [fault.key for fault in examined.faults if fault.key]
    found = [one for one in checked if not any(_overlap(one.problem.location.key, key) for key in spoiled)]
    return _problems([*(Finding(fault) for fault in faults), *found], document)


def validate(
    fields_type: type[T], document: Document, path: str, known_warnings: Collection[str] | None = None
) -> T | list[Problem]:
    """The declared values of a document, or all that is wrong with them; `known_warnings` as in `parse`."""
    checked = _checked(fields_type, document, path, known_warnings)
    return _problems(checked, document) if isinstance(checked, list) else checked


def _checked(
    fields_type: type[T], document: Document, path: str, known_warnings: Collection[str] | None
) -> T | list[Finding]:
    given = {field_name(key): value for key, value in document.tree.items()}
    checker: TypeAdapter[T] = adapter(fields_type)  # type: ignore[arg-type]  # mypy takes classes for unhashable
    try:
        return checker.validate_python(given, context={"known_warnings": known_warnings})
    except ValidationError as error:
        columns = key_columns(document)
        details = error.errors(include_url=False)
    return [_finding(detail, fields_type, document, columns, path) for detail in details]


def _problems(found: Iterable[Finding], document: Document) -> list[Problem]:
    """The problems in the order of their lines; each hint has its line with the corrections of all problems on it."""
    found = list(found)
    lines = corrected_lines(document, [one.correction for one in found if one.correction])
    by_number = dict(enumerate(lines, document.head_line)) if document.head else {}
    problems = [one.problem for one in found]
    shown = [
        replace(problem, hint=write(by_number[problem.location.line]))
        if problem.hint and problem.hint.message == WRITE.message and problem.location.line in by_number
        else problem
        for problem in problems
    ]
    return sorted(shown, key=lambda problem: problem.location.line or 0)


def _overlap(first: KeyPath, second: KeyPath) -> bool:
    """Whether two key paths lead to the same value, or one to a part of the other's."""
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]


def _without_reason(document: Document, path: str) -> Iterator[Problem]:
    """A problem for each ignored warning without a reason; other keys without a value count as absent."""
    if ("ignore",) not in document.lines:
        return
    given = document.tree.get("ignore") or {}
    for key in document.lines:
        if len(key) == 2 and key[0] == "ignore" and key[1] not in given:  # noqa: PLR2004 - the key and the name
            hint = text("Write the reason after the colon: {name}: …", name=key[1])
            yield Problem(
                Location(path, key=key, at_name=True), text("To ignore “{name}” takes a reason.", name=key[1]), hint
            )


def json_schema(fields_type: type, warnings: Mapping[str, Text] | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record's front matter, from the same declaration.

    `warnings` are the names that `ignore` may hold, each with its meaning; None accepts any name.
    """
    schema = adapter(fields_type).json_schema()
    schema["properties"] = {front_matter_key(name): value for name, value in schema["properties"].items()}
    if warnings is not None and "ignore" in schema["properties"]:
        named = {name: {"description": meaning.message, "type": "string"} for name, meaning in warnings.items()}
        ignore = schema["properties"]["ignore"] | {"properties": named, "additionalProperties": False}
        schema["properties"]["ignore"] = dict(sorted(ignore.items()))  # in pydantic's order
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@cache
def adapter(fields_type: type[T]) -> TypeAdapter[T]:
    """Pydantic's checker of a declaration. It refuses unknown keys at every level."""
    for declared in dataclasses_in(fields_type):
        # Pydantic reads this attribute of a plain dataclass.
        declared.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
    return TypeAdapter(fields_type)


def _finding(detail: ErrorDetails, fields_type: type, document: Document, columns: KeyColumns, path: str) -> Finding:
    is_key = detail["loc"][-1:] == (KEY_OF_MAPPING,)
    key = _key_path(detail["loc"][:-1] if is_key else detail["loc"], document.tree)
    at_name = is_key or detail["type"] == "unexpected_keyword_argument"
    names = [part for part in key if isinstance(part, str)]
    explained = explain(detail, ".".join(names) or "?", scope_of(fields_type, names[:-1]))
    location = _location(path, document, key, columns.of(key, at_name=at_name), at_name=at_name)
    problem = Problem(location, explained.message, explained.hint)
    if explained.correct is None:
        return Finding(problem)
    place = columns.names.get(key) if at_name else columns.value_of(key)
    if not place:
        return Finding(
            problem if explained.guessed else replace(problem, hint=write(explained.correct_in(is_entry=False)))
        )
    in_list = len(key) > 0 and isinstance(key[-1], int) and key in columns.values
    correction = Correction(place, explained.correct_in(is_entry=in_list))
    line = corrected_lines(document, [correction])[place.line - document.head_line]
    if explained.guessed:
        hint = text("Did you mean “{name}”? Write: {line}", name=explained.correct, line=line.rstrip())
        return Finding(replace(problem, hint=hint))
    return Finding(replace(problem, hint=write(line)), correction)


def _renamed(document: Document, key: KeyPath, one: Correction, path: str) -> Problem:
    message = text("The key “{name}” is called “{key}” here.", name=key[-1], key=one.words)
    return Problem(_location(path, document, key, one.columns, at_name=True), message, WRITE)


def _location(path: str, document: Document, key: KeyPath, columns: Columns | None, *, at_name: bool) -> Location:
    line = line_of(document.lines, key) or min(document.lines.values(), default=1)
    shown = in_file(columns, document) if columns and columns.line == line else None
    return Location(path, line, key, at_name=at_name, columns=(shown.start, shown.end) if shown else None)


def _key_path(loc: tuple[int | str, ...], tree: Tree) -> KeyPath:
    """The key path of pydantic's location, which also names the branches of unions."""
    path: list[int | str] = []
    for place, part in enumerate(loc):
        name = front_matter_key(part) if isinstance(part, str) else part
        if isinstance(tree, dict) and (name in tree or place == len(loc) - 1):
            path.append(name)
            tree = tree.get(str(name))
        elif isinstance(tree, list) and isinstance(name, int) and name < len(tree):
            path.append(name)
            tree = tree[name]
    return tuple(path)
