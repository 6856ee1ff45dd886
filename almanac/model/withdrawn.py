"""Deleted events: they stay in feeds as cancelled until their dates are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import msgspec

from almanac.content.fields import id_problem
from almanac.content.history import Identity, Withdrawn
from almanac.content.metadata import metadata_of
from almanac.content.queries import OUTCOMES, Outcome, config, history, parse_file, possible_dates, without_body
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.content.sources import CONTENT
from almanac.incremental import Asked, query, table
from almanac.model.identities import event_address
from almanac.model.labels import EVENTS, Label, labels, sound_metadata
from almanac.model.links import BY_BEGIN, Linked, events, link
from almanac.model.moments import month


class Gone(msgspec.Struct, frozen=True):
    """A deleted event as a cancelled one, with its last record."""

    event: Linked
    outcome: Outcome


@query()
def gone(site: Asked) -> tuple[Gone, ...]:
    """Deleted events as cancelled ones, for those who have them in their calendars: the last deletion of each.

    Left out are drafts, events that were over, and events that stand elsewhere, as another event says by an alias.
    """
    chosen, known = config(site), history(site).withdrawn
    if not known or not chosen.outputs.get("withdrawn", True):  # feeds would lead to their pages
        return ()
    since = _months_before(month(site), chosen.feeds.months_ahead + 2)
    parsed = [(file, found) for file in known if file.moment >= since and (found := _last_record(file))]
    present = events(site)
    aliases = {alias for _, one in sound_metadata(site) for alias in one.aliases}
    addresses = {*aliases, *map(event_address, present)}
    uids = {event.uid for event in present.values()}
    kept: list[Gone] = []
    for file, last in sorted(parsed, key=lambda one: (one[0].moment, one[0].path), reverse=True):
        one = _cancelled(file, last, labels(site))
        if one is None or one.event.ends <= file.moment or one.event.uid in uids:
            continue
        if event_address(one.event.id) in aliases:
            continue
        former = tuple(
            name for name in one.event.former_ids if event_address(name) not in addresses and not id_problem(name)
        )
        uids.add(one.event.uid)
        addresses |= {event_address(one.event.id), *map(event_address, former)}
        kept.append(msgspec.structs.replace(one, event=msgspec.structs.replace(one.event, former_ids=former)))
    return tuple(sorted(kept, key=lambda one: BY_BEGIN(one.event)))


def _months_before(month_of_build: str, count: int) -> datetime:
    first = datetime.combine(date.fromisoformat(f"{month_of_build}-01"), time())
    return first - timedelta(days=31 * count)


def _last_record(file: Withdrawn) -> Record[EventFields] | None:
    kind, _, below = file.path.removeprefix(f"{CONTENT}/").partition("/")
    if kind != EVENTS or not below.endswith(".md"):
        return None
    parsed = parse_file(file.path, file.data)
    return None if isinstance(parsed, list) or parsed.fields.draft else parsed


def _cancelled(file: Withdrawn, last: Record[EventFields], by_name: Mapping[str, Label]) -> Gone | None:
    """A deleted event with every date called off; None where its dates contradict one another."""
    fields = last.fields
    sessions = tuple(replace(session, status="cancelled") for session in fields.sessions)
    overrides = {day: replace(override, status="cancelled") for day, override in fields.overrides.items()}
    called_off = replace(fields, status="cancelled", sessions=sessions, overrides=overrides)
    record_ = without_body(msgspec.structs.replace(last, fields=called_off))
    found = Outcome(record_, possible_dates(called_off))
    one = metadata_of(record_, found.dates)
    names = tuple(name for name in file.identity.names if name != last.key)
    identity = Identity(fields.id, ()) if fields.id else Identity(file.identity.uid, names)
    return Gone(link(file.path, one, by_name, file.moment, identity), found) if one.periods else None


@table(Linked)
def withdrawn(site: Asked) -> Mapping[str, Linked]:
    """Deleted events whose dates are not over, by their ids."""
    return {one.event.id: one.event for one in gone(site)}


@table(OUTCOMES)
def withdrawn_outcomes(site: Asked) -> Mapping[str, Outcome]:
    """Their last records, by their ids."""
    return {one.event.id: one.outcome for one in gone(site)}
