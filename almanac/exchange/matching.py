"""Which entry of an import is which event of the site, and which entries are left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.fields import id_problem
from almanac.core.problems import Text, Translate, text
from almanac.exchange.contents import Contents, Existing
from almanac.exchange.entries import Entry, value_digest

FOLDER_NAME = re.compile(
    r"\w[\w .-]*(?<![. ])"
)  # no dot in front, no way up, nothing that a file system takes for something else


class Import(msgspec.Struct, frozen=True):
    """What merging depends on: the site, the source's name, the moment, and how comments are translated."""

    contents: Contents
    source: str
    now: datetime
    translate: Translate
    rows_are_ids: bool = False  # calendars: another UID is another event, whatever its title
    taken: set[str] = msgspec.field(default_factory=set)


def sorted_out(entries: list[Entry], task: Import) -> tuple[list[Entry], list[tuple[Entry, Text]]]:
    """The entries that are to be imported, and the others with the reason."""
    kept, skipped = _distinct(entries)
    refused = {entry.place_key: why for entry in kept if (why := _bad_file(entry, task) or _ours(entry, task))}
    skipped += [(entry, refused[entry.place_key]) for entry in kept if entry.place_key in refused]
    return [entry for entry in kept if entry.place_key not in refused], skipped


def _bad_file(entry: Entry, task: Import) -> Text | None:
    """Why a file cannot have the name that a table gives it; a file that is there has a name that can be."""
    if entry.file is None or entry.file in task.contents.paths:
        return None
    *folders, stem = entry.file.split("/")
    bad = id_problem(stem) or any(not FOLDER_NAME.fullmatch(folder) for folder in folders)
    return text("“{name}” cannot be the name of a file.", name=entry.file) if bad else None


def _ours(entry: Entry, task: Import) -> Text | None:
    """Whether an entry of a calendar comes from a feed of this very site: its file says more, so that nothing is to be taken over."""
    uid = str(entry.tree.get("id"))
    event = task.contents.by_uid.get(uid) if task.rows_are_ids else None
    if event is None or (event.id == uid and event.record.fields.imported is not None):
        return None
    return text("It is an event of this site: {path}.", path=event.record.path)


def _distinct(entries: list[Entry]) -> tuple[list[Entry], list[tuple[Entry, Text]]]:
    """The entries without those that say the same twice; one that only looks the same becomes a draft."""
    first: dict[str, Entry] = {}
    kept: list[Entry] = []
    skipped: list[tuple[Entry, Text]] = []
    counted: Counter[str] = Counter()
    for entry in entries:
        known = first.setdefault(entry.file or entry.row, entry)
        counted[entry.row] += 1
        if known is entry:
            kept.append(entry)
        elif entry.file or (known.tree, known.body) == (entry.tree, entry.body):
            skipped.append((entry, text("It is the same as row {row}.", row=known.place)))
        else:
            doubt = text("Is it the same event as row {row}?", row=known.place)
            kept.append(doubtful(replace(entry, row=f"{entry.row}-{counted[entry.row]}"), doubt))
    return kept, skipped


def doubtful(entry: Entry, doubt: Text) -> Entry:
    """The entry as a draft with one more thing to settle."""
    return replace(entry, tree={**entry.tree, "draft": "true"}, unsettled=(*entry.unsettled, doubt))


def of_source(task: Import) -> list[Existing]:
    """The events that earlier imports of the same source have made."""
    return [
        event
        for event in task.contents.events
        if (imported := event.record.fields.imported) and imported.source == task.source
    ]


def matched(entries: list[Entry], task: Import) -> dict[str, Existing]:
    """The event that each entry is: by file or id, else by its row, else by title, else by time and place, where only one fits."""
    by_name = {event.file: event for event in task.contents.events} | {
        event.id: event for event in task.contents.events
    }
    found = {entry.place_key: event for entry in entries if (event := _named(entry, by_name))}
    for mark_of in (_row,) if task.rows_are_ids else (_row, _title, _time_and_place):
        taken = {event.record.path for event in found.values()}
        free = [event for event in of_source(task) if event.record.path not in taken]
        found |= _pairs([entry for entry in entries if entry.place_key not in found and not entry.file], free, mark_of)
    return found


def _named(entry: Entry, by_name: Mapping[str, Existing]) -> Existing | None:
    named = (entry.file, str(entry.tree.get("id", "")), entry.file.rpartition("/")[2] if entry.file else "")
    return next((by_name[name] for name in named if name and name in by_name), None)


Mark: TypeAlias = tuple[str, ...] | None
"""What tells an entry, or an event as it was imported, from others; None where it has no such mark."""


def _row(row: str, cells: Mapping[str, str]) -> Mark:
    del cells
    return (row,)


def _title(row: str, cells: Mapping[str, str]) -> Mark:
    del row
    return (cells["title"],) if "title" in cells else None


def _time_and_place(row: str, cells: Mapping[str, str]) -> Mark:
    del row
    return (cells["start"], cells["venue"]) if {"start", "venue"} <= set(cells) else None


def _pairs(
    entries: list[Entry], events: list[Existing], mark_of: Callable[[str, Mapping[str, str]], Mark]
) -> dict[str, Existing]:
    """Entries and events that bear the same mark, which no other bears."""
    marks = [
        (entry, mark_of(entry.row, {key: value_digest(value) for key, value in entry.tree.items()}))
        for entry in entries
    ]
    known = [
        (event, mark_of(imported.row, imported.cells)) for event in events if (imported := event.record.fields.imported)
    ]
    rivals = Counter(mark for _, mark in marks)
    bearers = Counter(mark for _, mark in known)
    event_of = {mark: event for event, mark in known if mark and bearers[mark] == 1}
    return {entry.place_key: event_of[mark] for entry, mark in marks if mark in event_of and rivals[mark] == 1}
