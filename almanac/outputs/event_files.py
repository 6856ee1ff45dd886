"""`/events/<id>.ics`: an event for any calendar; `/events/<id>/<session>.ics`: one session of it."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.render.ics import written_entries
from almanac.site.calendars import CalendarFile
from almanac.site.pages import Page, page
from almanac.site.views import file_addresses, session_file_address


def pages(site: Site) -> Iterator[Page]:
    """The calendar files of each event."""
    for event in own_events(site):
        for address in file_addresses(event):
            yield page(address, "ics:file", event_file, event.id, source=event.path)
        for place, period in enumerate(event.metadata.periods):
            if period.session:
                address = session_file_address(event, period.session)
                yield page(address, "ics:file", session_file, event.id, place, source=event.path)


def event_file(site: Site, event_id: str) -> CalendarFile:
    """The file of an event with all its dates."""
    return CalendarFile(tuple([one.data for one in written_entries(site, event_id)]))


def session_file(site: Site, event_id: str, place: int) -> CalendarFile:
    """The file of the session at `place` among the event's dates, counted from 0."""
    return CalendarFile((written_entries(site, event_id)[place].data,))
