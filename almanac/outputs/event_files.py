"""`/events/<id>.ics`: one event for any calendar, and `/events/<id>/<session>.ics` for each date that one attends for itself."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.links import events
from almanac.model.site import Site
from almanac.render.ics import written_entries
from almanac.site.calendars import File
from almanac.site.pages import Page, page
from almanac.site.views import file_addresses, session_file_address


def pages(site: Site) -> Iterator[Page]:
    """The calendar files of each event."""
    for event in events(site).values():
        for address in file_addresses(event):
            yield page(address, "ics:file", event_file, event.id, source=event.path)
        for place, period in enumerate(event.metadata.periods):
            if period.session:
                address = session_file_address(event, period.session)
                yield page(address, "ics:file", session_file, event.id, place, source=event.path)


def event_file(site: Site, event_id: str) -> File:
    """The file of an event with all its dates."""
    return File(tuple([one.data for one in written_entries(site, event_id)]))


def session_file(site: Site, event_id: str, place: int) -> File:
    """The file of one date, counted from 0."""
    return File((written_entries(site, event_id)[place].data,))
