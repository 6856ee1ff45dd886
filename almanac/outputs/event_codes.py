"""`/events/<id>/code.svg`: the QR code that brings an event's page from a poster or a screen to a phone."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.catalogue import Catalogue
from almanac.pages import Page
from almanac.views import Target, code_address


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A code for each event."""
    for event in catalogue.events:
        yield Page(code_address(event), "qr", Target(event.address), event.path)
