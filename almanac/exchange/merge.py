"""Merges incoming events into the site: what becomes of each file. Pure: `writing` writes the files.

A file remembers digests of the values that the last import gave it (`imported`). So three versions meet: the source
then, the source now, and the file. If the source has not changed, the file stays. If the file has not changed, it
follows the source. If both have changed, the file stays and the conflict is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from almanac.content.front_matter_text import file_text, first_day, flow, moment_text, tree_of
from almanac.content.frontmatter import Tree
from almanac.content.names import folded
from almanac.content.occurrences import Impossible, as_datetime, dates
from almanac.core.problems import Text, text
from almanac.exchange.contents import FOLDER, ExistingEvent
from almanac.exchange.files import edited_text
from almanac.exchange.incoming import IncomingEvent, key_label, value_digest
from almanac.exchange.matching import (
    ImportTask,
    Skipped,
    events_of_source,
    match_events,
    split_importable,
    with_question,
)
from almanac.exchange.rows import DATE_KEYS
from almanac.exchange.slugs import new_event_path

NO_VALUE = value_digest(None)
SHRINKING = 5  # a source that loses more than this part of its events may be incomplete
LONGEST_QUOTE = 60  # characters of a value in a message


class FileChange(msgspec.Struct, frozen=True):
    """What becomes of an event's file: its path and text, the keys that changed, and the conflicts."""

    kind: Literal["new", "updated", "unchanged"]
    path: str
    content: str
    event: IncomingEvent
    keys: tuple[str, ...] = ()
    conflicts: tuple[Text, ...] = ()


