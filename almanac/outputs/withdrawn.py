"""`/events/<id>/` and `/events/<id>.ics` of withdrawn events: they say that the event is cancelled."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.content.recurrence import Moment
from almanac.model.identities import event_address
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.outputs.event_files import event_file
from almanac.site.pages import Page, page
from almanac.site.views import Head, Link, facet_link, file_addresses

LAST = True
GIVES_WAY = True


class WithdrawnView(msgspec.Struct, frozen=True):
    """The title and the first date of the event; `instead` links to its programme and themes."""

    head: Head
    title: str
    start: Moment
    end: Moment | None
    instead: tuple[Link, ...]


def pages(site: Site) -> Iterator[Page]:
    """The page and the calendar files of each withdrawn event."""
    for event in withdrawn(site).values():
        yield page(event_address(event.id), "html:withdrawn.html", withdrawn_view, event.id)
        for address in file_addresses(event):
            yield page(address, "ics:file", event_file, event.id)


def withdrawn_view(site: Site, event_id: str) -> WithdrawnView:
    """The view of a withdrawn event's page."""
    event = site.event_or_withdrawn(event_id)
    first, title = event.dates.occurrences[0], event.fields.title
    instead = tuple(facet_link(facet) for facet in (event.programme, *event.themes) if facet)
    return WithdrawnView(Head(event.address, title, indexed=False), title, first.start, first.end, instead)
