"""`/events/<id>/code.svg`: the QR code that brings an event's page from a poster or a screen to a phone."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Chapter, Page, recipe
from almanac.model.catalogue import Catalogue, Event
from almanac.site.views import Target, code_address


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """A code for each event, those of a month together."""
    return (Chapter(f"{month:%Y-%m}", recipe(month_of_codes, events)) for month, events in catalogue.months.items())


def month_of_codes(events: tuple[Event, ...]) -> Iterator[Page]:
    """These codes."""
    return (Page(code_address(event), "qr", Target(event.address), event.path) for event in events)
