"""`/events/<id>/code.svg`: the QR code of an event's page, for posters and screens."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.identities import event_address
from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.site.pages import Page, page
from almanac.site.views import CodeTarget, code_address


def pages(site: Site) -> Iterator[Page]:
    """A code for each event."""
    for event in own_events(site):
        yield page(code_address(event), "qr", event_code, event.id, source=event.path)


def event_code(site: Site, event_id: str) -> CodeTarget:
    """The address in the code: the event's page."""
    del site
    return CodeTarget(event_address(event_id))
