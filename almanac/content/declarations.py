"""Reads the declarations of front-matter keys from the dataclass of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from keyword import iskeyword
from typing import Any, TypeVar, get_type_hints

from almanac.content.fields import Field
from almanac.core.messages import DEFAULT_LANGUAGE, catalogue_files, gettext_of

MetadataT = TypeVar("MetadataT")


def field_name(key: str) -> str:
    """The dataclass field of a front-matter key: `except_` for `except`, which is a word of Python."""
    return f"{key}_" if iskeyword(key) else key


def front_matter_key(name: str) -> str:
    """The front-matter key of a dataclass field."""
    return name[:-1] if name.endswith("_") and iskeyword(name[:-1]) else name


def declared_keys(fields_type: type) -> list[str]:
    """The keys of a declaration, in its order."""
    return [front_matter_key(declared.name) for declared in fields(fields_type)]


@cache
def keys_at_any_level(fields_type: type) -> frozenset[str]:
    """The keys of a declaration and of all mappings in it."""
    return frozenset(key for declared in dataclasses_in(fields_type) for key in declared_keys(declared))


def dataclasses_in(declared: object) -> Iterator[type]:
    """Every dataclass in a type hint, those of nested mappings included."""
    if isinstance(declared, type) and is_dataclass(declared):
        yield declared
        for hint in get_type_hints(declared, include_extras=True).values():
            yield from dataclasses_in(hint)
    for inner in (
        *getattr(declared, "__args__", ()),
        *getattr(declared, "__metadata__", ()),
        getattr(declared, "mapping", None),
    ):
        if inner is not None:
            yield from dataclasses_in(inner)


def scope_of(fields_type: type, parents: list[str]) -> type:
    """The dataclass that declares a key with these parents."""
    for name in parents:
        fields_type = nested_in(fields_type, name) or fields_type
    return fields_type


def nested_in(fields_type: type, key: str) -> type | None:
    """The dataclass of the mapping, or of the mappings, that a key holds; None if it holds none."""
    return next(dataclasses_in(_hint(fields_type, key)), None)


def annotation(fields_type: type, key: str, kind: type[MetadataT]) -> MetadataT | None:
    """The annotation of a key of the type `kind`, such as its Field or its Words; None if it has none."""
    return next(
        (entry for entry in getattr(_hint(fields_type, key), "__metadata__", ()) if isinstance(entry, kind)), None
    )


def _hint(fields_type: type, key: str) -> Any:
    return _hints(fields_type).get(field_name(key))


@cache
def _hints(fields_type: type) -> dict[str, Any]:
    return get_type_hints(fields_type, include_extras=True)


def key_called(fields_type: type, word: str) -> str | None:
    """The key that people call by this word: its label, a further name, or the key in other letters."""
    return _keys_by_name(fields_type).get(word.strip().lower())


@cache
def _keys_by_name(fields_type: type) -> dict[str, str]:
    translate = gettext_of(DEFAULT_LANGUAGE, catalogue_files(DEFAULT_LANGUAGE))
    found: dict[str, str] = {}
    for key in declared_keys(fields_type):
        declared = annotation(fields_type, key, Field)
        for name in (key, translate(declared.label), *declared.names) if declared else (key,):
            found.setdefault(name.lower(), key)
    return found


def as_yaml(value: object) -> str:
    """An example of a declaration as one line of YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(entry)}" for key, entry in value.items()) + "}"
    return f"[{', '.join(as_yaml(entry) for entry in value)}]" if isinstance(value, list) else str(value)
