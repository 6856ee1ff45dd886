"""What an import changes: which entry is which event, and what of it goes into the file. Pure: the files are written elsewhere.

A file remembers, as digests, what the last import said of each key (`imported`). So three versions meet: what the source said then,
what it says now, and what the file says. Where the source has not changed, the file stays as staff made it; where the file has not
changed, it follows the source; where both have, the file stays and the difference is reported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from almanac.content.fields import id_problem
from almanac.content.frontmatter import Tree
from almanac.exchange.contents import FOLDER, Contents, Existing
from almanac.exchange.entries import Entry, key_label, value_digest
from almanac.exchange.files import edited, flow, markdown, tree_of, written
from almanac.exchange.names import folded
from almanac.exchange.slugs import first_day, new_file
from almanac.problems import Text, Translate, text

NOTHING = value_digest(None)
FOLDER_NAME = re.compile(r"\w[\w .-]*(?<![. ])")  # no dot in front, no way up, nothing that a file system takes for something else
DATES = frozenset({"start", "end", "repeat", "sessions"})


@dataclass(frozen=True)
class Change:
    """What becomes of one entry: the file's path and new text, the keys that changed, and what staff should know of it."""

    kind: Literal["new", "updated", "unchanged"]
    path: str
    content: str
    entry: Entry
    keys: tuple[str, ...] = ()
    conflicts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Every change, entries that are left out with the reason, and the files whose rows the source does not have any more."""

    changes: tuple[Change, ...] = ()
    skipped: tuple[tuple[Entry, Text], ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Import:
    """What merging depends on: the site, the source's name, the moment, and how comments are translated."""

    contents: Contents
    source: str
    now: datetime
    translate: Translate
    rows_are_ids: bool = False  # calendars: another UID is another event, whatever its title
    taken: set[str] = field(default_factory=set)


def plan_import(entries: Iterable[Entry], task: Import) -> Plan:
    """What becomes of the entries, in their order."""
    kept, skipped = _distinct(list(entries))
    refused = {entry.place_key: why for entry in kept if (why := _bad_file(entry, task) or _ours(entry, task))}
    fitting = [entry for entry in kept if entry.place_key not in refused]
    skipped += [(entry, refused[entry.place_key]) for entry in kept if entry.place_key in refused]
    found = _matched(fitting, task)
    task.taken.update(task.contents.taken)
    changes = tuple(_merged(entry, found[entry.place_key], task) if entry.place_key in found else _new(entry, found, task) for entry in fitting)
    paths = {change.path for change in changes}
    gone = tuple(event.record.path for event in _of_source(task) if event.record.path not in paths)
    return Plan(changes, tuple(skipped), gone)


def _bad_file(entry: Entry, task: Import) -> Text | None:
    """Why a file cannot have the name that a table gives it; a file that is there has a name that can be."""
    if entry.file is None or any(event.file == entry.file for event in task.contents.events):
        return None
    *folders, stem = entry.file.split("/")
    bad = id_problem(stem) or any(not FOLDER_NAME.fullmatch(folder) for folder in folders)
    return text("“{name}” cannot be the name of a file.", name=entry.file) if bad else None


def _ours(entry: Entry, task: Import) -> Text | None:
    """Whether an entry of a calendar comes from a feed of this very site: its file says more, so that nothing is to be taken over."""
    if not task.rows_are_ids or "id" not in entry.tree:
        return None
    for event in task.contents.events:
        uids = {event.id, *(f"{event.id}-{session.id}" for session in event.record.fields.sessions)}
        if entry.tree["id"] in uids and event.record.fields.imported is None:
            return text("It is an event of this site: {path}.", path=event.record.path)
    return None


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
            kept.append(_doubtful(replace(entry, row=f"{entry.row}-{counted[entry.row]}"), doubt))
    return kept, skipped


def _doubtful(entry: Entry, doubt: Text) -> Entry:
    return replace(entry, tree={**entry.tree, "draft": "true"}, unsettled=(*entry.unsettled, doubt))


def _of_source(task: Import) -> list[Existing]:
    return [event for event in task.contents.events if (imported := event.record.fields.imported) and imported.source == task.source]


def _matched(entries: list[Entry], task: Import) -> dict[str, Existing]:
    """The event that each entry is: by file or id, else by its row, else by title, else by time and place, where only one fits."""
    by_name = {event.file: event for event in task.contents.events} | {event.id: event for event in task.contents.events}
    found = {entry.place_key: event for entry in entries if (event := _named(entry, by_name))}
    for same in (_same_row,) if task.rows_are_ids else (_same_row, _same_title, _same_time_and_place):
        taken = {event.record.path for event in found.values()}
        free = [event for event in _of_source(task) if event.record.path not in taken]
        open_ = [entry for entry in entries if entry.place_key not in found and not entry.file]
        found |= _pairs(open_, free, same)
    return found


def _named(entry: Entry, by_name: Mapping[str, Existing]) -> Existing | None:
    named = (entry.file, str(entry.tree.get("id", "")), entry.file.rpartition("/")[2] if entry.file else "")
    return next((by_name[name] for name in named if name and name in by_name), None)


Same = Callable[[Entry, Existing], bool]


def _pairs(entries: list[Entry], events: list[Existing], same: Same) -> dict[str, Existing]:
    """Entries and events that fit each other and no other."""
    fits = [(entry, event) for entry in entries for event in events if same(entry, event)]
    entries_met = Counter(entry.place_key for entry, _ in fits)
    events_met = Counter(event.record.path for _, event in fits)
    return {entry.place_key: event for entry, event in fits if entries_met[entry.place_key] == 1 and events_met[event.record.path] == 1}


def _same_row(entry: Entry, event: Existing) -> bool:
    return event.record.fields.imported is not None and event.record.fields.imported.row == entry.row


