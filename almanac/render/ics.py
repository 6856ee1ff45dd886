"""Calendar feeds and files (RFC 5545, RFC 7986). An entry is serialised once and its bytes joined.

Arguments: `feed` is a calendar one subscribes to; `file` holds the entries of one event, without a name of its own, since
Outlook would make a new calendar of it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from almanac.incremental import query
from almanac.model.site import Site
from almanac.render.vcalendar import END, feed_opening, file_opening, written
from almanac.site.calendars import Feed, File
from almanac.site.settings import settings
from almanac.site.vevents import entries_of, measures, name_sizes


class Written(msgspec.Struct, frozen=True, array_like=True):
    """A VEVENT, the local moments between which it takes place, and the weight by which feeds are planned."""

    begins: datetime
    ends: datetime
    weight: int
    data: bytes


@query(tuple[Written, ...])
def written_entries(site: Site, event_id: str) -> tuple[Written, ...]:
    """The entries of an event, which may be withdrawn, as bytes."""
    event = site.event_or_withdrawn(event_id)
    found = written(entries_of(event), settings(site))
    spans = measures(event.linked, lambda stem: name_sizes.entry(site, stem))
    return tuple([Written(one.begins, one.ends, one.weight, data) for one, data in zip(spans, found, strict=True)])


def render(site: Site, view: Feed | File, argument: str) -> bytes:
    """A whole VCALENDAR."""
    del argument
    opening = feed_opening(view, settings(site)) if isinstance(view, Feed) else file_opening(settings(site))
    return b"".join((opening, *view.entries, END))
