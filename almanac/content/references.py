"""Finds the names by which a record refers to other records, as its declaration says (`Refers`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import is_dataclass, replace
from functools import cache
from typing import Any, TypeAlias, TypeVar, get_type_hints

import msgspec

from almanac.content.fields import Refers
from almanac.core.problems import KeyPath

T = TypeVar("T")
KeyOf: TypeAlias = Callable[[str, str], str | None]  # of a folder and a name


class Reference(msgspec.Struct, frozen=True):
    """One name: its key path, the folder it refers to, the name itself, and whether it may be plain text instead."""

    key: KeyPath
    to: str
    name: str
    or_text: bool = False


def references(value: Any) -> Iterator[Reference]:
    """Every reference in the fields of a record, nested mappings included."""
    for name, refers in _declared(type(value)):  # type: ignore[arg-type]  # mypy takes classes for unhashable
        held = getattr(value, name)
        if held:
            yield from _within(held, (name,), refers)


def names(value: Any, besides: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """The folder and the name of every reference, without key paths, which is faster for many records.

    Fields listed in `besides` are left out.
    """
    for field, refers in _declared(type(value)):  # type: ignore[arg-type]  # mypy takes classes for unhashable
        held = getattr(value, field)
        values = (held,) if isinstance(held, str) else held
        if refers and values and isinstance(values, tuple) and isinstance(values[0], str):
            yield from () if field in besides else ((refers.to, name) for name in values if name)
        elif values:
            yield from ((reference.to, reference.name) for reference in _within(values, (field,), refers))


def _within(held: Any, key: KeyPath, refers: Refers | None) -> Iterator[Reference]:
    if isinstance(held, str):
        if refers:
            yield Reference(key, refers.to, held, refers.or_text)
    elif isinstance(held, tuple):
        for place, entry in enumerate(held):
            yield from _within(entry, (*key, place), refers)
    elif isinstance(held, dict):
        for name, entry in held.items():
            yield from _within(entry, (*key, str(name)), None)
    elif is_dataclass(held):
        for inner in references(held):
            yield Reference((*key, *inner.key), inner.to, inner.name, inner.or_text)


def with_keys(value: T, key_of: KeyOf) -> T:
    """The fields of a record with the key in place of every name that `key_of` knows; other names stay as they are."""
    declared = _declared(type(value))  # type: ignore[arg-type]  # mypy takes classes for unhashable
    found = {name: _with_keys(getattr(value, name), key_of, refers.to if refers else None) for name, refers in declared}
    changed = {name: held for name, held in found.items() if held != getattr(value, name)}
    return replace(value, **changed) if changed else value  # type: ignore[type-var]  # T is a dataclass


def _with_keys(held: Any, key_of: KeyOf, to: str | None) -> Any:
    if isinstance(held, str):
        return (key_of(to, held) or held) if to else held
    if isinstance(held, tuple):
        found = tuple(_with_keys(entry, key_of, to) for entry in held)
        return tuple(dict.fromkeys(found)) if to else found  # 市科协 and kexie are the same
    if isinstance(held, dict):
        return {name: _with_keys(entry, key_of, None) for name, entry in held.items()}
    return with_keys(held, key_of) if is_dataclass(held) else held


@cache
def _declared(fields_type: type) -> tuple[tuple[str, Refers | None], ...]:
    """The fields that may hold references, each with its `Refers`, or None where only nested mappings hold them."""
    found = []
    for name, hint in get_type_hints(fields_type, include_extras=True).items():
        refers = next((entry for entry in getattr(hint, "__metadata__", ()) if isinstance(entry, Refers)), None)
        if refers or _contains_records(hint):
            found.append((name, refers))
    return tuple(found)


def _contains_records(hint: Any) -> bool:
    if isinstance(hint, type) and is_dataclass(hint):
        return bool(_declared(hint))
    return any(_contains_records(inner) for inner in getattr(hint, "__args__", ()))
