"""Deleted events: they stay in feeds as cancelled until their dates are over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import msgspec

from almanac.content.history import History, Identity, Withdrawn
from almanac.content.ids import id_problem
from almanac.content.metadata import metadata_of
from almanac.content.queries import OUTCOMES, Outcome, config, history, parse_file, possible_dates, without_body
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.content.sources import CONTENT
from almanac.incremental import Asked, query, table
from almanac.model.identities import event_address
from almanac.model.labels import EVENTS, Label, labels, sound_metadata
from almanac.model.links import BY_BEGIN, Linked, events, last_change, link
from almanac.model.moments import local, month


class Gone(msgspec.Struct, frozen=True):
    """A deleted event as a cancelled event, with its last record."""

    event: Linked
    outcome: Outcome


class Deletions(msgspec.Struct, frozen=True):
    """Deleted events, and the paths of those of which other events have taken UIDs over, by these UIDs."""

    gone: tuple[Gone, ...] = ()
    taken: Mapping[str, str] = msgspec.field(default_factory=dict)


@query()
def deletions(site: Asked) -> Deletions:
    """Deleted events as cancelled events, so that feeds announce it to subscribers; each by its last deletion.

    Drafts, events that were over, and events whose address is now an alias of another are left out.
    """
    known = history(site).withdrawn
    if not known or not config(site).outputs.get("withdrawn", True):  # feeds would lead to their pages
        return Deletions()
    present = events(site)
    aliases = {alias for _, one in sound_metadata(site) for alias in one.aliases}
    addresses = {*aliases, *map(event_address, present)}
    uids = {event.uid for event in present.values()}
    entries = {uid for event in present.values() for uid in event.uids()}
    kept: list[Gone] = []
    taken: dict[str, str] = {}
    for one in _deletions(site, known):
        if one.event.uid in uids or event_address(one.event.id) in aliases:
            continue
        if doubled := entries.intersection(one.event.uids()):
            taken |= dict.fromkeys(sorted(doubled), one.event.path)
            continue
        former = tuple(
            name for name in one.event.former_ids if event_address(name) not in addresses and not id_problem(name)
        )
        uids.add(one.event.uid)
        addresses |= {event_address(one.event.id), *map(event_address, former)}
        entries.update(one.event.uids())
        kept.append(msgspec.structs.replace(one, event=msgspec.structs.replace(one.event, former_ids=former)))
    return Deletions(tuple(sorted(kept, key=lambda one: BY_BEGIN(one.event))), taken)


def gone(site: Asked) -> tuple[Gone, ...]:
    """Deleted events as cancelled events, by their first dates."""
    return deletions(site).gone


def _deletions(site: Asked, known: Iterable[Withdrawn]) -> Iterator[Gone]:
    """Events that were deleted before their dates were over, the last deletion first."""
    since = _months_before(month(site), config(site).feeds.months_ahead + 2)
    past, timezone = history(site), config(site).timezone
    for file in sorted(known, key=lambda one: (one.moment, one.path), reverse=True):
        deleted = local(file.moment, timezone)
        last = _last_record(file) if deleted >= since else None
        one = _cancelled(file, last, labels(site), past) if last else None
        if one and one.event.ends > deleted:
            yield one


def _months_before(month_of_build: str, count: int) -> datetime:
    first = datetime.combine(date.fromisoformat(f"{month_of_build}-01"), time())
    return first - timedelta(days=31 * count)


def _last_record(file: Withdrawn) -> Record[EventFields] | None:
    kind, _, below = file.path.removeprefix(f"{CONTENT}/").partition("/")
    if kind != EVENTS or not below.endswith(".md"):
        return None
    parsed = parse_file(file.path, file.data)
    return None if isinstance(parsed, list) or parsed.fields.draft else parsed


def _cancelled(file: Withdrawn, last: Record[EventFields], by_name: Mapping[str, Label], past: History) -> Gone | None:
    """A deleted event with every date cancelled; None if its dates are impossible."""
    fields = last.fields
    sessions = tuple(replace(session, status="cancelled") for session in fields.sessions)
    overrides = {day: replace(override, status="cancelled") for day, override in fields.overrides.items()}
    called_off = replace(fields, status="cancelled", sessions=sessions, overrides=overrides)
    record_ = without_body(msgspec.structs.replace(last, fields=called_off))
    found = Outcome(record_, possible_dates(called_off))
    one = metadata_of(record_, found.dates)
    names = tuple(name for name in file.identity.names if name != last.key)
    identity = Identity(fields.id, ()) if fields.id else Identity(file.identity.uid, names)
    updated = max(file.moment, last_change(file.path, one, by_name, past))
    return Gone(link(file.path, one, by_name, updated, identity), found) if one.periods else None


@table(Linked)
def withdrawn(site: Asked) -> Mapping[str, Linked]:
    """Deleted events whose dates are not over, by their ids."""
    return {one.event.id: one.event for one in gone(site)}


@table(OUTCOMES)
def withdrawn_outcomes(site: Asked) -> Mapping[str, Outcome]:
    """The last records of withdrawn events, by their ids."""
    return {one.event.id: one.outcome for one in gone(site)}
