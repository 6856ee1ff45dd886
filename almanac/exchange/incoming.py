"""Incoming events: each is one event of a table or calendar, checked against the declaration of events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace as replace_fields

import msgspec
from msgspec.structs import replace

from almanac.content.field_words import label
from almanac.content.front_matter_text import tree_of
from almanac.content.frontmatter import LARGEST, Document, Tree
from almanac.content.names import is_text
from almanac.content.occurrences import Impossible, dates
from almanac.content.parse import validate
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.content.references import references
from almanac.content.trials import problem_of
from almanac.core.digests import digest
from almanac.core.problems import KeyPath, Problem, Text, text
from almanac.exchange.registries import Registries

MISSING = "The key “{name}” is missing."


class IncomingEvent(msgspec.Struct, frozen=True):
    """One event of a source that is being imported.

    - `row` is the number of its row in the `sheet`, or of the event in a calendar, counted from 1.
    - `tree` is its front matter, `body` its text; None if the source has no text.
    - `keys` are the front-matter keys that the source has columns for: an empty cell of theirs removes a key.
    - `source_key` identifies it among the events of its source, also in later imports.
    - `file` is a path below content/events without .md, if the source names one.
    - `questions` must be answered before it is published: until then it is a draft. `notes` need no answer.
    - `month` is the year and month of an event whose date is unclear.
    - `row_count` is the number of its rows, more than 1 if they share a title; of a VEVENT with its overrides.
    """

    row: int
    tree: Mapping[str, Tree]
    body: str | None = None
    keys: frozenset[str] = frozenset()
    source_key: str = ""
    file: str | None = None
    questions: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    month: tuple[int, int] | None = None
    sheet: str = ""
    row_count: int = 1

    @property
    def place(self) -> str:
        """Its sheet and row, which no other event of the same import has."""
        return f"{self.sheet}:{self.row}"

    @property
    def title(self) -> str:
        return str(self.tree["title"])


def checked(
    event: IncomingEvent, registries: Registries, *, date_doubted: bool = False, dated: bool = True
) -> IncomingEvent:
    """The event without values that its declaration refuses; each becomes a question, and questions make it a draft.

    `date_doubted` means that a question about its date is already there, so that a missing date adds none. Dates are
    not asked for where the source is not `dated`, as a table of results, whose events have their dates in their files.
    """
    event = _fitting(event, registries)
    event, fields = _valid(event)
    if unknown := _unknown_names(fields, registries):
        known = {key: value for key, value in event.tree.items() if key not in unknown}
        event = replace(event, tree=known, questions=(*event.questions, *unknown.values()))
        return checked(event, registries, date_doubted=date_doubted, dated=dated)
    try:
        dates(fields)
    except Impossible as impossible:
        if dated:
            event = replace(event, questions=(*event.questions, *_date_questions(impossible, doubted=date_doubted)))
    return replace(event, tree=tree_of(replace_fields(fields, draft=True) if event.questions else fields))


def _fitting(event: IncomingEvent, registries: Registries) -> IncomingEvent:
    """The event without a text or a value that its file could not hold; each becomes a question."""
    if event.body and (problem := problem_of(Record("", "", None, event.body, 1), registries.limits)):
        event = replace(event, body="", questions=(*event.questions, _question_of(problem)))
    while len(str(event.tree)) > LARGEST // 2:  # signs of YAML, questions and comments take room too
        key = max(event.tree, key=lambda name: len(str(event.tree[name])))
        kept = {name: value for name, value in event.tree.items() if name != key}
        question = text("{key}: this is too long to be kept.", key=key_label(key))
        event = replace(event, tree={"title": "?", **kept}, questions=(*event.questions, question))
    return event


def _valid(event: IncomingEvent) -> tuple[IncomingEvent, EventFields]:
    """The event without its invalid values, and the declared values. An invalid part takes no other part with it."""
    while True:
        found = validate(EventFields, Document(dict(event.tree), {}, "", 0), "")
        if not isinstance(found, list):
            return event, found
        valid = _without(dict(event.tree), found[0].location.key)
        tree = {"title": "?", **(valid if isinstance(valid, dict) else {})}
        event = replace(event, tree=tree, questions=(*event.questions, _question_of(found[0])))


def _without(value: Tree, key: KeyPath) -> Tree:
    """The value without the part at a key path, or without the smallest part around it that exists."""
    if not key:
        return None
    name, *rest = key
    if isinstance(value, dict) and isinstance(name, str) and name in value:
        part = _without(value[name], tuple(rest))
        others = {other: kept for other, kept in value.items() if other != name}
        return ({other: part if other == name else kept for other, kept in value.items()} if part else others) or None
    if isinstance(value, list) and isinstance(name, int) and name < len(value):
        part = _without(value[name], tuple(rest))
        return [*value[:name], *([part] if part else []), *value[name + 1 :]] or None
    return None


def _question_of(problem: Problem) -> Text:
    return text("{message} {hint}", message=problem.message, hint=problem.hint) if problem.hint else problem.message


def _unknown_names(fields: EventFields, registries: Registries) -> dict[str, Text]:
    """A question for each key that refers to a record or file that the site does not have."""
    found = {}
    for reference in references(fields):
        registry = registries.by_folder.get(reference.to)
        if reference.to == "assets":
            allowed = registry is None or reference.name in registry.shown or ":" in reference.name
        else:
            known = registry is None or bool(registry.key_of(reference.name)) or registries.open
            allowed = known or is_text(reference, registries.of(reference.to))
        if not allowed:
            key = str(reference.key[0])
            found[key] = text("{key}: “{name}” is not known.", key=key_label(key), name=reference.name)
    return found


def _date_questions(impossible: Impossible, *, doubted: bool) -> Iterable[Text]:
    """The question why the dates are impossible; none for a missing date that has been asked about already."""
    _, message, hint = impossible.fault
    if message.message != MISSING:
        yield text("{message} {hint}", message=message, hint=hint) if hint else message
    elif not doubted:
        yield text("There is no date.")


def value_digest(value: Tree) -> str:
    """A short digest of a front-matter value, which tells whether it has changed."""
    return digest(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())[:8]


def key_label(key: str) -> Text:
    """The label of a front-matter key, or of the body."""
    return text("Text of the event") if key == "body" else Text(label(EventFields, key, str))