def _same(entry: Entry, event: Existing, *keys: str) -> bool:
    cells = event.record.fields.imported.cells if event.record.fields.imported else {}
    return all(key in entry.tree and cells.get(key) == value_digest(entry.tree[key]) for key in keys)


def _same_title(entry: Entry, event: Existing) -> bool:
    return _same(entry, event, "title")


def _same_time_and_place(entry: Entry, event: Existing) -> bool:
    return _same(entry, event, "start", "venue")


def _new(entry: Entry, found: Mapping[str, Existing], task: Import) -> Change:
    """The file of an event that the site does not have yet."""
    if not entry.file:
        entry = _perhaps_known(entry, found, task)
    path = f"{FOLDER}/{entry.file}.md" if entry.file else new_file(entry.title, first_day(dict(entry.tree)), entry.month, task.taken)
    task.taken.add(path.rpartition("/")[2].removesuffix(".md"))
    tree = dict(entry.tree) if entry.file else {**entry.tree, "imported": _imported(entry, task)}
    content = markdown(tree, entry.body or "", (message.show(task.translate) for message in entry.unsettled))
    return Change("new", path, content, entry)


def _perhaps_known(entry: Entry, found: Mapping[str, Existing], task: Import) -> Entry:
    """A draft where another event of the same title begins on the same day: two tables may tell of one event."""
    used = {event.record.path for event in found.values()}
    for event in task.contents.events:
        same = folded(event.record.fields.title) == folded(entry.title) and first_day(tree_of(event.record.fields)) == first_day(dict(entry.tree))
        if same and event.record.path not in used:
            return _doubtful(entry, text("Is it the same event as {path}? Then delete this file.", path=event.record.path))
    return entry


def _imported(entry: Entry, task: Import) -> Tree:
    cells: dict[str, Tree] = {key: value_digest(value) for key, value in _said(entry).items() if value is not None}
    return {"source": task.source, "row": entry.row, "cells": cells}


def _said(entry: Entry) -> dict[str, Tree]:
    """What the source says of each key that it tells of, and of the body."""
    said = {key: entry.tree.get(key) for key in sorted({*entry.keys, *entry.tree, "draft"} - {"imported"})}
    return said if entry.body is None else {**said, "body": entry.body or None}


def _merged(entry: Entry, event: Existing, task: Import) -> Change:
    """The file of an event that the site has, with what the source says anew."""
    changes, conflicts = _own_changes(entry, event) if entry.file else _three_way(entry, event)
    body = changes.pop("body", None)
    imported = None if entry.file else _imported(entry, task)
    told = tuple(sorted({*changes, *(("body",) if body is not None else ())}))
    if not told and (entry.file or imported == _remembered(event)):
        return Change("unchanged", event.record.path, event.content, entry, (), conflicts)
    changes |= _dated(event, changes, task) if told else {}
    changes |= {"imported": imported} if imported else {}
    content = edited(event.content, changes, _comments(entry, event, changes, task), str(body) if body is not None else None)
    return Change("updated", event.record.path, content, entry, told, conflicts)


def _remembered(event: Existing) -> Tree:
    return tree_of(event.record.fields.imported) if event.record.fields.imported else None


def _own_changes(entry: Entry, event: Existing) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """What staff changed in a table that we exported: all of it is meant."""
    now = _now(event)
    return {key: value if key != "body" else value or "" for key, value in _said(entry).items() if value != now.get(key)}, ()


def _now(event: Existing) -> dict[str, Tree]:
    return {**tree_of(event.record.fields), "body": event.record.body or None}


def _three_way(entry: Entry, event: Existing) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """What follows the source, and what staff should know. Dates change together or not at all, since they must fit each other."""
    remembered = event.record.fields.imported
    cells = remembered.cells if remembered else {}
    now = _now(event)
    changes: dict[str, Tree] = {}
    conflicts: dict[str, Text] = {}
    for key, value in _said(entry).items():
        then, kept = cells.get(key, NOTHING), now.get(key)
        if value == kept or value_digest(value) == then:
            continue
        if value is None and entry.unsettled:  # a cell that cannot be read takes nothing away
            conflicts[key] = text("{key}: the source does not say it clearly any more; “{kept}” stays.", key=key_label(key), kept=_short(kept))
        elif value_digest(kept) == then:
            changes[key] = value
        else:
            conflicts[key] = _conflict(key, value, kept)
    apart = DATES if DATES & set(conflicts) else frozenset()
    return {key: value for key, value in changes.items() if key not in apart}, tuple(conflicts.values())


def _conflict(key: str, said: Tree, kept: Tree) -> Text:
    message = text(
        "{key}: the source now says “{said}”, the file was edited by hand: “{kept}” stays.", key=key_label(key), said=_short(said), kept=_short(kept)
    )
    return message if key not in {"draft", "body"} else text("{key}: the source has changed, but the file was edited by hand and stays.", key=key_label(key))


def _short(value: Tree) -> str:
    return flow(value)[:60] if value is not None else "–"


def _dated(event: Existing, changes: Mapping[str, Tree], task: Import) -> dict[str, Tree]:
    """The file's own date of change, where it has one: feeds tell their subscribers by it."""
    has_one = event.record.fields.updated is not None and "updated" not in changes
    return {"updated": written(task.now.replace(second=0, microsecond=0, tzinfo=None))} if has_one else {}


def _comments(entry: Entry, event: Existing, changes: Mapping[str, Tree], task: Import) -> list[str] | None:
    """What is to settle as long as the file is a draft; of our own exports what stands there already."""
    draft = changes.get("draft", "true" if event.record.fields.draft else None)
    if draft != "true":
        return []
    return None if entry.file and not entry.unsettled else [message.show(task.translate) for message in entry.unsettled]
