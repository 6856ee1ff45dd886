"""From records to the catalogue: the one place that knows how they hang together. Nothing here reads or writes files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import chain
from typing import TypeAlias

from almanac.catalogue import FACET_KINDS, Catalogue, Event, Facet, Place, by_facet, event_address, located
from almanac.config import Config
from almanac.content.fields import id_problem
from almanac.content.history import Identity, unused
from almanac.content.records import AnyRecord, Record
from almanac.content.records.event import EventFields, InlineVenue
from almanac.content.references import Reference, references
from almanac.content.references import names as names_in
from almanac.content.sources import Asset
from almanac.digests import digest_bytes
from almanac.occurrences import Dates, Impossible, Moment, as_datetime, dates
from almanac.problems import Location, Problem, did_you_mean, text


@dataclass(frozen=True)
class Gone:
    """A deleted event: its last record, when it was deleted, and which event it was."""

    record: Record[EventFields]
    moment: datetime
    identity: Identity


@dataclass(frozen=True)
class Past:
    """What the content was before: when each file last changed and which event it is, by path; deleted events; every UID ever given.

    `gone` has the UIDs of deleted events by the last name of each: one that comes back is the same.
    """

    changed: Mapping[str, datetime] = field(default_factory=dict)
    identities: Mapping[str, Identity] = field(default_factory=dict)
    deleted: tuple[Gone, ...] = ()
    uids: frozenset[str] = frozenset()
    gone: Mapping[str, str] = field(default_factory=dict)


NO_PAST = Past()
Names: TypeAlias = Mapping[str, Mapping[str, Facet]]


def link(
    config: Config,
    records: Iterable[AnyRecord],
    assets: Iterable[Asset],
    now: datetime,
    past: Past = NO_PAST,
) -> tuple[Catalogue, list[Problem]]:
    """The catalogue of all records, and what does not fit together.

    A record with a problem is left out, so that the sound rest can be published (`--keep-going`).
    """
    by_kind: dict[str, list[AnyRecord]] = defaultdict(list)
    for record in records:
        by_kind[record.path.split("/")[1]].append(record)
    problems = [*_doubled_records(by_kind), *_unfit_names(by_kind["themes"])]
    names = _names(config, by_kind)
    known = {**{kind: set(facets) for kind, facets in names.items()}, "assets": {asset.address.strip("/") for asset in assets}}
    by_path: dict[str, list[Problem]] = defaultdict(list)
    for record in chain.from_iterable(by_kind.values()):
        if any(name not in known[to] for to, name in names_in(record.fields)):
            by_path[record.path] = [_unknown(record, reference, known) for reference in references(record.fields) if _is_unknown(reference, known, config)]
    drafts_out = [record for record in by_kind["events"] if not record.fields.draft]
    events, event_problems = _events(drafts_out, names, by_path, past)
    problems += [*chain.from_iterable(by_path.values()), *event_problems, *_doubled_uids(events)]
    since, until = _still(events, now)
    catalogue = Catalogue(
        config=config,
        now=since,
        until=until,
        events=tuple(events),
        facets={
            kind: tuple(sorted(names[kind].values(), key=lambda facet: (facet.order, facet.key)))
            if kind not in {"districts", "audiences"}
            else tuple(names[kind].values())
            for kind in FACET_KINDS
        },
        members=by_facet(events),
        plans=tuple(sorted(by_kind["plans"], key=lambda plan: plan.fields.year)),
        pages=tuple(sorted(by_kind["pages"], key=lambda page: (page.fields.order, page.key))),
        holidays=tuple(by_kind["holidays"]),
        assets=tuple(assets),
        withdrawn=tuple(sorted(_withdrawn(past.deleted, by_kind["events"], events, names), key=lambda event: (event.begins, event.id))),
        drafts=tuple(record for record in by_kind["events"] if record.fields.draft),
    )
    return catalogue, problems


def _doubled_records(by_kind: Mapping[str, list[AnyRecord]]) -> Iterator[Problem]:
    """Two files with one key, of which the address and the UIDs come."""
    for kind, found in by_kind.items():
        first: dict[str, str] = {}
        for record in found:
            key = getattr(record.fields, "id", None) or record.key
            if key in first:
                hint = text("Rename one of the two files, or give it an id of its own.") if kind == "events" else text("Rename or delete one of the two files.")
                yield Problem(Location(record.path, 1, ("id",)), text("The id “{id}” is already that of {path}.", id=key, path=first[key]), hint)
            first.setdefault(key, record.path)


def _doubled_uids(events: Iterable[Event]) -> Iterator[Problem]:
    """A session whose UID, `<id>-<session>`, is also that of another event: calendars would take the two for one."""
    found = list(events)
    paths = {event.id: event.path for event in found}
    for event in found:
        for place, session in enumerate(event.fields.sessions):
            if other := paths.get(f"{event.id}-{session.id}"):
                yield Problem(
                    Location(event.path, key=("sessions", place, "id")),
                    text("In calendars this session would be taken for the event of {path}.", path=other),
                    text("Give the session another id."),
                )


def _unfit_names(themes: Iterable[AnyRecord]) -> Iterator[Problem]:
    for record in themes:
        if "," in record.fields.name:
            yield Problem(
                Location(record.path, key=("name",)),
                text("A theme's name has no comma: calendars separate themes by commas."),
                text("Write “、” or leave it out."),
            )


def _names(config: Config, by_kind: Mapping[str, list[AnyRecord]]) -> dict[str, dict[str, Facet]]:
    """Every facet by the name that refers to it; with open registries, also the names that events alone know."""
    names: dict[str, dict[str, Facet]] = {
        kind: {record.key: Facet(kind, record.key, record.fields.name, record) for record in by_kind[kind]} for kind in FACET_KINDS
    }
    names["districts"] = {key: Facet("districts", key, name) for key, name in config.districts.items()}
    names["audiences"] = {key: Facet("audiences", key, name) for key, name in config.audiences.items()}
    if config.registries == "open":
        for record in by_kind["events"]:
            for reference in references(record.fields):
                if reference.to in names and reference.to != "venues":
                    names[reference.to].setdefault(reference.name, Facet(reference.to, _slug(reference.name), reference.name))
    return names


def _slug(name: str) -> str:
    """A key that can stand in an address, from any name."""
    lowered = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in name.lower()).strip("-.")[:120]
    return lowered if lowered and not id_problem(lowered) else f"n{abs(hash_of(name)):x}"


def hash_of(name: str) -> int:
    """A number for a name that is the same in every run."""
    from zlib import crc32

    return crc32(name.encode())


def _is_unknown(reference: Reference, known: Mapping[str, set[str]], config: Config) -> bool:
    if reference.to == "assets":
        return ":" not in reference.name and reference.name not in known["assets"]
    return reference.name not in known[reference.to] and config.registries == "closed"


FOLDERS = {
    "themes": text("themes"),
    "organisers": text("organisers"),
    "programmes": text("programmes"),
    "districts": text("districts"),
    "audiences": text("audiences"),
    "venues": text("venues"),
}
FOLDER_HINTS = {
    "districts": text("Add it under districts in config.yaml."),
    "audiences": text("Add it under audiences in config.yaml."),
    "assets": text("Put the file there, or correct the name."),
}


def _unknown(record: AnyRecord, reference: Reference, known: Mapping[str, set[str]]) -> Problem:
    where = FOLDER_HINTS.get(reference.to) or text("Add a file content/{folder}/{name}.md, or correct the name.", folder=reference.to, name=reference.name)
    hint = did_you_mean(reference.name, known[reference.to]) or where
    message = (
        text("There is no file content/{name}.", name=reference.name)
        if reference.to == "assets"
        else text("“{name}” is not known among the {folder}.", name=reference.name, folder=FOLDERS[reference.to])
    )
    return Problem(Location(record.path, key=reference.key), message, hint)


def _events(found: Sequence[Record[EventFields]], names: Names, by_path: Mapping[str, list[Problem]], past: Past) -> tuple[list[Event], list[Problem]]:
    events: dict[str, Event] = {}
    problems: list[Problem] = []
    identities = identify(found, past)
    for record in found:
        try:
            its_dates = dates(record.fields)
        except Impossible as impossible:
            key, message, hint = impossible.fault
            problems.append(Problem(Location(record.path, key=key), message, hint))
            continue
        event_id = _id(record)
        if not by_path[record.path] and event_id not in events:
            changed = _updated(record, its_dates, past.changed)
            events[event_id] = _event(record, its_dates, names, changed, identities[record.path])
    return sorted(events.values(), key=lambda event: (event.begins, event.id)), problems


def _id(record: Record[EventFields]) -> str:
    return record.fields.id or record.key


def identify(found: Sequence[Record[EventFields]], past: Past) -> dict[str, Identity]:
    """Which event each file is: its UID, which no two share, and the ids it had before, none of which is now another's.

    An id in the file is the UID. Else history knows it; else the file's name is, unless somebody has that in their calendars already.
    """
    given = {record.fields.id for record in found if record.fields.id}
    ids = {_id(record) for record in found}
    aliases = {alias for record in found for alias in record.fields.aliases}
    known = {record.path: past.identities[record.path] for record in found if record.path in past.identities and not record.fields.id}
    last = {name: path for path, identity in known.items() for name in identity.names if not id_problem(name)}  # who had a name last keeps its address
    taken = {*given, *past.uids}
    identities: dict[str, Identity] = {}
    for record in found:
        names: tuple[str, ...] = ()
        if record.fields.id:
            uid = record.fields.id
        elif identity := known.get(record.path):
            uid = identity.uid if identity.uid not in given else unused(record.key, taken)
            own = (name for name in identity.names if last.get(name) == record.path)
            names = tuple(name for name in own if name not in ids and event_address(name) not in aliases)
        elif (before := past.gone.get(record.key)) and before not in given:
            uid = before
        else:
            uid = unused(record.key, taken)
        taken.add(uid)
        identities[record.path] = Identity(uid, names)
    return identities


def _withdrawn(gone: Iterable[Gone], present: Sequence[Record[EventFields]], events: Iterable[Event], names: Names) -> Iterator[Event]:
    """Deleted events as cancelled ones, for those who have them in their calendars: the last deletion of each.

    Not drafts, which nobody has; not those that were over; not those that stand elsewhere, as another event says by an alias.
    """
    aliases = {alias for record in present for alias in record.fields.aliases}
    addresses = {*aliases, *(event_address(_id(record)) for record in present)}
    uids = {event.uid for event in events}
    for one in sorted(gone, key=lambda one: (one.moment, one.record.path), reverse=True):
        event = None if one.record.fields.draft else _cancelled(one, names)
        if event is None or event.ends <= one.moment or event.uid in uids or event.address in aliases:
            continue
        former = tuple(name for name in event.former_ids if event_address(name) not in addresses and not id_problem(name))
        uids.add(event.uid)
        addresses |= {event.address, *map(event_address, former)}
        yield replace(event, former_ids=former)


def _cancelled(gone: Gone, names: Names) -> Event | None:
    """A deleted event with every date of it called off; nothing where its dates contradict one another, which is nobody's concern any more."""
    fields = gone.record.fields
    sessions = tuple(replace(session, status="cancelled") for session in fields.sessions)
    overrides = {day: replace(override, status="cancelled") for day, override in fields.overrides.items()}
    called_off = replace(fields, status="cancelled", sessions=sessions, overrides=overrides)
    record = replace(gone.record, fields=called_off, digest=digest_bytes(gone.record.digest, b"withdrawn"))
    identity = Identity(fields.id, ()) if fields.id else Identity(gone.identity.uid, tuple(name for name in gone.identity.names if name != record.key))
    try:
        return _event(record, dates(record.fields), names, gone.moment, identity)
    except Impossible:
        return None


