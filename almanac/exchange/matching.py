"""Decides which incoming events are imported, and which existing event each of them is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.ids import id_problem
from almanac.core.problems import Text, Translate, text
from almanac.exchange.contents import ExistingEvent, SiteContents
from almanac.exchange.incoming import IncomingEvent, value_digest

FOLDER_NAME = re.compile(r"\w[\w .-]*(?<![. ])")  # neither hidden nor a way up, and valid on every file system


class ImportTask(msgspec.Struct, frozen=True):
    """The inputs of an import besides the incoming events.

    `source` is the name by which a later import recognises these events. `by_uid` is set for calendars, in which
    events with different UIDs are different events, even if their titles are equal.
    """

    contents: SiteContents
    source: str
    now: datetime
    translate: Translate
    by_uid: bool = False


class Skipped(msgspec.Struct, frozen=True):
    """An incoming event that is not imported, and the reason."""

    event: IncomingEvent
    reason: Text


def split_importable(events: Sequence[IncomingEvent], task: ImportTask) -> tuple[list[IncomingEvent], list[Skipped]]:
    """The events to import, and the others."""
    distinct, skipped = _distinct(events)
    importable = []
    for event in distinct:
        if reason := _bad_file(event, task) or _own_event(event, task):
            skipped.append(Skipped(event, reason))
        else:
            importable.append(event)
    return importable, skipped


def _distinct(events: Sequence[IncomingEvent]) -> tuple[list[IncomingEvent], list[Skipped]]:
    """The events without exact repetitions. An event that repeats only title and date becomes a draft."""
    first: dict[str, IncomingEvent] = {}
    distinct: list[IncomingEvent] = []
    skipped: list[Skipped] = []
    counts: Counter[str] = Counter()
    for event in events:
        earlier = first.setdefault(event.file or event.source_key, event)
        counts[event.source_key] += 1
        if earlier is event:
            distinct.append(event)
        elif event.file or (earlier.tree, earlier.body) == (event.tree, event.body):
            skipped.append(Skipped(event, text("It is the same as row {row}.", row=earlier.row)))
        else:
            numbered = replace(event, source_key=f"{event.source_key}-{counts[event.source_key]}")
            distinct.append(with_question(numbered, text("Is it the same event as row {row}?", row=earlier.row)))
    return distinct, skipped


def _bad_file(event: IncomingEvent, task: ImportTask) -> Text | None:
    """The reason to refuse the file that a table names; None if the file exists or its name is valid."""
    if event.file is None or event.file in task.contents.paths:
        return None
    *folders, stem = event.file.split("/")
    bad = id_problem(stem) or any(not FOLDER_NAME.fullmatch(folder) for folder in folders)
    return text("“{name}” cannot be the name of a file.", name=event.file) if bad else None


def _own_event(event: IncomingEvent, task: ImportTask) -> Text | None:
    """The reason to skip an event of a feed that this site published itself: its file says more than the feed."""
    uid = str(event.tree.get("id"))
    existing = task.contents.by_uid.get(uid) if task.by_uid else None
    if existing is None or (existing.id == uid and existing.record.fields.imported is not None):
        return None
    return text("It is an event of this site: {path}.", path=existing.record.path)


def with_question(event: IncomingEvent, question: Text) -> IncomingEvent:
    """The event as a draft with one more question."""
    return replace(event, tree={**event.tree, "draft": "true"}, questions=(*event.questions, question))


def events_of_source(task: ImportTask) -> list[ExistingEvent]:
    """The existing events that earlier imports of the same source have written."""
    return [
        event
        for event in task.contents.events
        if (imported := event.record.fields.imported) and imported.source == task.source
    ]


COPY = re.compile(
    r"[\s_\-—]*(?:[(（]\d+[)）]|副本|复件|最终版?|终稿|定稿|修[改订]版?|更新版?|最新版?|新版|final|copy|v\d+(?:\.\d+)*|第[\d一二三四五六七八九十]+[版稿])$",
    re.IGNORECASE,
)


def earlier_source(name: str, contents: SiteContents) -> str | None:
    """The source of earlier imports of which a file is a newer version by its name: 活动表(1).xlsx, 活动表最终版.xlsx.

    None if the name itself is a known source, or if no source or several fit.
    """
    sources = {event.record.fields.imported.source for event in contents.events if event.record.fields.imported}
    fitting = {source for source in sources if _base(source) == _base(name)}
    return fitting.pop() if len(fitting) == 1 and name not in fitting else None


def _base(name: str) -> str:
    """The name of a file without the marks of copies and versions; the suffix only tells a calendar from a table."""
    stem, _, suffix = unicodedata.normalize("NFKC", name).rpartition(".")
    base = stem or suffix
    while (shorter := COPY.sub("", base).rstrip()) != base and shorter:
        base = shorter
    return f"{base.casefold()}{'.ics' if suffix.lower() == 'ics' else ''}"


def match_events(events: Sequence[IncomingEvent], task: ImportTask) -> dict[str, ExistingEvent]:
    """The existing event of each incoming one, by the place of the latter; events that are new are missing.

    They match by file or id, else by source key, else by title, else by time and place; each only if the match is
    unambiguous. Events of a calendar match by id and UID alone.
    """
    by_name = {event.file: event for event in task.contents.events}
    by_name |= {event.id: event for event in task.contents.events}
    matches = {event.place: existing for event in events if (existing := _named(event, by_name))}
    for mark_of in (_source_key,) if task.by_uid else (_source_key, _title, _time_and_place):
        matched = {existing.record.path for existing in matches.values()}
        free = [existing for existing in events_of_source(task) if existing.record.path not in matched]
        rest = [event for event in events if event.place not in matches and not event.file]
        matches |= _pairs(rest, free, mark_of)
    return matches


def _named(event: IncomingEvent, by_name: Mapping[str, ExistingEvent]) -> ExistingEvent | None:
    names = (event.file, str(event.tree.get("id", "")), event.file.rpartition("/")[2] if event.file else "")
    return next((by_name[name] for name in names if name and name in by_name), None)


Mark: TypeAlias = tuple[str, ...] | None  # identifies an event within its source; None if the event has no such mark


def _source_key(key: str, cells: Mapping[str, str]) -> Mark:
    del cells
    return (key,)


def _title(key: str, cells: Mapping[str, str]) -> Mark:
    del key
    return (cells["title"],) if "title" in cells else None


def _time_and_place(key: str, cells: Mapping[str, str]) -> Mark:
    del key
    return (cells["start"], cells["venue"]) if {"start", "venue"} <= set(cells) else None


def _pairs(
    events: Sequence[IncomingEvent],
    existing_events: Sequence[ExistingEvent],
    mark_of: Callable[[str, Mapping[str, str]], Mark],
) -> dict[str, ExistingEvent]:
    """The pairs of an incoming and an existing event whose mark no other event on either side has."""
    incoming = [(event, mark_of(event.source_key, _digests(event))) for event in events]
    existing = [
        (event, mark_of(imported.row, imported.cells))
        for event in existing_events
        if (imported := event.record.fields.imported)
    ]
    incoming_counts = Counter(mark for _, mark in incoming)
    existing_counts = Counter(mark for _, mark in existing)
    by_mark = {mark: event for event, mark in existing if mark and existing_counts[mark] == 1}
    return {event.place: by_mark[mark] for event, mark in incoming if mark in by_mark and incoming_counts[mark] == 1}


def _digests(event: IncomingEvent) -> dict[str, str]:
    return {key: value_digest(value) for key, value in event.tree.items()}