class ImportPlan(msgspec.Struct, frozen=True):
    """The changes of files, the events that are skipped, and the paths of events that the source no longer has.

    `known` counts the events that earlier imports of the source have made. Of calendars, past events count neither as
    known nor as gone: many feeds hold only events to come.
    """

    changes: tuple[FileChange, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    gone: tuple[str, ...] = ()
    known: int = 0

    @property
    def shrunk(self) -> bool:
        """Whether more than a fifth of the known events are gone, as from a file that is cut off."""
        return len(self.gone) * SHRINKING > self.known


def plan_import(events: Sequence[IncomingEvent], task: ImportTask) -> ImportPlan:
    """What the import of the events changes, in their order."""
    importable, skipped = split_importable(events, task)
    matches = match_events(importable, task)
    matched_paths = {existing.record.path for existing in matches.values()}
    taken = set(task.contents.taken)
    changes = []
    for event in importable:
        existing = matches.get(event.place)
        change = _merged(event, existing, task) if existing else _new(event, matched_paths, taken, task)
        taken.add(change.path.rpartition("/")[2].removesuffix(".md"))
        changes.append(change)
    paths = {change.path for change in changes}
    known = [event.record for event in events_of_source(task) if not (task.by_uid and _is_over(event, task))]
    gone = tuple(record.path for record in known if record.path not in paths)
    return ImportPlan(tuple(changes), tuple(skipped), gone, len(known))


def _is_over(existing: ExistingEvent, task: ImportTask) -> bool:
    try:
        occurrences = dates(existing.record.fields).occurrences
    except Impossible:
        return False
    return max(one.ends for one in occurrences) < task.now.replace(tzinfo=None)


def _new(event: IncomingEvent, matched_paths: set[str], taken: set[str], task: ImportTask) -> FileChange:
    """The file of an event that the site does not have yet."""
    if event.file:
        if not (event.questions or first_day(event.tree)):
            event = with_question(event, text("There is no date."))
        path, tree = f"{FOLDER}/{event.file}.md", dict(event.tree)
    else:
        event = _ask_if_known(event, matched_paths, task)
        path = new_event_path(event.title, first_day(event.tree), event.month, taken)
        tree = {**event.tree, "imported": _imported(event, task)}
    content = file_text(tree, event.body or "", (message.show(task.translate) for message in event.questions))
    return FileChange("new", path, content, event)


def _ask_if_known(event: IncomingEvent, matched_paths: set[str], task: ImportTask) -> IncomingEvent:
    """The event, as a draft if another file has the same title and day: two sources may list one event."""
    for existing in task.contents.by_title.get(folded(event.title), ()):
        same_day = first_day(tree_of(existing.record.fields)) == first_day(event.tree)
        if same_day and existing.record.path not in matched_paths:
            question = text("Is it the same event as {path}? Then delete this file.", path=existing.record.path)
            return with_question(event, question)
    return event


def _imported(event: IncomingEvent, task: ImportTask) -> Tree:
    cells: dict[str, Tree] = {key: value_digest(value) for key, value in _values(event).items() if value is not None}
    return {"source": task.source, "row": event.source_key, "cells": cells}


def _values(event: IncomingEvent) -> dict[str, Tree]:
    """The source's value of each key that it could give, and of the body."""
    values = {key: event.tree.get(key) for key in sorted({*event.keys, *event.tree, "draft"} - {"imported"})}
    return values if event.body is None else {**values, "body": event.body or None}


def _merged(event: IncomingEvent, existing: ExistingEvent, task: ImportTask) -> FileChange:
    """The existing file with the changes of the source."""
    changes, conflicts = _own_changes(event, existing) if event.file else _three_way(event, existing)
    body = changes.pop("body", None)
    imported = None if event.file else _imported(event, task)
    changed = tuple(sorted({*changes, *(("body",) if body is not None else ())}))
    if not changed and (event.file or imported == _remembered(existing)):
        return FileChange("unchanged", existing.record.path, existing.content, event, (), conflicts)
    changes |= _updated(existing, changes, task) if changed else {}
    changes |= {"imported": imported} if imported else {}
    questions = _questions(event, existing, changes, task)
    content = edited_text(existing.content, changes, questions, str(body) if body is not None else None)
    return FileChange("updated", existing.record.path, content, event, changed, conflicts)


def _remembered(existing: ExistingEvent) -> Tree:
    return tree_of(existing.record.fields.imported) if existing.record.fields.imported else None


def _own_changes(event: IncomingEvent, existing: ExistingEvent) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """The values that staff changed in a table that this site exported, and the questions about unreadable cells.

    Every cell counts, also an empty one; but while there are questions, no key is removed.
    """
    current = _current(existing)
    values = _values(event)
    if event.questions:
        readable = {key: value for key, value in values.items() if value is not None and key != "draft"}
        values = {key: _with_parts_of(value, current.get(key)) for key, value in readable.items()}
    changed = {key: value for key, value in values.items() if value != current.get(key)}
    return {key: value or "" if key == "body" else value for key, value in changed.items()}, event.questions


def _current(existing: ExistingEvent) -> dict[str, Tree]:
    return {**tree_of(existing.record.fields), "body": existing.record.body or None}


def _three_way(event: IncomingEvent, existing: ExistingEvent) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """The values that follow the source, and the conflicts. Dates change together or not at all: they must fit."""
    remembered = existing.record.fields.imported
    digests = remembered.cells if remembered else {}
    current = _current(existing)
    changes: dict[str, Tree] = {}
    conflicts: dict[str, Text] = {}
    for key, value in _values(event).items():
        then, now = digests.get(key, NO_VALUE), current.get(key)
        value = _with_parts_of(value, now) if event.questions else value  # noqa: PLW2901 - the same value, complete
        published_stays = key == "draft" and value
        if value == now or value_digest(value) == then or published_stays:
            continue
        if value is None and event.questions:  # an unreadable cell removes nothing
            conflicts[key] = text(
                "{key}: the source is no longer clear; “{kept}” stays.",
                key=key_label(key),
                kept=_quoted(now),
            )
        elif value_digest(now) == then:
            changes[key] = value
        else:
            conflicts[key] = _conflict(key, value, now)
    held = set(DATE_KEYS) if set(DATE_KEYS) & set(conflicts) else set()
    return {key: value for key, value in changes.items() if key not in held}, tuple(conflicts.values())


def _with_parts_of(value: Tree, kept: Tree) -> Tree:
    """A mapping with the parts of the existing one that it lacks: an unreadable cell removes no part."""
    return {**kept, **value} if isinstance(value, dict) and isinstance(kept, dict) else value


def _conflict(key: str, value: Tree, kept: Tree) -> Text:
    if key in {"draft", "body"}:
        return text("{key}: the source has changed, but the file was edited by hand and stays.", key=key_label(key))
    return text(
        "{key}: the source now says “{said}”, the file was edited by hand: “{kept}” stays.",
        key=key_label(key),
        said=_quoted(value),
        kept=_quoted(kept),
    )


def _quoted(value: Tree) -> str:
    return flow(value)[:LONGEST_QUOTE] if value is not None else "–"


def _updated(existing: ExistingEvent, changes: Mapping[str, Tree], task: ImportTask) -> dict[str, Tree]:
    """The new `updated` of a file that has one: feeds use it to tell subscribers of a change. It never goes back."""
    before = existing.record.fields.updated
    now = task.now.replace(second=0, microsecond=0, tzinfo=None)
    if before is None or "updated" in changes or as_datetime(before) > now:
        return {}
    return {"updated": moment_text(now)}


def _questions(
    event: IncomingEvent, existing: ExistingEvent, changes: Mapping[str, Tree], task: ImportTask
) -> list[str] | None:
    """The questions of the file: none unless it is a draft; None keeps those of the file."""
    draft = changes.get("draft", "true" if existing.record.fields.draft else None)
    if draft != "true":
        return []
    if event.file and not event.questions:
        return None
    return [message.show(task.translate) for message in event.questions]
