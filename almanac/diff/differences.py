"""What changed for the public between two snapshots of a site, event by event and key by key.

Both sides are told as a reader meets them, key by key as the declaration of front matter says, and then held against each other. So a
renamed file is no change, and a venue's new address is one for each event that takes place there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from typing import Any, Literal, TypeAlias, get_type_hints

import msgspec

from almanac.content.fields import Field, Refers
from almanac.core.problems import Text, text
from almanac.diff.revisions import Snapshot
from almanac.model.catalogue import Catalogue, Event
from almanac.content.occurrences import Moment
from almanac.site.views import STATUS_WORDS

WHEN, WHERE, ADDRESS, PAGE, BODY = text("Time"), text("Venue"), text("Address"), text("Link of the page"), text("Text")
LOOKED_UP = frozenset({"start", "end", "venue", "district"})  # told from the event, which knows more than its file
WORDS: Mapping[tuple[str, str], Text] = {
    **{("status", status): word for status, word in STATUS_WORDS.items()},
    ("level", "city"): text("Of the whole city"),
    ("level", "key"): text("Of a district or department"),
    ("level", "regular"): text("Regular"),
}


class Span(msgspec.Struct, frozen=True):
    """From when to when; the end of an all-day span is its last day."""

    start: Moment
    end: Moment | None


class Lines(msgspec.Struct, frozen=True):
    """How many lines of a text were added and removed."""

    added: int
    removed: int


Labels: TypeAlias = tuple[Text | str, ...]  # from the outside in: Sessions, b, Time
Value: TypeAlias = Text | str | Moment | Span | tuple[str, ...] | None
Names: TypeAlias = Mapping[tuple[str, str], str]  # of what front matter refers to, by folder and key


class Told(msgspec.Struct, frozen=True):
    """The value of one key; `usual` is what holds where a file does not say it."""

    value: Value
    usual: bool = False


class Change(msgspec.Struct, frozen=True):
    """One key with its value before and after, or the lines of the text that changed."""

    labels: Labels
    before: Value = None
    after: Value = None
    lines: Lines | None = None


class Difference(msgspec.Struct, frozen=True):
    """An event that was added, removed or changed; `event` is as it is after, or was before."""

    kind: Literal["added", "changed", "removed"]
    event: Event
    changes: tuple[Change, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """All differences, in order of dates; `unsound` are the files that could not be compared."""

    before: Text
    after: Text
    differences: tuple[Difference, ...]
    unsound: tuple[str, ...] = ()


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """What changed from one snapshot to another."""
    old, new = ({event.id: event for event in side.catalogue.events} for side in (before, after))
    gone = {id_: event for id_, event in old.items() if id_ not in new and event.path not in after.unsound}
    come = {id_: event for id_, event in new.items() if id_ not in old and event.path not in before.unsound}
    moved = dict(_moved(gone, come))
    pairs = [*((id_, id_) for id_ in old if id_ in new), *moved.items()]
    names = _names(before.catalogue), _names(after.catalogue)
    changed = (Difference("changed", new[now], tuple(_changes(old[then], new[now], names))) for then, now in pairs)
    found = [difference for difference in changed if difference.changes]
    found += [Difference("removed", event) for id_, event in gone.items() if id_ not in moved]
    found += [Difference("added", event) for id_, event in come.items() if id_ not in moved.values()]
    found.sort(key=lambda difference: (difference.event.begins, difference.event.id))
    return Comparison(before.name, after.name, tuple(found), tuple(sorted(before.unsound | after.unsound)))


def _moved(gone: Mapping[str, Event], come: Mapping[str, Event]) -> Iterator[tuple[str, str]]:
    """Ids before and after of events with a new address: their files name the old one, or have the same title and date."""
    by_alias = {alias: id_ for id_, event in come.items() for alias in event.fields.aliases}
    by_title = {(event.fields.title, event.begins): id_ for id_, event in come.items()}
    taken: set[str] = set()
    for id_, event in gone.items():
        found = by_alias.get(event.address) or by_title.get((event.fields.title, event.begins))
        if found and found not in taken:
            taken.add(found)
            yield id_, found


def _names(catalogue: Catalogue) -> Names:
    return {(facet.kind, facet.key): facet.name for facets in catalogue.facets.values() for facet in facets}


def _changes(before: Event, after: Event, names: tuple[Names, Names]) -> Iterator[Change]:
    old, new = dict(_told_of_event(before, names[0])), dict(_told_of_event(after, names[1]))
    nothing = Told(None, usual=True)
    for labels in dict.fromkeys((*old, *new)):
        then, now = old.get(labels, nothing), new.get(labels, nothing)
        appears = labels not in old or labels not in new
        if then.value != now.value and not (appears and then.usual and now.usual):
            yield Change(labels, then.value, now.value)
    if before.body.strip() != after.body.strip():
        yield Change((BODY,), lines=_lines(before.body, after.body))


def _lines(before: str, after: str) -> Lines:
    steps = SequenceMatcher(None, before.strip().split("\n"), after.strip().split("\n"), autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    return Lines(sum(step[4] - step[3] for step in changed), sum(step[2] - step[1] for step in changed))


def _told_of_event(event: Event, names: Names) -> Iterator[tuple[Labels, Told]]:
    if event.fields.start is not None:
        yield (WHEN,), Told(Span(event.fields.start, event.fields.end))
    yield (WHERE,), Told(event.place.name if event.place else None)
    yield (WHERE, ADDRESS), Told(event.place.address if event.place else None)
    yield (Text("District"),), Told(event.district.name if event.district else None)
    yield (PAGE,), Told(event.address)
    for declared in _declared(event.fields):
        if declared.name not in LOOKED_UP:
            yield from _told(getattr(event.fields, declared.name), declared, (), names)


class Declared(msgspec.Struct, frozen=True):
    """What the declaration says of one key of a mapping."""

    name: str
    label: Text
    refers: str | None
    default: object


def _declared(mapping: Any) -> tuple[Declared, ...]:
    """The public keys of a mapping's declaration, in its order."""
    return _declaration(type(mapping))  # type: ignore[arg-type]  # mypy takes classes for unhashable


