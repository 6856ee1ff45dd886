"""The contents of a site before an import or export: its registries, and its events with the text of their files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from almanac.content.config import Config, read_config
from almanac.content.history import Identity, history_state, read_history
from almanac.content.parse import parse
from almanac.content.records import AnyRecord, Record, kinds
from almanac.content.records.event import EventFields
from almanac.content.records.programme import ProgrammeFields
from almanac.content.records.venue import VenueFields
from almanac.content.sources import CONTENT, scan
from almanac.core.problems import Problem
from almanac.exchange.registries import Registries, normalised_name, registries_of
from almanac.model.linking import Named, Past, identify

FOLDER = "content/events"


class ExistingEvent(msgspec.Struct, frozen=True):
    """An event of the site, and the text of its file with LF line ends."""

    record: Record[EventFields]
    content: str

    @property
    def id(self) -> str:
        return self.record.fields.id or self.record.key

    @property
    def file(self) -> str:
        """The path below content/events without .md."""
        return self.record.path.removeprefix(f"{FOLDER}/").removesuffix(".md")


class SiteContents(msgspec.Struct, frozen=True, dict=True):
    """The readable files of a site.

    `taken` are the names that a new event must not have: the ids and file stems of all events, also of files with
    problems, whose paths are `unread`. `identities` are the UIDs and former names of events by path; they are empty
    unless `with_identities` has asked git for them.
    """

    config: Config
    registries: Registries
    events: tuple[ExistingEvent, ...]
    programmes: Mapping[str, ProgrammeFields]
    venues: Mapping[str, VenueFields]
    taken: frozenset[str]
    unread: tuple[str, ...] = ()
    identities: Mapping[str, Identity] = msgspec.field(default_factory=dict)

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The path of each event by its file below content/events without .md."""
        return {event.file: event.record.path for event in self.events}

    @cached_property
    def by_uid(self) -> Mapping[str, ExistingEvent]:
        """The event by each UID of the site's feeds without the host. A session has a UID of its own."""
        known = [(event, identity) for event in self.events if (identity := self.identities.get(event.record.path))]
        former = {name: event for event, identity in known for name in identity.names}
        named = former | {event.id: event for event in self.events} | {identity.uid: event for event, identity in known}
        return {
            f"{name}-{session.id}": event for name, event in named.items() for session in event.record.fields.sessions
        } | named

    @cached_property
    def by_title(self) -> Mapping[str, tuple[ExistingEvent, ...]]:
        """The events by normalised title."""
        found: dict[str, tuple[ExistingEvent, ...]] = {}
        for event in self.events:
            title = normalised_name(event.record.fields.title)
            found[title] = (*found.get(title, ()), event)
        return found

    def district_of(self, fields: EventFields) -> str | None:
        """The district of an event, or else of its place."""
        place = self.venues.get(fields.venue) if isinstance(fields.venue, str) else fields.venue
        return fields.district or (place.district if place else None)


def with_identities(contents: SiteContents, root: Path, cache: Path) -> SiteContents:
    """The contents with the UIDs of the site's feeds, which keep the names of renamed files; git knows those."""
    history = read_history(root, CONTENT, ZoneInfo(contents.config.timezone), cache, history_state(root)())
    past = Past(identities=history.identities, uids=history.uids, gone=history.gone)
    return replace(
        contents,
        identities=identify([_named(event.record) for event in contents.events if not event.record.fields.draft], past),
    )


def _named(record: Record[EventFields]) -> Named:
    return Named(record.path, record.key, record.fields.id, record.fields.aliases)


def read_contents(root: Path) -> SiteContents | list[Problem]:
    """The contents of a site without its files with problems; the problems of the config if it has some."""
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
    events = tuple(
        ExistingEvent(record, texts[record.path]) for record in records if isinstance(record.fields, EventFields)
    )
    programmes = {record.key: record.fields for record in records if isinstance(record.fields, ProgrammeFields)}
    venues = {record.key: record.fields for record in records if isinstance(record.fields, VenueFields)}
    taken = frozenset({source.key for source in sources if source.kind == "events"} | {event.id for event in events})
    unread = tuple(source.path for source in sources if source.kind == "events" and source.path not in texts)
    return SiteContents(
        config,
        registries_of(config, records, [asset.address.strip("/") for asset in assets]),
        events,
        programmes,
        venues,
        taken,
        unread,
    )
