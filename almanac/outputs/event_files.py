"""`/events/<id>.ics`: one event for any calendar, and `/events/<id>/<session>.ics` for each date that one attends for itself."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Chapter, Page, recipe
from almanac.model.catalogue import Catalogue, Event
from almanac.site.calendars import File
from almanac.site.vevents import entries
from almanac.site.views import file_addresses, session_file_address


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """The calendar files of each event, those of a month together."""
    return (Chapter(f"{month:%Y-%m}", recipe(month_of_files, events)) for month, events in catalogue.months.items())


def month_of_files(events: tuple[Event, ...]) -> Iterator[Page]:
    """These calendar files."""
    for event in events:
        for address in file_addresses(event):
            yield Page(address, "ics:file", recipe(event_file, event), event.path)
        for place, period in enumerate(event.periods):
            if period.session:
                yield Page(
                    session_file_address(event, period.session),
                    "ics:file",
                    recipe(session_file, event, place),
                    event.path,
                )


def event_file(event: Event) -> File:
    """The file of an event with all its dates."""
    return File(tuple(entries(event)))


def session_file(event: Event, place: int) -> File:
    """The file of one date, counted from 0."""
    return File((tuple(entries(event))[place],))