@cache
def _declaration(fields_type: type) -> tuple[Declared, ...]:
    hints = get_type_hints(fields_type, include_extras=True)
    found = []
    for one in fields(fields_type):
        metadata = getattr(hints[one.name], "__metadata__", ())
        field = next(entry for entry in metadata if isinstance(entry, Field))
        refers = next((entry.to for entry in metadata if isinstance(entry, Refers) and entry.to != "assets"), None)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if field.public:
            found.append(Declared(one.name, Text(field.label), refers, default))
    return tuple(found)


def _told(held: Any, declared: Declared, around: Labels, names: Names) -> Iterator[tuple[Labels, Told]]:
    """The value of a key, or what the mappings in it hold."""
    labels = (*around, declared.label)
    usual = held == declared.default
    if is_dataclass(held):
        yield from _told_of_mapping(held, labels, names)
    elif isinstance(held, dict):
        for key, entry in held.items():
            yield from _told_of_mapping(entry, (*labels, str(key)), names)
    elif isinstance(held, tuple) and held and is_dataclass(held[0]):
        yield from _told_of_list(held, labels, names)
    elif isinstance(held, tuple):
        yield labels, Told(tuple(names.get((declared.refers or "", key), str(key)) for key in held) or None, usual)
    else:
        yield labels, Told(_value(held, declared, names), usual)


def _told_of_list(held: tuple[Any, ...], labels: Labels, names: Names) -> Iterator[tuple[Labels, Told]]:
    """Which entries there are, by their first key (an id, a name, a title), and then what each says beside that."""
    first = _declared(held[0])[0].name
    yield labels, Told(tuple(str(getattr(entry, first)) for entry in held))
    for entry in held:
        yield from _told_of_mapping(entry, (*labels, str(getattr(entry, first))), names, without=first)


def _told_of_mapping(held: Any, labels: Labels, names: Names, without: str = "") -> Iterator[tuple[Labels, Told]]:
    spans = getattr(held, "start", None) is not None
    if spans:
        yield (*labels, WHEN), Told(Span(held.start, held.end))
    for declared in _declared(held):
        if declared.name != without and not (spans and declared.name in LOOKED_UP - {"venue"}):
            yield from _told(getattr(held, declared.name), declared, labels, names)


def _value(held: Any, declared: Declared, names: Names) -> Value:
    if held is None or held == ():
        return None
    if isinstance(held, bool):
        return text("Yes") if held else text("No")
    if isinstance(held, date):
        return held
    word = WORDS.get((declared.name, str(held)))
    return word or names.get((declared.refers or "", str(held)), str(held))
