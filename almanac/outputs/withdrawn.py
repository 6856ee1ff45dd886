"""`/events/<id>/` and `/events/<id>.ics` of events whose files are gone: those who knew them are told, instead of finding nothing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.content.occurrences import Moment
from almanac.model.identities import event_address
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.outputs.event_files import event_file
from almanac.site.pages import Page, page
from almanac.site.views import Head, Link, facet_link, file_addresses

LAST = True  # pages of other outputs keep their addresses
GIVES_WAY = True  # without a word


class WithdrawnView(msgspec.Struct, frozen=True):
    """What the event was, and when its first date would have been; `instead` leads to others of its programme and themes."""

    head: Head
    title: str
    start: Moment
    end: Moment | None
    instead: tuple[Link, ...]


def pages(site: Site) -> Iterator[Page]:
    """Both of each."""
    for event in withdrawn(site).values():
        yield page(event_address(event.id), "html:withdrawn.html", withdrawn_view, event.id)
        for address in file_addresses(event):
            yield page(address, "ics:file", event_file, event.id)


def withdrawn_view(site: Site, event_id: str) -> WithdrawnView:
    """The view of a deleted event's page."""
    event = site.event_or_withdrawn(event_id)
    first, title = event.dates.occurrences[0], event.fields.title
    instead = tuple(facet_link(facet) for facet in (event.programme, *event.themes) if facet)
    return WithdrawnView(Head(event.address, title, indexed=False), title, first.start, first.end, instead)
