"""What changed for the public, and when: new dates, places and states of events.

The git history gives the versions of an event's file (docs/decisions/0003). Without one an event has the change that
its keys `updated` and `status` declare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Literal, TypeAlias

import msgspec

from almanac.content.history import Edit, Identity
from almanac.content.metadata import metadata_of
from almanac.content.queries import (
    OUTCOMES,
    Outcome,
    begun,
    config,
    history,
    parse_file,
    possible_dates,
    tree,
    without_body,
)
from almanac.content.records.event import CALLED_OFF, Status
from almanac.content.versions import ANNOUNCED
from almanac.core.git import blobs
from almanac.core.problems import text
from almanac.incremental import Asked, Codec, query, table
from almanac.model.differences import ADDRESS, WHEN, WHERE, KeyChange, facet_names, key_changes
from almanac.model.events import Event, Facets, PastEvent
from almanac.model.labels import EVENTS, labels
from almanac.model.links import NEVER, Linked, events, link, updated_ahead
from almanac.model.moments import instant, local
from almanac.model.withdrawn import withdrawn

ChangeKind: TypeAlias = Literal["new", "changed", "restored", "cancelled", "postponed"]
CHANGE_WORDS = {
    "new": text("New event"),
    "changed": text("Has changed"),
    "restored": text("Takes place after all"),
    "cancelled": text("Cancelled"),
    "postponed": text("Postponed"),
}


SESSIONS, STATUS, ONLINE = text("Sessions"), text("Status"), text("Online")
# The labels of single dates whose changes are news; notes and capacities are none.
NEWS_OF_DATES = {WHEN, WHERE, ADDRESS, STATUS}


class Told(msgspec.Struct, frozen=True, array_like=True):
    """A change of an event for the public: its instant in UTC, and the object ids of the versions of its file.

    The ids are empty where the file itself declares the change, and for a new event.
    """

    moment: datetime
    kind: ChangeKind
    before: str = ""
    after: str = ""


@table(tuple[Edit, ...])
def edits(site: Asked) -> Mapping[str, tuple[Edit, ...]]:
    """The last edits of every event, by the path of its file."""
    known = history(site).edits
    return {path: known.get(path, ()) for path in tree(site).of(EVENTS)}


@table(bytes)
def versions(site: Asked) -> Mapping[str, bytes]:
    """The bytes of each version that an edit names, by its object id."""
    found = [one for of_event in history(site).edits.values() for one in of_event]
    names = sorted({name for one in found for name in (one.before, one.after)})
    read = zip(names, blobs(site.root, names), strict=True)  # type: ignore[attr-defined]  # a Site
    return {name: data for name, data in read if data is not None}


def _decode_version(data: bytes) -> Outcome:
    return OUTCOMES.decode(data) if data else Outcome(None)


@query(Codec(lambda found: OUTCOMES.encode(found) or b"", _decode_version))
def version(site: Asked, path: str, name: str) -> Outcome:
    """What a version of an event's file says, by its object id; a faulty one has no record. It is parsed once."""
    data = versions.get(site, name)
    found = parse_file(path, data) if data is not None else []
    return Outcome(None) if isinstance(found, list) else Outcome(without_body(found), possible_dates(found.fields))


def past_event(site: Facets, path: str, name: str) -> Event | None:
    """The event as a version of its file had it; None if that version is faulty or has impossible dates."""
    found = version(site, path, name)
    if found.record is None or not found.dates:
        return None
    one = metadata_of(found.record, found.dates)
    return PastEvent(site, link(path, one, labels(site), NEVER, Identity("", ())), found)


