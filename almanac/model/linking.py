"""From records to the catalogue: the one place that knows how they hang together. Nothing here reads or writes files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import chain
from typing import NamedTuple

import msgspec

from almanac.content.config import Config
from almanac.content.facts import Facts, names_of_all
from almanac.content.fields import id_problem
from almanac.content.history import Identity, unused
from almanac.content.names import registries as registries_by_name
from almanac.content.names import registry_of, unknown_names
from almanac.content.records import AnyRecord, Record
from almanac.content.records.event import EventFields
from almanac.content.references import Reference, references
from almanac.content.references import names as names_in
from almanac.content.shelf import Entry, pack
from almanac.content.sources import Asset, key_of
from almanac.core.digests import digest_bytes
from almanac.core.problems import Location, Problem, Text, text
from almanac.model.catalogue import BY_BEGIN, FACET_KINDS, Catalogue, Event, Facet, by_facet, event_address
from almanac.model.occurrences import Impossible, dates
from almanac.site.addresses import made


class Gone(msgspec.Struct, frozen=True):
    """A deleted event: its last record, when it was deleted, and which event it was."""

    record: Record[EventFields]
    moment: datetime
    identity: Identity


class Past(msgspec.Struct, frozen=True):
    """What the content was before: when each file last changed and which event it is, by path; deleted events; every UID ever given.

    `gone` has the UIDs of deleted events by the last name of each: one that comes back is the same.
    """

    changed: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    identities: Mapping[str, Identity] = msgspec.field(default_factory=dict)
    deleted: tuple[Gone, ...] = ()
    uids: frozenset[str] = frozenset()
    gone: Mapping[str, str] = msgspec.field(default_factory=dict)


class EventFile(msgspec.Struct, frozen=True):
    """An event's file: where it stands, its key, the id of the event, its facts, and all that it says, packed."""

    path: str
    key: str
    id: str
    facts: Facts
    packed: Entry


def event_file(path: str, packed: Entry) -> EventFile:
    """The file of an event, its facts unpacked."""
    facts, key = packed.unpack_facts(), key_of(path)
    return EventFile(path, key, facts.id or key, facts, packed)


class Named(NamedTuple):
    """What decides which event a file is: its path and key, the id that it gives itself, its old addresses."""

    path: str
    key: str
    own_id: str | None
    aliases: tuple[str, ...]


NO_PAST = Past()
NO_VENUES: Mapping[str, Facet] = {}


class Lists(dict[tuple[str, ...], tuple[Facet, ...]]):
    """The facets of lists of names, each once. Few lists differ: one is looked up when it is asked for the first time."""

    def __init__(self, facets: Mapping[str, Facet]) -> None:
        super().__init__()
        self.facets = facets

    def __missing__(self, names: tuple[str, ...]) -> tuple[Facet, ...]:
        """Those of a withdrawn event may be gone themselves."""
        found = self[names] = tuple(self.facets[name] for name in dict.fromkeys(names) if name in self.facets)
        return found


class Names(msgspec.Struct, frozen=True):
    """Every facet by its kind, and by the name, or the list of names, that refers to it."""

    one: Mapping[str, Mapping[str, Facet]]
    several: Mapping[str, Lists]


