"""What an import changes: which entry is which event, and what of it goes into the file. Pure: the files are written elsewhere.

A file remembers, as digests, what the last import said of each key (`imported`). So three versions meet: what the source said then,
what it says now, and what the file says. Where the source has not changed, the file stays as staff made it; where the file has not
changed, it follows the source; where both have, the file stays and the difference is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from almanac.content.frontmatter import Tree
from almanac.content.names import folded
from almanac.core.problems import Text, text
from almanac.exchange.contents import FOLDER, Existing
from almanac.exchange.entries import Entry, key_label, value_digest
from almanac.exchange.files import edited, flow, markdown, tree_of, written
from almanac.exchange.matching import Import, doubtful, matched, of_source, sorted_out
from almanac.exchange.slugs import first_day, new_file

NOTHING = value_digest(None)
DATES = frozenset({"start", "end", "repeat", "sessions"})


class Change(msgspec.Struct, frozen=True):
    """What becomes of one entry: the file's path and new text, the keys that changed, and what staff should know of it."""

    kind: Literal["new", "updated", "unchanged"]
    path: str
    content: str
    entry: Entry
    keys: tuple[str, ...] = ()
    conflicts: tuple[Text, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """Every change, entries that are left out with the reason, and the files whose rows the source does not have any more."""

    changes: tuple[Change, ...] = ()
    skipped: tuple[tuple[Entry, Text], ...] = ()
    gone: tuple[str, ...] = ()


def plan_import(entries: Iterable[Entry], task: Import) -> Plan:
    """What becomes of the entries, in their order."""
    fitting, skipped = sorted_out(list(entries), task)
    found = matched(fitting, task)
    task.taken.update(task.contents.taken)
    changes = tuple(
        _merged(entry, found[entry.place_key], task) if entry.place_key in found else _new(entry, found, task)
        for entry in fitting
    )
    paths = {change.path for change in changes}
    gone = tuple(event.record.path for event in of_source(task) if event.record.path not in paths)
    return Plan(changes, tuple(skipped), gone)


def _new(entry: Entry, found: Mapping[str, Existing], task: Import) -> Change:
    """The file of an event that the site does not have yet."""
    if not entry.file:
        entry = _perhaps_known(entry, found, task)
    path = (
        f"{FOLDER}/{entry.file}.md"
        if entry.file
        else new_file(entry.title, first_day(dict(entry.tree)), entry.month, task.taken)
    )
    task.taken.add(path.rpartition("/")[2].removesuffix(".md"))
    tree = dict(entry.tree) if entry.file else {**entry.tree, "imported": _imported(entry, task)}
    content = markdown(tree, entry.body or "", (message.show(task.translate) for message in entry.unsettled))
    return Change("new", path, content, entry)


def _perhaps_known(entry: Entry, found: Mapping[str, Existing], task: Import) -> Entry:
    """A draft where another event of the same title begins on the same day: two tables may tell of one event."""
    for event in task.contents.by_title.get(folded(entry.title), ()):
        same_day = first_day(tree_of(event.record.fields)) == first_day(dict(entry.tree))
        if same_day and event not in found.values():
            return doubtful(
                entry, text("Is it the same event as {path}? Then delete this file.", path=event.record.path)
            )
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
    content = edited(
        event.content, changes, _comments(entry, event, changes, task), str(body) if body is not None else None
    )
    return Change("updated", event.record.path, content, entry, told, conflicts)


def _remembered(event: Existing) -> Tree:
    return tree_of(event.record.fields.imported) if event.record.fields.imported else None


def _own_changes(entry: Entry, event: Existing) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """What staff changed in a table that we exported: all of it is meant, but a cell that cannot be read takes nothing away."""
    now = _now(event)
    said = {
        key: value
        for key, value in _said(entry).items()
        if not entry.unsettled or (value is not None and key != "draft")
    }
    return {
        key: value if key != "body" else value or "" for key, value in said.items() if value != now.get(key)
    }, entry.unsettled


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
        if (
            value == kept or value_digest(value) == then or (key == "draft" and value)
        ):  # what is published stays so: what is open is said
            continue
        if value is None and entry.unsettled:  # a cell that cannot be read takes nothing away
            conflicts[key] = text(
                "{key}: the source does not say it clearly any more; “{kept}” stays.",
                key=key_label(key),
                kept=_short(kept),
            )
        elif value_digest(kept) == then:
            changes[key] = value
        else:
            conflicts[key] = _conflict(key, value, kept)
    apart = DATES if DATES & set(conflicts) else frozenset()
    return {key: value for key, value in changes.items() if key not in apart}, tuple(conflicts.values())


def _conflict(key: str, said: Tree, kept: Tree) -> Text:
    message = text(
        "{key}: the source now says “{said}”, the file was edited by hand: “{kept}” stays.",
        key=key_label(key),
        said=_short(said),
        kept=_short(kept),
    )
    return (
        message
        if key not in {"draft", "body"}
        else text("{key}: the source has changed, but the file was edited by hand and stays.", key=key_label(key))
    )


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
