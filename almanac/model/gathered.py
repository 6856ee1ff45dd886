"""Events that the site gathers from other sites (`sources:` in the config). Their pages are there, not here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from almanac.content.config import uid_host
from almanac.content.gathered import changed_at, count_in, entries_in, fields_of, read_entry
from almanac.content.metadata import Metadata, metadata_of
from almanac.content.queries import OUTCOMES, Outcome, config, other_site, possible_dates
from almanac.content.records import Record
from almanac.incremental import Asked, Codec, query, table
from almanac.model.identities import entry_uids, event_address, site_of_page


class Home(msgspec.Struct, frozen=True, array_like=True):
    """Where a gathered event comes from: the name of the site, the address of its page, and that of its file."""

    name: str
    address: str
    file: str


class GatheredEvent(msgspec.Struct, frozen=True, array_like=True):
    """A gathered event before it is linked. `uid` is whole, with its host; `updated` is in UTC."""

    path: str
    metadata: Metadata
    updated: datetime
    uid: str
    home: Home

    @property
    def source(self) -> str:
        """The key of the source."""
        return self.path.split("/", 3)[2]


class Clash(msgspec.Struct, frozen=True, array_like=True):
    """A gathered event by its path, whose UID another event has, and the UID that it has here instead.

    `other` is the path of the gathered event with that UID; None if the UID has the host of this site, whose events
    have these UIDs.
    """

    path: str
    uid: str
    instead: str
    other: str | None


class Apart(msgspec.Struct, frozen=True, array_like=True):
    """Gathered events, each once and with a UID of its own, and those that had to be given another UID."""

    events: tuple[GatheredEvent, ...]
    clashes: tuple[Clash, ...]


def gathered_path(source: str, entry_id: str) -> str:
    """What stands for the path of a gathered event's file: like that of a file, it names its kind."""
    return f"sources/events/{source}/{entry_id}"


@table(bytes)
def entries(site: Asked, url: str) -> Mapping[str, bytes]:
    """The entries of the open data at an address as JSON, by their ids there."""
    document = other_site(site, url)
    try:
        return {one.id: msgspec.json.encode(one) for one in entries_in(document)} if document else {}
    except (msgspec.MsgspecError, RecursionError):  # a copy that somebody has damaged counts as none
        return {}


@query(int)
def entry_count(site: Asked, url: str) -> int:
    """The number of entries of the open data at an address, faulty ones too; 0 without a copy."""
    document = other_site(site, url)
    try:
        return count_in(document) if document else 0
    except (msgspec.MsgspecError, RecursionError):
        return 0


def _decode(data: bytes) -> Outcome:
    return OUTCOMES.decode(data) if data else Outcome(None)


@query(Codec(lambda found: OUTCOMES.encode(found) or b"", _decode))
def gathered_outcome(site: Asked, path: str) -> Outcome:
    """The record of a gathered event; none if its entry is faulty."""
    _, _, source, entry_id = path.split("/", 3)
    chosen = config(site)
    origin = chosen.sources[source]
    entry = read_entry(entries.entry(site, entry_id, origin.url))
    fields = fields_of(entry, f"{source}.{entry.id}", origin, chosen.timezone)
    its_dates = possible_dates(fields)
    return Outcome(Record(path, f"{source}.{entry.id}", fields), its_dates) if fields and its_dates else Outcome(None)


@query(GatheredEvent | None)
def _gathered(site: Asked, source: str, entry_id: str) -> GatheredEvent | None:
    path = gathered_path(source, entry_id)
    found = gathered_outcome(site, path)
    origin = config(site).sources[source]
    entry = read_entry(entries.entry(site, entry_id, origin.url))
    updated = changed_at(entry)
    if found.record is None or updated is None:
        return None
    home = Home(origin.name, entry.url, entry.ics)
    return GatheredEvent(path, metadata_of(found.record, found.dates), updated, entry.uid, home)


@query()
def sound_counts(site: Asked) -> dict[str, tuple[int, int]]:
    """The number of sound events and of all events of each source that has a copy with events."""
    found = {}
    for source, origin in config(site).sources.items():
        if total := entry_count(site, origin.url):
            sound = sum(_gathered(site, source, entry_id) is not None for entry_id in entries(site, origin.url))
            found[source] = (sound, total)
    return found


def told_apart(found: Iterable[GatheredEvent], own_host: str, own_site: str) -> Apart:
    """Each event once, that of the first source, and none with the UID of another one.

    A site gives none of its events the UID of another. So events with one UID are the same if their pages are on the
    same site, and different ones if not: two cities under one host name may have chosen the same id. The later one
    then gets a UID whose host begins with the key of its source. UIDs with the host of this site are its own.
    """
    events: list[GatheredEvent] = []
    clashes: list[Clash] = []
    known: set[tuple[str, str]] = set()
    holders: dict[str, str] = {}  # the paths of events by the UIDs of their calendar entries
    for one in found:
        its_site = site_of_page(one.home.address)
        same = {(its_site, one.uid), (its_site, one.home.address)}
        if its_site == own_site or known & same:
            continue
        known |= same
        uid, sessions = one.uid, one.metadata.sessions
        other = _holder(uid, sessions, holders)
        while _holder(uid, sessions, holders) or uid.endswith(f"@{own_host}"):
            uid = _with_source(uid, one.source)
        if uid != one.uid:
            clashes.append(Clash(one.path, one.uid, uid, other))
        holders |= dict.fromkeys((uid, *entry_uids(uid, sessions)), one.path)
        events.append(msgspec.structs.replace(one, uid=uid))
    return Apart(tuple(events), tuple(clashes))


def _holder(uid: str, sessions: tuple[str, ...], holders: Mapping[str, str]) -> str | None:
    """The path of the event that has the UID, or that of one of its calendar entries; None if they are free."""
    return next((holders[each] for each in (uid, *entry_uids(uid, sessions)) if each in holders), None)


def _with_source(uid: str, source: str) -> str:
    name, _, host = uid.partition("@")
    return f"{name}@{source}.{host}"


@query()
def apart(site: Asked) -> Apart:
    """The sound events of all sources, told apart."""
    chosen = config(site)
    own_page = f"{chosen.base_url.removesuffix('/')}{event_address('any')}"
    return told_apart(_of_all_sources(site), uid_host(chosen), site_of_page(own_page))


def _of_all_sources(site: Asked) -> Iterator[GatheredEvent]:
    for source, origin in config(site).sources.items():
        for entry_id in entries(site, origin.url):
            if one := _gathered(site, source, entry_id):
                yield one


@query()
def gathered(site: Asked) -> tuple[GatheredEvent, ...]:
    """The sound events of all sources, each once and with a UID of its own."""
    return apart(site).events
