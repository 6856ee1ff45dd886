"""Events that the site gathers from other sites (`sources:` in the config). Their pages are there, not here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from almanac.content.config import uid_host
from almanac.content.gathered import changed_at, count_in, entries_in, fields_of, read_entry
from almanac.content.metadata import Metadata, metadata_of
from almanac.content.queries import OUTCOMES, Outcome, config, other_site, possible_dates
from almanac.content.records import Record
from almanac.incremental import Asked, Codec, query, table


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


@query()
def gathered(site: Asked) -> tuple[GatheredEvent, ...]:
    """The sound events of all sources; of one UID, that of the first source. UIDs of this site's host are its own."""
    found: dict[str, GatheredEvent] = {}
    chosen = config(site)
    own = f"@{uid_host(chosen)}"
    for source, origin in chosen.sources.items():
        for entry_id in entries(site, origin.url):
            one = _gathered(site, source, entry_id)
            if one and not one.uid.endswith(own):
                found.setdefault(one.uid, one)
    return tuple(found.values())
