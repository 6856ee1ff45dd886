"""Writes records as MessagePack and reads them again, by the type hints of their declarations.

msgspec reads dataclasses, but no union of a date and a time. Here a date or a time is one text in ISO 8601.
What is read has the declared types, whoever has written it; their further limits were checked when a file was parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypedDict, Union, get_args, get_origin, get_type_hints

import msgspec

# From a value that MessagePack holds to the declared value; None where both are the same.
Build: Any = Callable[[Any], Any] | None
DATE_LENGTH = len("2026-12-05")


def encode_fields(value: object) -> bytes:
    """A dataclass or Struct of declared fields as MessagePack."""
    return msgspec.msgpack.encode(value)


def decode_fields(declared: type, data: bytes) -> Any:
    """The declared value that `encode_fields` has written. Raises MsgspecError, ValueError or RecursionError."""
    return _builder(declared)(_decoder(declared).decode(data))


def read_moment(written: str) -> date | datetime:
    """A date, or a local time, in ISO 8601."""
    return date.fromisoformat(written) if len(written) == DATE_LENGTH else datetime.fromisoformat(written)


@cache
def _builder(declared: type) -> Callable[[Mapping[str, Any]], Any]:
    hints = get_type_hints(declared)
    builds = {name: build for name, hint in hints.items() if (build := _build(hint))}

    def make_fields(tree: Mapping[str, Any]) -> Any:
        given = {**tree, **{name: make(tree[name]) for name, make in builds.items() if tree[name]}}
        return declared(**{name: () if value == [] else value for name, value in given.items()})

    return make_fields


@cache
def _decoder(declared: type) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(_written_mapping(declared))


@cache
def _written_mapping(declared: type) -> Any:
    fields = {name: _written(hint) for name, hint in get_type_hints(declared).items()}
    return TypedDict(declared.__name__, fields)  # type: ignore[operator]  # made of a declaration


def _written(hint: Any) -> Any:
    """The type of what MessagePack holds of a value: a text of a date or a time, a mapping of a declared value."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in {date, datetime}:
        return str
    if _is_declared(hint):
        return _written_mapping(hint)
    if origin in {Union, UnionType}:
        return Union[tuple(map(_written, inner))]  # noqa: UP007 - its members are known when it runs
    if origin in {tuple, dict}:
        return origin[tuple(one if one is Ellipsis else _written(one) for one in inner)]
    return hint


def _is_declared(hint: Any) -> bool:
    return is_dataclass(hint) or (isinstance(hint, type) and issubclass(hint, msgspec.Struct))


def _build(hint: Any) -> Build:
    """How a value of this type is made of what MessagePack gives."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _build(inner[0])
    if origin in {Union, UnionType}:
        return _build_union([one for one in inner if one is not NoneType])
    if origin is tuple:
        return _build_tuple(inner)
    if origin is dict:
        return _build_mapping(*inner)
    if hint in {date, datetime}:
        return read_moment
    return _builder(hint) if _is_declared(hint) else None


def _build_union(members: list[Any]) -> Build:
    if set(members) <= {date, datetime}:
        return read_moment
    if len(members) == 1:
        return _build(members[0])
    builds = {dict if _is_declared(one) else one: _build(one) for one in members}

    def build(value: Any) -> Any:
        make = builds.get(type(value))
        return make(value) if make else value

    return build


def _build_tuple(inner: tuple[Any, ...]) -> Build:
    make = _build(inner[0]) if inner else None
    return (lambda values: tuple(map(make, values))) if make else tuple


def _build_mapping(key: Any, value: Any) -> Build:
    make_key, make = _build(key), _build(value)
    if not make_key and not make:
        return None
    return lambda entries: {
        (make_key(name) if make_key else name): (make(held) if make else held) for name, held in entries.items()
    }