def _event(record: Record[EventFields], its_dates: Dates, names: Names, updated: datetime, identity: Identity) -> Event:
    fields = record.fields
    place = _place(fields.venue, names)
    district = fields.district or (place.district if place else None)
    others = {occurrence.venue for occurrence in its_dates.occurrences if occurrence.venue}
    return Event(
        id=_id(record),
        uid=identity.uid,
        former_ids=identity.names,
        path=record.path,
        fields=fields,
        body=record.body,
        dates=its_dates,
        updated=updated,
        programme=names["programmes"].get(fields.programme or ""),
        themes=_look_up(fields.theme, names["themes"]),
        organisers=_look_up(fields.organiser, names["organisers"]),
        co_organisers=_look_up(fields.co_organiser, names["organisers"]),
        audiences=_look_up(fields.audience, names["audiences"]),
        district=names["districts"].get(district or ""),
        place=place,
        places={name: place for name in sorted(others) if (place := _place(name, names))},
        record_digest=record.digest,
    )


def _look_up(found: Iterable[str], facets: Mapping[str, Facet]) -> tuple[Facet, ...]:
    """The facets of some names; those of a withdrawn event may be gone themselves."""
    return tuple(facets[name] for name in dict.fromkeys(found) if name in facets)


def _place(venue: str | InlineVenue | None, names: Names) -> Place | None:
    if venue is None:
        return None
    if isinstance(venue, str):
        facet = names["venues"].get(venue)
        return facet.place if facet else Place(venue)
    return located(venue, None)


def _still(events: Iterable[Event], now: datetime) -> tuple[datetime, datetime]:
    """The moments around `now` at which a page may change: midnight, and where a date begins or ends. Between them, time makes no difference."""
    midnight = datetime.combine(now.date(), time())
    turns = {midnight, midnight + timedelta(days=1)}
    for event in events:
        for one in event.dates.occurrences:
            turns |= {one.begins, one.ends}
    return max(turn for turn in turns if turn <= now), min(turn for turn in turns if turn > now)


UNDATED = timedelta(days=30)


def _updated(record: Record[EventFields], its_dates: Dates, changed: Mapping[str, datetime]) -> datetime:
    """The last change: as the file says, else as git knows, else a month before the first date. Never the time of the build."""
    moment: Moment | None = record.fields.updated or changed.get(record.path)
    return as_datetime(moment) if moment is not None else its_dates.occurrences[0].begins - UNDATED