def link(
    config: Config,
    records: Iterable[tuple[str, Entry]],
    assets: Iterable[Asset],
    now: datetime,
    past: Past = NO_PAST,
) -> tuple[Catalogue, list[Problem]]:
    """The catalogue of all records, which are given packed, by their paths, and what does not fit together.

    A record with a problem is left out, so that the sound rest can be published (`--keep-going`). Of events only the facts are looked at.
    """
    files, by_kind = _by_kind(records)
    problems = [*_doubled_records(files, by_kind), *_unfit_names(by_kind["themes"])]
    names = _names(config, files, by_kind)
    known = {
        **{kind: set(facets) for kind, facets in names.one.items()},
        "assets": {asset.address.strip("/") for asset in assets},
    }
    named = {
        **registries_by_name(config, chain.from_iterable(by_kind.values())),
        "assets": registry_of({path: (path,) for path in known["assets"]}),
    }
    by_path: dict[str, list[Problem]] = defaultdict(list)
    for record in _with_unknown_names(files, by_kind, known):
        unknown = [one for one in references(record.fields) if _is_unknown(one, known, config)]
        by_path[record.path] = list(unknown_names(record.path, unknown, named))
    events, event_problems = _events([file for file in files if not file.facts.draft], names, by_path, past)
    problems += [*chain.from_iterable(by_path.values()), *event_problems, *_doubled_uids(events)]
    since, until = _still(events, now)
    gone = past.deleted if made("withdrawn", config) else ()  # feeds would lead to their pages
    catalogue = Catalogue(
        config=config,
        now=since,
        until=until,
        events=tuple(events),
        facets={
            kind: tuple(sorted(names.one[kind].values(), key=lambda facet: (facet.order, facet.key)))
            if kind not in {"districts", "audiences"}
            else tuple(names.one[kind].values())
            for kind in FACET_KINDS
        },
        members=by_facet(events),
        plans=tuple(sorted(by_kind["plans"], key=lambda plan: plan.fields.year)),
        pages=tuple(sorted(by_kind["pages"], key=lambda page: (page.fields.order, page.key))),
        holidays=tuple(by_kind["holidays"]),
        assets=tuple(assets),
        withdrawn=tuple(sorted(_withdrawn(gone, files, events, names), key=BY_BEGIN)),
        drafts=tuple(file.packed.unpack() for file in files if file.facts.draft),
    )
    return catalogue, problems


def registries(config: Config, records: Iterable[tuple[str, Entry]]) -> Names:
    """Every facet by the name that refers to it, as `link` finds them."""
    named_by_events = config.registries == "open"
    files, by_kind = _by_kind((path, entry) for path, entry in records if named_by_events or not entry.facts)
    return _names(config, files, by_kind)


def _by_kind(records: Iterable[tuple[str, Entry]]) -> tuple[list[EventFile], dict[str, list[AnyRecord]]]:
    """The files of events, and all other records by their kind."""
    files: list[EventFile] = []
    by_kind: dict[str, list[AnyRecord]] = defaultdict(list)
    for path, entry in records:
        kind = path.split("/", 2)[1]
        if kind == "events":
            files.append(event_file(path, entry))
        else:
            by_kind[kind].append(entry.unpack())
    return files, by_kind


def _with_unknown_names(
    files: Iterable[EventFile], by_kind: Mapping[str, list[AnyRecord]], known: Mapping[str, set[str]]
) -> Iterator[AnyRecord]:
    """The records that refer to anything unknown."""
    unknown = names_of_all([file.facts for file in files]) - {
        (to, name) for to, names in known.items() for name in names
    }
    for file in files if unknown else ():
        if not unknown.isdisjoint(file.facts.names()):
            yield file.packed.unpack()
    for record in chain.from_iterable(by_kind.values()):
        if any(name not in known[to] for to, name in names_in(record.fields)):
            yield record


def _doubled_records(files: Sequence[EventFile], by_kind: Mapping[str, list[AnyRecord]]) -> Iterator[Problem]:
    """Two files with one key, of which the address and the UIDs come."""
    yield from _doubled(
        ((file.id, file.path) for file in files), text("Rename one of the two files, or give it an id of its own.")
    )
    for found in by_kind.values():
        yield from _doubled(
            ((record.key, record.path) for record in found), text("Rename or delete one of the two files.")
        )


def _doubled(found: Iterable[tuple[str, str]], hint: Text) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for key, path in found:
        if key in first:
            yield Problem(
                Location(path, 1, ("id",)),
                text("The id “{id}” is already that of {path}.", id=key, path=first[key]),
                hint,
            )
        first.setdefault(key, path)


