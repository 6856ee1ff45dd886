"""What a site holds already: its registries, and its events with the text of their files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from almanac.content.config import Config, read_config
from almanac.content.history import Identity, history_state, read_history
from almanac.content.names import folded
from almanac.content.parse import parse
from almanac.content.records import AnyRecord, Record, kinds
from almanac.content.records.event import EventFields
from almanac.content.records.programme import ProgrammeFields
from almanac.content.records.venue import VenueFields
from almanac.content.sources import CONTENT, scan
from almanac.core.problems import Problem
from almanac.exchange.names import Register, register
from almanac.model.linking import Named, Past, identify

FOLDER = "content/events"


class Existing(msgspec.Struct, frozen=True):
    """An event of the site and the text of its file, with line feeds alone."""

    record: Record[EventFields]
    content: str

    @property
    def id(self) -> str:
        return self.record.fields.id or self.record.key

    @property
    def file(self) -> str:
        """The path below content/events, without .md."""
        return self.record.path.removeprefix(f"{FOLDER}/").removesuffix(".md")


class Contents(msgspec.Struct, frozen=True, dict=True):
    """`taken` are the names that no new event may have: ids and file stems, those of broken files too.

    `identities` are the UIDs and former names of events by path, where git was asked for them.
    """

    config: Config
    register: Register
    events: tuple[Existing, ...]
    programmes: Mapping[str, ProgrammeFields]
    venues: Mapping[str, VenueFields]
    taken: frozenset[str]
    unread: tuple[str, ...] = ()  # files of events with problems
    identities: Mapping[str, Identity] = msgspec.field(default_factory=dict)

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The path of each event by its file below content/events, without .md."""
        return {event.file: event.record.path for event in self.events}

    @cached_property
    def by_uid(self) -> Mapping[str, Existing]:
        """The event of every UID of the site's feeds, without the host; sessions have their own, and a renamed file keeps its own."""
        known = [(event, identity) for event in self.events if (identity := self.identities.get(event.record.path))]
        former = {name: event for event, identity in known for name in identity.names}
        named = former | {event.id: event for event in self.events} | {identity.uid: event for event, identity in known}
        return {
            f"{name}-{session.id}": event for name, event in named.items() for session in event.record.fields.sessions
        } | named

    @cached_property
    def by_title(self) -> Mapping[str, tuple[Existing, ...]]:
        """The events of every folded title."""
        found: dict[str, tuple[Existing, ...]] = {}
        for event in self.events:
            title = folded(event.record.fields.title)
            found[title] = (*found.get(title, ()), event)
        return found

    def district_of(self, fields: EventFields) -> str | None:
        """The district of an event: its own, or that of its place."""
        place = self.venues.get(fields.venue) if isinstance(fields.venue, str) else fields.venue
        return fields.district or (place.district if place else None)


def with_identities(contents: Contents, root: Path, cache: Path) -> Contents:
    """The contents with the UIDs by which the site's own feeds tell its events, as far as git knows of renamed files."""
    history = read_history(root, CONTENT, ZoneInfo(contents.config.timezone), cache, history_state(root)())
    past = Past(identities=history.identities, uids=history.uids, gone=history.gone)
    return replace(
        contents,
        identities=identify([_named(event.record) for event in contents.events if not event.record.fields.draft], past),
    )


def _named(record: Record[EventFields]) -> Named:
    return Named(record.path, record.key, record.fields.id, record.fields.aliases)


def read_contents(root: Path) -> Contents | list[Problem]:
    """What a site holds; files with problems are left to `check`. Without a config there is no site."""
    config = read_config(root)
    if isinstance(config, list):
        return config
    sources, assets, _ = scan(root, tuple(kinds()))
    records: list[AnyRecord] = []
    texts: dict[str, str] = {}
    for source in sources:
        parsed = parse(source, kinds()[source.kind])
        if isinstance(parsed, Record):
            records.append(parsed)
            texts[parsed.path] = source.data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    events = tuple(Existing(record, texts[record.path]) for record in records if isinstance(record.fields, EventFields))
    programmes = {record.key: record.fields for record in records if isinstance(record.fields, ProgrammeFields)}
    venues = {record.key: record.fields for record in records if isinstance(record.fields, VenueFields)}
    taken = frozenset({source.key for source in sources if source.kind == "events"} | {event.id for event in events})
    unread = tuple(source.path for source in sources if source.kind == "events" and source.path not in texts)
    return Contents(
        config,
        register(config, records, [asset.address.strip("/") for asset in assets]),
        events,
        programmes,
        venues,
        taken,
        unread,
    )
