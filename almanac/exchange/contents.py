"""The contents of a site before an import or export: its registries, and its events with the text of their files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import msgspec
from msgspec.structs import replace

from almanac.content.config import Config
from almanac.content.fences import decode
from almanac.content.history import Identity
from almanac.content.names import folded
from almanac.content.queries import checked_config, faulty, history, kind_of, record, source, tree, whole_record
from almanac.content.records import Record, kinds
from almanac.content.records.event import EventFields
from almanac.content.records.organiser import OrganiserFields
from almanac.content.records.programme import ProgrammeFields
from almanac.content.records.venue import VenueFields
from almanac.content.sources import CONTENT, file_key
from almanac.core.problems import Problem
from almanac.exchange.registries import Registries, registries_of
from almanac.model.given import site_on_disk
from almanac.model.identities import NamedFile, identify
from almanac.model.labels import sound_paths
from almanac.model.site import Site

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

    site: Site
    config: Config
    registries: Registries
    events: tuple[ExistingEvent, ...]
    programmes: Mapping[str, ProgrammeFields]
    venues: Mapping[str, VenueFields]
    organisers: Mapping[str, Record[OrganiserFields]]
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
            title = folded(event.record.fields.title)
            found[title] = (*found.get(title, ()), event)
        return found

    def district_of(self, fields: EventFields) -> str | None:
        """The district of an event, or else of its place."""
        place = self.venues.get(fields.venue) if isinstance(fields.venue, str) else fields.venue
        return fields.district or (place.district if place else None)


def with_identities(contents: SiteContents) -> SiteContents:
    """The contents with the UIDs of the site's feeds, which keep the names of renamed files; git knows those."""
    published = [_named(event.record) for event in contents.events if not event.record.fields.draft]
    return replace(contents, identities=identify(published, history(contents.site)))


def _named(record: Record[EventFields]) -> NamedFile:
    return NamedFile(record.path, record.key, record.fields.id, record.fields.aliases)


def read_contents(root: Path) -> SiteContents | list[Problem]:
    """The contents of a site without its files with problems; the problems of the config if it has some."""
    site = site_on_disk(root)
    config = checked_config(site)
    return config if isinstance(config, list) else contents_of_site(site)


def contents_of_site(site: Site) -> SiteContents:
    """Likewise, of a site whose config has no problems."""
    config = site.config
    records = [record(site, path) for kind in kinds() for path in sound_paths(site, kind)]
    events = tuple(
        ExistingEvent(whole_record(site, one.path), decode(source(site, one.path)))
        for one in records
        if isinstance(one.fields, EventFields)
    )
    paths = tree(site).of("events")
    return SiteContents(
        site=site,
        config=config,
        registries=registries_of(config, records, [path.removeprefix(f"{CONTENT}/") for path in site.assets]),
        events=events,
        programmes={one.key: one.fields for one in records if isinstance(one.fields, ProgrammeFields)},
        venues={one.key: one.fields for one in records if isinstance(one.fields, VenueFields)},
        organisers={one.key: one for one in records if isinstance(one.fields, OrganiserFields)},
        taken=frozenset({file_key(path) for path in paths} | {event.id for event in events}),
        unread=tuple(path for path in faulty(site) if kind_of(path) == "events"),
    )