def _doubled_uids(events: Iterable[Event]) -> Iterator[Problem]:
    """A session whose UID, `<id>-<session>`, is also that of another event: calendars would take the two for one."""
    found = list(events)
    with_sessions = [event for event in found if event.facts.sessions]
    paths = {event.id: event.path for event in found} if with_sessions else {}
    for event in with_sessions:
        for place, session in enumerate(event.facts.sessions):
            if other := paths.get(f"{event.id}-{session}"):
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


def _names(config: Config, files: Iterable[EventFile], by_kind: Mapping[str, list[AnyRecord]]) -> Names:
    """Every facet by the name that refers to it; with open registries, also the names that events alone know."""
    facets: dict[str, dict[str, Facet]] = {
        kind: {record.key: Facet(kind, record.key, record.fields.name, record) for record in by_kind[kind]}
        for kind in FACET_KINDS
    }
    facets["districts"] = {key: Facet("districts", key, name) for key, name in config.districts.items()}
    facets["audiences"] = {key: Facet("audiences", key, name) for key, name in config.audiences.items()}
    if config.registries == "open":
        for to, name in chain.from_iterable(file.facts.names() for file in files):
            if to in facets and to != "venues":
                facets[to].setdefault(name, Facet(to, _slug(name), name))
    return Names(facets, {kind: Lists(found) for kind, found in facets.items()})


def _slug(name: str) -> str:
    """A key that can stand in an address, from any name."""
    lowered = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in name.lower()).strip("-.")[
        :120
    ]
    return lowered if lowered and not id_problem(lowered) else f"n{abs(hash_of(name)):x}"


def hash_of(name: str) -> int:
    """A number for a name that is the same in every run."""
    from zlib import crc32

    return crc32(name.encode())


def _is_unknown(reference: Reference, known: Mapping[str, set[str]], config: Config) -> bool:
    if reference.to == "assets":
        return ":" not in reference.name and reference.name not in known["assets"]
    return reference.name not in known[reference.to] and config.registries == "closed"


def _events(
    files: Sequence[EventFile], names: Names, by_path: Mapping[str, list[Problem]], past: Past
) -> tuple[list[Event], list[Problem]]:
    events: dict[str, Event] = {}
    problems: list[Problem] = []
    identities = identify([Named(file.path, file.key, file.facts.id, file.facts.aliases) for file in files], past)
    for file in files:
        if not file.facts.periods:
            problems.append(_impossible(file.packed.unpack()))
        elif not by_path[file.path] and file.id not in events:
            events[file.id] = event_of(file, names, _updated(file, past.changed), identities[file.path])
    return sorted(events.values(), key=BY_BEGIN), problems


def _impossible(record: Record[EventFields]) -> Problem:
    """What is wrong with dates that cannot be."""
    try:
        dates(record.fields)
    except Impossible as impossible:
        key, message, hint = impossible.fault
        return Problem(Location(record.path, key=key), message, hint)
    raise AssertionError(record.path)  # facts without periods are those of impossible dates


def identify(found: Sequence[Named], past: Past) -> dict[str, Identity]:
    """Which event each file is: its UID, which no two share, and the ids it had before, none of which is now another's.

    An id in the file is the UID. Else history knows it; else the file's name is, unless somebody has that in their calendars already.
    """
    given = {file.own_id for file in found if file.own_id}
    ids = {file.own_id or file.key for file in found}
    aliases = {alias for file in found for alias in file.aliases}
    known = {
        file.path: past.identities[file.path] for file in found if file.path in past.identities and not file.own_id
    }
    last = {
        name: path for path, identity in known.items() for name in identity.names if not id_problem(name)
    }  # who had a name last keeps its address
    taken = {*given, *past.uids}
    identities: dict[str, Identity] = {}
    for file in found:
        names: tuple[str, ...] = ()
        if file.own_id:
            uid = file.own_id
        elif identity := known.get(file.path):
            uid = identity.uid if identity.uid not in given else unused(file.key, taken)
            own = (name for name in identity.names if last.get(name) == file.path)
            names = tuple(name for name in own if name not in ids and event_address(name) not in aliases)
        elif (before := past.gone.get(file.key)) and before not in given:
            uid = before
        else:
            uid = unused(file.key, taken)
        taken.add(uid)
        identities[file.path] = Identity(uid, names)
    return identities


