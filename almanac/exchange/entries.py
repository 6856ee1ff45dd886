"""An entry: one event as a table or calendar tells it, checked against the declaration of events, with all that is left to settle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from almanac.content.frontmatter import Document, Tree
from almanac.content.parse import check
from almanac.content.records.event import EventFields
from almanac.content.references import references
from almanac.core.digests import digest
from almanac.core.problems import Problem, Text, text
from almanac.exchange.files import tree_of
from almanac.exchange.names import Register
from almanac.exchange.texts import label
from almanac.content.occurrences import Impossible, dates

MISSING = "The key “{name}” is missing."


class Entry(msgspec.Struct, frozen=True):
    """One event on its way in.

    `place` is its row, counted from 1; `tree` its front matter; `body` None where the source says nothing of it. `keys` are those of
    which the source tells, so that an empty cell takes a key away and a missing column does not. `row` tells it from the others of its
    source; `file` is a path below content/events without .md, where the source names one. `month` is where it belongs without a date.
    """

    place: int
    tree: Mapping[str, Tree]
    body: str | None = None
    keys: frozenset[str] = frozenset()
    row: str = ""
    file: str | None = None
    unsettled: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    month: tuple[int, int] | None = None
    sheet: str = ""

    @property
    def place_key(self) -> str:
        """What tells the entry from the others of one import."""
        return f"{self.sheet}:{self.place}"

    @property
    def title(self) -> str:
        return str(self.tree["title"])


def checked(entry: Entry, register: Register, *, date_doubted: bool = False) -> Entry:
    """The entry with what does not fit its declaration taken out and listed; it is a draft while anything is to settle.

    `date_doubted`: what is wrong with its date is listed already.
    """
    entry, fields = _fitting(entry)
    if unknown := _unknown(fields, register):
        kept = {key: value for key, value in entry.tree.items() if key not in unknown}
        return checked(
            msgspec.structs.replace(entry, tree=kept, unsettled=(*entry.unsettled, *unknown.values())),
            register,
            date_doubted=date_doubted,
        )
    try:
        dates(fields)
    except Impossible as impossible:
        entry = msgspec.structs.replace(
            entry, unsettled=(*entry.unsettled, *_impossible(impossible, doubted=date_doubted))
        )
    return msgspec.structs.replace(entry, tree=tree_of(replace(fields, draft=True) if entry.unsettled else fields))


def _fitting(entry: Entry) -> tuple[Entry, EventFields]:
    """The entry without the values that are none, each of which is listed; its title is known to be one."""
    while True:
        lines = {(key,): line for line, key in enumerate(entry.tree, 1)}
        found = check(EventFields, Document(dict(entry.tree), lines, "", 0), "")  # type: ignore[arg-type]  # mypy takes key paths for invariant
        if not isinstance(found, list):
            return entry, found
        bad = {key: problem for problem in found for (key,), line in lines.items() if line == problem.location.line}
        kept = {key: value for key, value in entry.tree.items() if key not in bad}
        entry = msgspec.structs.replace(
            entry,
            tree=kept or {"title": "?"},
            unsettled=(*entry.unsettled, *(_unfit(problem) for problem in bad.values())),
        )


def _unknown(fields: EventFields, register: Register) -> dict[str, Text]:
    """The keys that refer to what the site does not have, each with what is to settle."""
    found = {}
    for reference in references(fields):
        known = register.names.get(reference.to)
        allowed = known is None or reference.name in known.shown or (reference.to == "assets" and ":" in reference.name)
        if not allowed and (reference.to == "assets" or not register.open):
            found[str(reference.key[0])] = text(
                "{key}: “{name}” is not known.", key=key_label(str(reference.key[0])), name=reference.name
            )
    return found


def _unfit(problem: Problem) -> Text:
    return text("{message} {hint}", message=problem.message, hint=problem.hint) if problem.hint else problem.message


def _impossible(impossible: Impossible, *, doubted: bool) -> Iterable[Text]:
    """What keeps the dates from being; that there are none is said once."""
    _, message, hint = impossible.fault
    if message.message != MISSING:
        yield text("{message} {hint}", message=message, hint=hint) if hint else message
    elif not doubted:
        yield text("There is no date.")


def value_digest(value: Tree) -> str:
    """A short digest of a front-matter value, for telling whether it has changed."""
    return digest(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())[:8]


def key_label(key: str) -> Text:
    """What people call a key."""
    return text("Text of the event") if key == "body" else Text(label(EventFields, key, str))
