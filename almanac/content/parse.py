"""Checks documents against the declarations of their kinds; reports every problem of a file at once, with its line."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from keyword import iskeyword
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from almanac.content.fields import Field, id_problem
from almanac.content.frontmatter import Document, KeyLines, Tree, line_of, read_document, read_yaml_file
from almanac.content.records import Record, RecordKind
from almanac.content.sources import Source
from almanac.core.problems import KeyPath, Location, Problem, Text, Unreadable, did_you_mean, text

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # an installed plugin must not change what is checked
T = TypeVar("T")
KEY_OF_MAPPING = "[key]"  # the last part of pydantic's location where a key of a mapping is wrong, not its value


def parse(
    source: Source, kind: RecordKind, known_warnings: Collection[str] | None = None
) -> Record[Any] | list[Problem]:
    """The record that a Markdown file describes, or all that is wrong with it.

    `known_warnings` are the names that `ignore` may hold; None accepts any name.
    """
    if problem := id_problem(source.key):
        hint = text("Rename the file: lower-case letters, digits and hyphens, such as 2026-12-05-meeting-ai.md.")
        return [Problem(Location(source.path), problem, hint)]
    document = read_document(source.path, source.data)
    if isinstance(document, Problem):
        return [document]
    checked: Any = check(kind.fields, document, source.path, known_warnings)
    problems = [*_without_reason(document, source.path), *(checked if isinstance(checked, list) else ())]
    if problems:
        return problems
    return Record(source.path, source.key, checked, document.body, document.body_line)


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


def parse_yaml(fields_type: type[T], path: str, data: bytes) -> T | list[Problem]:
    """The declared values of a file that is all YAML, or all that is wrong with it."""
    document = read_yaml_file(path, data)
    return [document] if isinstance(document, Problem) else check(fields_type, document, path)


def check(
    fields_type: type[T], document: Document, path: str, known_warnings: Collection[str] | None = None
) -> T | list[Problem]:
    """The declared values of a document, or all that is wrong with them; `known_warnings` as in `parse`."""
    try:
        given = {field_name(key): value for key, value in document.tree.items()}
        checker: TypeAdapter[T] = adapter(fields_type)  # type: ignore[arg-type]  # mypy takes classes for unhashable
        checked = checker.validate_python(given, context={"known_warnings": known_warnings})
    except ValidationError as error:
        found = [_problem(detail, fields_type, document, path) for detail in error.errors(include_url=False)]
        return sorted(found, key=lambda problem: problem.location.line or 0)
    return checked


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
    for declared in _dataclasses(fields_type):
        # Pydantic reads this attribute of a plain dataclass.
        declared.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
    return TypeAdapter(fields_type)


def _dataclasses(declared: object) -> Iterator[type]:
    """Every dataclass in a type hint, those of nested mappings included."""
    if isinstance(declared, type) and is_dataclass(declared):
        yield declared
        for hint in get_type_hints(declared, include_extras=True).values():
            yield from _dataclasses(hint)
    for inner in (
        *getattr(declared, "__args__", ()),
        *getattr(declared, "__metadata__", ()),
        getattr(declared, "mapping", None),
    ):
        if inner is not None:
            yield from _dataclasses(inner)


def field_name(key: str) -> str:
    """The dataclass field of a front-matter key: `except_` for `except`, which is a word of Python."""
    return f"{key}_" if iskeyword(key) else key


def front_matter_key(name: str) -> str:
    """The front-matter key of a dataclass field."""
    return name[:-1] if name.endswith("_") and iskeyword(name[:-1]) else name


def _problem(detail: ErrorDetails, fields_type: type, document: Document, path: str) -> Problem:
    key = _key_path(detail["loc"], document.tree)
    line = line_of(document.lines, key) or _first_line(document.lines)
    at_name = detail["type"] == "unexpected_keyword_argument" or detail["loc"][-1:] == (KEY_OF_MAPPING,)
    location = Location(path, line, key, at_name=at_name)
    names = [part for part in key if isinstance(part, str)]
    scope = _scope(fields_type, names[:-1])
    message, hint = _explain(detail, ".".join(names) or "?", scope, _declaration(scope, names))
    return Problem(location, message, hint)


def _first_line(lines: KeyLines) -> int:
    return min(lines.values(), default=1)


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


def _scope(fields_type: type, parents: list[str]) -> type:
    """The dataclass that declares a key with these parents."""
    for name in parents:
        hint = get_type_hints(fields_type, include_extras=True).get(field_name(name))
        fields_type = next(_dataclasses(hint), fields_type)
    return fields_type


def _declaration(scope: type, names: list[str]) -> Field | None:
    hint = get_type_hints(scope, include_extras=True).get(field_name(names[-1])) if names else None
    return next((entry for entry in getattr(hint, "__metadata__", ()) if isinstance(entry, Field)), None)


def _explain(  # noqa: PLR0911 - one return for each kind of error
    detail: ErrorDetails, name: str, scope: type, declared: Field | None
) -> tuple[Text, Text | None]:
    """The message and the hint for an error of pydantic."""
    context = detail.get("ctx", {})
    raised = context.get("error")
    example = _example(declared)
    match detail["type"]:
        case "value_error" if isinstance(raised, Unreadable):
            return text("{name}: {message}", name=name, message=raised.message), raised.hint or example
        case "missing":
            return text("The key “{name}” is missing.", name=name), example
        case "unexpected_keyword_argument":
            known = declared_keys(scope)
            return text("There is no key “{name}”.", name=name), did_you_mean(name.rpartition(".")[2], known) or text(
                "Known keys: {keys}.", keys=", ".join(known)
            )
        case "literal_error":
            known = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
            return text(
                "{name}: “{value}” is not one of {known}.", name=name, value=detail["input"], known=", ".join(known)
            ), did_you_mean(str(detail["input"]), known)
        case "int_parsing" | "int_from_float" | "float_parsing" | "int_type" | "float_type":
            return text("{name}: “{value}” is not a number.", name=name, value=detail["input"]), example
        case "bool_parsing" | "bool_type":
            return text("{name}: “{value}” is neither true nor false.", name=name, value=detail["input"]), example
        case "string_type":
            return text("{name}: one line of text belongs here.", name=name), example
        case _:
            return text("{name}: this does not have the form that belongs here.", name=name), example


def _example(declared: Field | None) -> Text | None:
    if declared is None or declared.example is None:
        return None
    return text("{help} For example: {example}", help=Text(declared.help), example=as_yaml(declared.example))


def as_yaml(value: object) -> str:
    """The example of a declaration as one line of YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(entry)}" for key, entry in value.items()) + "}"
    return f"[{', '.join(as_yaml(entry) for entry in value)}]" if isinstance(value, list) else str(value)


def declared_keys(fields_type: type) -> list[str]:
    """The keys of a declaration, in its order."""
    return [front_matter_key(declared.name) for declared in fields(fields_type)]
