"""`/events/<id>/` and `/events/<id>.ics` of events whose files are gone: those who knew them are told, instead of finding nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from almanac.build.pages import Page, file_of, recipe
from almanac.model.catalogue import Catalogue
from almanac.content.occurrences import Moment
from almanac.outputs.event_files import event_file
from almanac.site.views import Head, Link, facet_link, file_addresses


class WithdrawnView(msgspec.Struct, frozen=True):
    """What the event was, and when its first date would have been; `instead` leads to others of its programme and themes."""

    head: Head
    title: str
    start: Moment
    end: Moment | None
    instead: tuple[Link, ...]


def listing(catalogue: Catalogue, pages: Sequence[Page]) -> Iterator[Page]:
    """Both of each; they come after all others, and give way to them."""
    taken = {file_of(page.address) for page in pages}
    for event in catalogue.withdrawn:
        first = event.dates.occurrences[0]
        instead = tuple(facet_link(facet) for facet in (event.programme, *event.themes) if facet)
        view = WithdrawnView(
            Head(event.address, event.fields.title, indexed=False), event.fields.title, first.start, first.end, instead
        )
        found = (
            Page(event.address, "html:withdrawn.html", view),
            *(Page(address, "ics:file", recipe(event_file, event)) for address in file_addresses(event)),
        )
        yield from (page for page in found if file_of(page.address) not in taken)
