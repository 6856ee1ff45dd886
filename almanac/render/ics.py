"""Calendar feeds and files (RFC 5545, RFC 7986). Each entry is serialised once; feeds join the bytes of entries.

The argument `feed` is for calendars to subscribe to, `file` for the entries of one event. A file has no calendar name:
Outlook would make a new calendar of that name.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from almanac.content.occurrences import Occurrence
from almanac.incremental import query
from almanac.model.site import Site
from almanac.render.vcalendar import END, feed_opening, file_opening, written
from almanac.site.calendars import CalendarFeed, CalendarFile
from almanac.site.settings import site_settings
from almanac.site.vevents import deadline_of, entries_of, measures, name_sizes


class WrittenEntry(msgspec.Struct, frozen=True, array_like=True):
    """The bytes of a VEVENT, its first and last local moments, and its `weight`: the estimate of its size in a feed."""

    begins: datetime
    ends: datetime
    weight: int
    data: bytes


@query(tuple[WrittenEntry, ...])
def written_entries(site: Site, event_id: str) -> tuple[WrittenEntry, ...]:
    """The written entries of an event or of a withdrawn event."""
    event = site.event_or_withdrawn(event_id)
    found = written(entries_of(event), site_settings(site))
    spans = measures(event.linked, lambda stem: name_sizes.entry(site, stem))
    return tuple([WrittenEntry(one.begins, one.ends, one.weight, data) for one, data in zip(spans, found, strict=True)])


@query(WrittenEntry)
def written_deadline(site: Site, event_id: str) -> WrittenEntry:
    """The written deadline of an event."""
    entry = deadline_of(site.event(event_id))
    (data,) = written([entry], site_settings(site))
    deadline = Occurrence(entry.start)
    return WrittenEntry(deadline.begins, deadline.ends, len(data), data)


def render(site: Site, view: CalendarFeed | CalendarFile, argument: str) -> bytes:
    """A whole VCALENDAR."""
    del argument
    opening = (
        feed_opening(view, site_settings(site)) if isinstance(view, CalendarFeed) else file_opening(site_settings(site))
    )
    return b"".join((opening, *view.entries, END))
