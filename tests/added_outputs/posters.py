"""`/posters/<id>/`: a plain page for each event with its title, date and organisers. `test_added_output.py` adds it to a site."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.content.occurrences import Moment
from almanac.model.site import Site
from almanac.site.pages import Page, page


class PosterView(msgspec.Struct, frozen=True):
    """What a poster says of an event."""

    title: str
    start: Moment
    organisers: tuple[str, ...]
    over: bool


def pages(site: Site) -> Iterator[Page]:
    """A poster for each event."""
    for event in site.events:
        yield page(f"/posters/{event.id}/", "html:poster.html", poster, event.id, source=event.path)


def poster(site: Site, event_id: str) -> PosterView:
    """The poster of one event."""
    event = site.event(event_id)
    return PosterView(
        title=event.fields.title,
        start=event.dates.occurrences[0].start,
        organisers=tuple(organiser.name for organiser in event.organisers),
        over=event.ends <= site.now,
    )
