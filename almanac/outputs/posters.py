"""`/posters/events/<id>.png`: the poster of an event, 1080 × 1440 pixels, which people keep by a long press."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.site.event_sheets import event_sheet
from almanac.site.handouts import POSTER, is_typeset
from almanac.site.pages import Page, page


def pages(site: Site) -> Iterator[Page]:
    """A poster for each event."""
    for event in filter(partial(is_typeset, site), own_events(site)):
        yield page(POSTER.format(id=event.id), "typst:poster.png", event_sheet, event.id, source=event.path)