def _withdrawn(
    gone: Sequence[Gone], present: Sequence[EventFile], events: Iterable[Event], names: Names
) -> Iterator[Event]:
    """Deleted events as cancelled ones, for those who have them in their calendars: the last deletion of each.

    Not drafts, which nobody has; not those that were over; not those that stand elsewhere, as another event says by an alias.
    """
    if not gone:
        return
    aliases = {alias for file in present for alias in file.facts.aliases}
    addresses = {*aliases, *(event_address(file.id) for file in present)}
    uids = {event.uid for event in events}
    for one in sorted(gone, key=lambda one: (one.moment, one.record.path), reverse=True):
        event = None if one.record.fields.draft else _cancelled(one, names)
        if event is None or event.ends <= one.moment or event.uid in uids or event.address in aliases:
            continue
        former = tuple(
            name for name in event.former_ids if event_address(name) not in addresses and not id_problem(name)
        )
        uids.add(event.uid)
        addresses |= {event.address, *map(event_address, former)}
        yield msgspec.structs.replace(event, former_ids=former)


def _cancelled(gone: Gone, names: Names) -> Event | None:
    """A deleted event with every date of it called off; nothing where its dates contradict one another, which is nobody's concern any more."""
    fields = gone.record.fields
    sessions = tuple(replace(session, status="cancelled") for session in fields.sessions)
    overrides = {day: replace(override, status="cancelled") for day, override in fields.overrides.items()}
    called_off = replace(fields, status="cancelled", sessions=sessions, overrides=overrides)
    packed = pack(
        msgspec.structs.replace(gone.record, fields=called_off, digest=digest_bytes(gone.record.digest, b"withdrawn"))
    )
    file = event_file(gone.record.path, packed)
    identity = (
        Identity(fields.id, ())
        if fields.id
        else Identity(gone.identity.uid, tuple(name for name in gone.identity.names if name != file.key))
    )
    return event_of(file, names, gone.moment, identity) if file.facts.periods else None


def event_of(file: EventFile, names: Names, updated: datetime, identity: Identity) -> Event:
    """The event of a file, with all that it names looked up."""
    facts = file.facts
    begins = facts.periods[0].begins
    one, several = names.one, names.several
    venue = one["venues"].get(facts.venue or "")
    district = facts.district or (venue.place.district if venue else None)
    return Event(
        id=file.id,
        uid=identity.uid,
        former_ids=identity.names,
        path=file.path,
        facts=facts,
        packed=file.packed,
        updated=updated,
        begins=begins,
        ends=facts.ends or begins,
        programme=one["programmes"].get(facts.programme or ""),
        themes=several["themes"][facts.theme],
        organisers=several["organisers"][facts.organiser],
        co_organisers=several["organisers"][facts.co_organiser],
        audiences=several["audiences"][facts.audience],
        district=one["districts"].get(district or ""),
        venue=venue,
        venues={name: facet for name in facts.venues if (facet := one["venues"].get(name))}
        if facts.venues
        else NO_VENUES,
    )


def _still(events: Iterable[Event], now: datetime) -> tuple[datetime, datetime]:
    """The moments around `now` at which a page may change: midnight, and where a date begins or ends. Between them, time makes no difference."""
    midnight = datetime.combine(now.date(), time())
    periods = list(chain.from_iterable([event.facts.periods for event in events]))
    turns = {
        midnight,
        midnight + timedelta(days=1),
        *[period.begins for period in periods],
        *[period.ends for period in periods],
    }
    return max(turn for turn in turns if turn <= now), min(turn for turn in turns if turn > now)


UNDATED = timedelta(days=30)


def _updated(file: EventFile, changed: Mapping[str, datetime]) -> datetime:
    """The last change: as the file says, else as git knows, else a month before the first date. Never the time of the build."""
    return file.facts.updated or changed.get(file.path) or file.facts.periods[0].begins - UNDATED