def changes_between(site: Facets, before: Event, after: Event) -> list[KeyChange]:
    """The changes of date, place and status between two versions of an event.

    A session that comes or goes is one change, that of its time. Another address of the same broadcast is none.
    """
    names = facet_names(site)
    found = [
        one
        for one in key_changes(before, after, (names, names), ANNOUNCED)
        if one.labels != (SESSIONS,)
        and (len(one.labels) == 1 or one.labels[-1] in NEWS_OF_DATES)
        and not (one.labels == (ONLINE,) and one.before and one.after)
    ]
    if any(one.labels == (WHERE,) for one in found):
        found = [one for one in found if one.labels != (WHERE, ADDRESS)]
    single = {
        one.labels[:-1]
        for one in found
        if one.labels[0] == SESSIONS and one.labels[-1] == WHEN and None in (one.before, one.after)
    }
    return [one for one in found if one.labels[-1] == WHEN or one.labels[:-1] not in single]


@query(tuple[Told, ...])
def _edited(site: Facets, path: str) -> tuple[Told, ...]:
    """The changes that the history tells of an event, the oldest first; those of one day are one change."""
    timezone = config(site).timezone
    found: list[Told] = []
    last_sound = ""  # the last version that the public could read, where a later one was faulty
    published = begun.get(site, path)
    for day, of_day in groupby(edits.entry(site, path), key=lambda one: local(one.moment, timezone).date()):
        edited = list(of_day)
        before, after = last_sound or edited[0].before, edited[-1].after
        old, new = past_event(site, path, before), past_event(site, path, after)
        if new is None:
            last_sound = before
            continue
        last_sound = ""
        kind = _kind(site, old, new) if old else None
        moment = edited[-1].moment
        is_new = published and day <= local(published, timezone).date() and kind != "new"
        if kind and not is_new and new.ends > local(moment, timezone):
            found.append(Told(moment, kind, before, after))
    return tuple(found)


def _kind(site: Facets, old: Event, new: Event) -> ChangeKind | None:
    """What a change is for the public; None if it is nothing."""
    if new.fields.draft:
        return None
    if old.fields.draft:
        return "new"
    if not changes_between(site, old, new):
        return None
    before, after = old.fields.status, new.fields.status
    if after != before and (kind := _called_off(after)):
        return kind
    return "restored" if before in CALLED_OFF and after not in CALLED_OFF else "changed"


@table(tuple[Told, ...])
def told(site: Facets) -> Mapping[str, tuple[Told, ...]]:
    """The changes of every event by its id, the oldest first, without those that happened when it was over."""
    known, recorded, ahead, timezone = history(site).edits, begun(site), set(updated_ahead(site)), config(site).timezone

    def of_event(event: Linked) -> tuple[Told, ...]:
        if event.path in recorded:
            return _edited(site, event.path) if event.path in known else ()
        return () if event.path in ahead else tuple(_declared(event, timezone))

    return {event.id: of_event(event) for event in events(site).values()}


def _declared(event: Linked, timezone: str) -> Iterator[Told]:
    """The change that the file of an event declares."""
    updated, status = event.metadata.updated, event.metadata.status
    if updated and updated < event.ends and status != "scheduled":
        yield Told(instant(updated, timezone), _called_off(status) or "changed")


def _called_off(status: Status) -> ChangeKind | None:
    return "cancelled" if status == "cancelled" else "postponed" if status == "postponed" else None


def last_told_change(site: Facets, event_id: str) -> Told | None:
    """The last change of an event that was published before."""
    return next((one for one in reversed(told.get(site, event_id) or ()) if one.kind != "new"), None)


def changes_since(site: Facets, first: date) -> Iterator[tuple[Linked, Told]]:
    """Each change since a day with its event: edits, new events, and deleted events, which count as cancelled."""
    timezone, instants = config(site).timezone, begun(site)

    def counts(event: Linked, moment: datetime) -> bool:
        return local(moment, timezone).date() >= first and event.ends > local(moment, timezone)

    for event_id, of_event in told(site).items():
        event = events.entry(site, event_id)
        yield from ((event, one) for one in of_event if local(one.moment, timezone).date() >= first)
        moment = instants.get(event.path)
        if moment and counts(event, moment) and not any(one.kind == "new" for one in of_event):
            yield event, Told(moment, "new")
    for event in withdrawn(site).values():
        if counts(event, event.updated):
            yield event, Told(event.updated, "cancelled")
