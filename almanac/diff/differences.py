"""Compares two snapshots of a site: what changed for the public, event by event and key by key.

Both sides are shown as readers see them, one value for each key of the declaration, and then compared. So a renamed
file is no change, and a new address of a venue is a change of every event that takes place there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import cache
from typing import Any, Literal, TypeAlias, get_type_hints

import msgspec

from almanac.content.fields import Field, Refers
from almanac.content.history import trust
from almanac.content.occurrences import Moment
from almanac.content.queries import commit, tree
from almanac.core.problems import Problem, Text, text
from almanac.diff.revisions import Snapshot
from almanac.model.events import Event
from almanac.model.labels import EVENTS, FACET_KINDS
from almanac.model.site import Site
from almanac.site.channels import feed_files
from almanac.site.register import Register, changed_host, register, vanishing_addresses, vanishing_entries
from almanac.site.views import STATUS_WORDS

WHEN, WHERE, ADDRESS, PAGE, BODY = text("Time"), text("Venue"), text("Address"), text("Link of the page"), text("Text")
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


ALWAYS = datetime.min  # noqa: DTZ901 - local time of the site: whatever is compared, is not over

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


class Difference(msgspec.Struct, frozen=True):
    """An event that was added, removed or changed; `event` is the later version, or the removed event."""

    kind: Literal["added", "changed", "removed"]
    event: Event
    changes: tuple[KeyChange, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """All differences, in order of dates; `skipped` are the files with errors, which were not compared.

    `losses` tell of calendar entries and feeds that subscribers would lose without a word.
    """

    before: Text
    after: Text
    differences: tuple[Difference, ...]
    skipped: tuple[str, ...] = ()
    losses: tuple[Text, ...] = ()


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """The differences between two snapshots."""
    old, new = ({event.id: event for event in side.site.events} for side in (before, after))
    gone = {id_: event for id_, event in old.items() if id_ not in new and event.path not in after.skipped}
    come = {id_: event for id_, event in new.items() if id_ not in old and event.path not in before.skipped}
    moved = dict(_moved(gone, come))
    pairs = [*((id_, id_) for id_ in old if id_ in new), *moved.items()]
    names = _names(before.site), _names(after.site)
    changed = (Difference("changed", new[now], tuple(_changes(old[then], new[now], names))) for then, now in pairs)
    found = [difference for difference in changed if difference.changes]
    found += [Difference("removed", event) for id_, event in gone.items() if id_ not in moved]
    found += [Difference("added", event) for id_, event in come.items() if id_ not in moved.values()]
    found.sort(key=lambda difference: (difference.event.begins, difference.event.id))
    skipped = before.skipped | after.skipped
    losses = tuple(problem.message for problem in _losses(before.site, after.site, skipped))
    return Comparison(before.name, after.name, tuple(found), tuple(sorted(skipped)), losses)


def _losses(before: Site, after: Site, skipped: Collection[str]) -> Iterator[Problem]:
    """What subscribers would lose, as a build reports it; also entries that are over."""
    old, new = register(before), register(after)
    yield from changed_host(old, new, ALWAYS)
    if trust(commit(before)) == trust(commit(after)) == "whole":
        files = {*tree(after).of(EVENTS)} - {*skipped}  # an event whose file is deleted is called off by the commit
        known = {uid: one for uid, one in old.entries.items() if one.path in files}
        yield from vanishing_entries(Register(old.host, known), new, ALWAYS)
    if not skipped:
        yield from vanishing_addresses(feed_files(before) - feed_files(after))


def _moved(gone: Mapping[str, Event], come: Mapping[str, Event]) -> Iterator[tuple[str, str]]:
    """The old and the new id of each event with a new address.

    The new file has the old address among its aliases, or the same title and date.
    """
    by_alias = {alias: id_ for id_, event in come.items() for alias in event.fields.aliases}
    by_title = {(event.fields.title, event.begins): id_ for id_, event in come.items()}
    taken: set[str] = set()
    for id_, event in gone.items():
        found = by_alias.get(event.address) or by_title.get((event.fields.title, event.begins))
        if found and found not in taken:
            taken.add(found)
            yield id_, found


def _names(site: Site) -> FacetNames:
    return {(kind, facet.key): facet.name for kind in FACET_KINDS for facet in site.facets(kind)}


def _changes(before: Event, after: Event, names: tuple[FacetNames, FacetNames]) -> Iterator[KeyChange]:
    old, new = dict(_event_values(before, names[0])), dict(_event_values(after, names[1]))
    nothing = KeyValue(None, is_default=True)
    for labels in dict.fromkeys((*old, *new)):
        then, now = old.get(labels, nothing), new.get(labels, nothing)
        appears = labels not in old or labels not in new
        if then.value != now.value and not (appears and then.is_default and now.is_default):
            yield KeyChange(labels, then.value, now.value)
    if before.body.strip() != after.body.strip():
        yield KeyChange((BODY,), lines=_lines(before.body, after.body))


def _lines(before: str, after: str) -> LineCounts:
    steps = SequenceMatcher(None, before.strip().split("\n"), after.strip().split("\n"), autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    return LineCounts(sum(step[4] - step[3] for step in changed), sum(step[2] - step[1] for step in changed))


def _event_values(event: Event, names: FacetNames) -> Iterator[tuple[Labels, KeyValue]]:
    if event.fields.start is not None:
        yield (WHEN,), KeyValue(TimeSpan(event.fields.start, event.fields.end))
    yield (WHERE,), KeyValue(event.place.name if event.place else None)
    yield (WHERE, ADDRESS), KeyValue(event.place.address if event.place else None)
    yield (Text("District"),), KeyValue(event.district.name if event.district else None)
    yield (PAGE,), KeyValue(event.address)
    for declared in _declared(event.fields):
        if declared.name not in LOOKED_UP:
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
