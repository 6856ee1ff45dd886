"""Compares two versions of an event as readers see them: one value for each key of the declaration."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, TypeAlias, get_type_hints

import msgspec

from almanac.content.declarations import front_matter_key
from almanac.content.fields import Field, Refers
from almanac.content.recurrence import Moment
from almanac.core.problems import Text, text
from almanac.incremental import Asked
from almanac.model.events import Event
from almanac.model.labels import facet_labels
from almanac.model.words import STATUS_WORDS

WHEN, WHERE, ADDRESS, PAGE = text("Time"), text("Venue"), text("Address"), text("Link of the page")
LOOKED_UP = frozenset({"start", "end", "venue", "district"})  # read from the event, where they are linked
WORDS: Mapping[tuple[str, str], Text] = {
    **{("status", status): word for status, word in STATUS_WORDS.items()},
    ("level", "city"): text("Of the whole city"),
    ("level", "key"): text("Of a district or department"),
    ("level", "regular"): text("Regular"),
}


class TimeSpan(msgspec.Struct, frozen=True):
    """Start and end; the end of an all-day span is its last day."""

    start: Moment
    end: Moment | None


class LineCounts(msgspec.Struct, frozen=True):
    """The number of lines that were added to a text and removed from it."""

    added: int
    removed: int


Labels: TypeAlias = tuple[Text | str, ...]  # from the outside in: Sessions, b, Time
Value: TypeAlias = Text | str | Moment | TimeSpan | tuple[str, ...] | None
FacetNames: TypeAlias = Mapping[tuple[str, str], str]  # by folder and key


class KeyValue(msgspec.Struct, frozen=True):
    """The value of one key as readers see it, and whether it is the default of the declaration."""

    value: Value
    is_default: bool = False


class KeyChange(msgspec.Struct, frozen=True):
    """One key with its value before and after, or the number of lines that changed in the text."""

    labels: Labels
    before: Value = None
    after: Value = None
    lines: LineCounts | None = None


def facet_names(site: Asked) -> FacetNames:
    """The name of every facet of a site."""
    return {(label.kind, label.key): label.name for label in facet_labels(site).values()}


def key_changes(
    before: Event, after: Event, names: tuple[FacetNames, FacetNames], keys: Container[str] | None = None
) -> Iterator[KeyChange]:
    """The changes between two versions with the names of facets at their times; of some front-matter keys, or of all.

    The text below the front matter is not compared.
    """
    old, new = dict(_event_values(before, names[0], keys)), dict(_event_values(after, names[1], keys))
    nothing = KeyValue(None, is_default=True)
    for labels in dict.fromkeys((*old, *new)):
        then, now = old.get(labels, nothing), new.get(labels, nothing)
        appears = labels not in old or labels not in new
        if then.value != now.value and not (appears and then.is_default and now.is_default):
            yield KeyChange(labels, then.value, now.value)


def _event_values(event: Event, names: FacetNames, keys: Container[str] | None) -> Iterator[tuple[Labels, KeyValue]]:
    def wanted(key: str) -> bool:
        return keys is None or key in keys

    if wanted("start") and event.fields.start is not None:
        yield (WHEN,), KeyValue(TimeSpan(event.fields.start, event.fields.end))
    if wanted("venue"):
        yield (WHERE,), KeyValue(event.place.name if event.place else None)
        yield (WHERE, ADDRESS), KeyValue(event.place.address if event.place else None)
    if wanted("district"):
        yield (Text("District"),), KeyValue(event.district.name if event.district else None)
    if keys is None:
        yield (PAGE,), KeyValue(event.address)
    for declared in _declared(event.fields):
        if declared.name not in LOOKED_UP and wanted(front_matter_key(declared.name)):
            yield from _values(getattr(event.fields, declared.name), declared, (), names)


class DeclaredKey(msgspec.Struct, frozen=True):
    """One key of a mapping, from its declaration."""

    name: str
    label: Text
    refers: str | None
    default: object


def _declared(mapping: Any) -> tuple[DeclaredKey, ...]:
    """The public keys of a mapping, in the order of its declaration."""
    return _declaration(type(mapping))  # type: ignore[arg-type]  # mypy takes classes for unhashable


@cache
def _declaration(fields_type: type) -> tuple[DeclaredKey, ...]:
    hints = get_type_hints(fields_type, include_extras=True)
    found = []
    for one in fields(fields_type):
        metadata = getattr(hints[one.name], "__metadata__", ())
        field = next(entry for entry in metadata if isinstance(entry, Field))
        refers = next((entry.to for entry in metadata if isinstance(entry, Refers) and entry.to != "assets"), None)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if field.public:
            found.append(DeclaredKey(one.name, Text(field.label), refers, default))
    return tuple(found)


def _values(held: Any, declared: DeclaredKey, around: Labels, names: FacetNames) -> Iterator[tuple[Labels, KeyValue]]:
    """The value of a key; for a mapping or a list of mappings, the values of its keys."""
    labels = (*around, declared.label)
    is_default = held == declared.default
    if is_dataclass(held):
        yield from _mapping_values(held, labels, names)
    elif isinstance(held, dict):
        for key, entry in held.items():
            yield from _mapping_values(entry, (*labels, str(key)), names)
    elif isinstance(held, tuple) and held and is_dataclass(held[0]):
        yield from _list_values(held, labels, names)
    elif isinstance(held, tuple):
        yield (
            labels,
            KeyValue(tuple(names.get((declared.refers or "", key), str(key)) for key in held) or None, is_default),
        )
    else:
        yield labels, KeyValue(_value(held, declared, names), is_default)


def _list_values(held: tuple[Any, ...], labels: Labels, names: FacetNames) -> Iterator[tuple[Labels, KeyValue]]:
    """The entries by their first key (an id, a name, a title), then the other keys of each entry."""
    first = _declared(held[0])[0].name
    yield labels, KeyValue(tuple(str(getattr(entry, first)) for entry in held))
    for entry in held:
        yield from _mapping_values(entry, (*labels, str(getattr(entry, first))), names, without=first)


def _mapping_values(
    held: Any, labels: Labels, names: FacetNames, without: str = ""
) -> Iterator[tuple[Labels, KeyValue]]:
    spans = getattr(held, "start", None) is not None
    if spans:
        yield (*labels, WHEN), KeyValue(TimeSpan(held.start, held.end))
    for declared in _declared(held):
        if declared.name != without and not (spans and declared.name in LOOKED_UP - {"venue"}):
            yield from _values(getattr(held, declared.name), declared, labels, names)


def _value(held: Any, declared: DeclaredKey, names: FacetNames) -> Value:
    if held is None or held == ():
        return None
    if isinstance(held, bool):
        return text("Yes") if held else text("No")
    if isinstance(held, date):
        return held
    word = WORDS.get((declared.name, str(held)))
    return word or names.get((declared.refers or "", str(held)), str(held))
