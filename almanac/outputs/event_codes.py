"""`/events/<id>/code.svg`: the QR code that brings an event's page from a poster or a screen to a phone."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.identities import event_address
from almanac.model.links import events
from almanac.model.site import Site
from almanac.site.pages import Page, page
from almanac.site.views import Target, code_address


def pages(site: Site) -> Iterator[Page]:
    """A code for each event."""
    for event in events(site).values():
        yield page(code_address(event), "qr", target, event.id, source=event.path)


def target(site: Site, event_id: str) -> Target:
    """The page to which the code leads."""
    del site
    return Target(event_address(event_id))
