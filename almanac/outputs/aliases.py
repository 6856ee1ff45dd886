"""Old addresses, which lead to the new ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from almanac.build.pages import Page, recipe
from almanac.model.catalogue import Catalogue, Event, event_address
from almanac.site.addresses import made
from almanac.site.views import Head, Link


class MovedView(msgspec.Struct, frozen=True):
    """Where to go instead."""

    head: Head
    target: Link


def listing(catalogue: Catalogue, pages: Sequence[Page]) -> Iterator[Page]:
    """A page for each old address of an event or a page; they come after all others, so that none of those has to give way."""
    del pages
    for event in catalogue.events:
        for alias in dict.fromkeys((*event.facts.aliases, *map(event_address, event.former_ids))):
            yield Page(alias, "html:moved.html", recipe(moved_view, alias, event), event.path)
    for event in catalogue.withdrawn:
        yield from (
            _page(event_address(former), Link(event.fields.title, event.address), "") for former in event.former_ids
        )
    for record in catalogue.pages if made("content_pages", catalogue.config) else ():
        yield from (
            _page(alias, Link(record.fields.title, f"/{record.key}/"), record.path) for alias in record.fields.aliases
        )


def moved_view(alias: str, event: Event) -> MovedView:
    """The way from an old address of an event to its page."""
    return _view(alias, Link(event.fields.title, event.address))


def _page(alias: str, target: Link, source: str) -> Page:
    return Page(alias, "html:moved.html", _view(alias, target), source)


def _view(alias: str, target: Link) -> MovedView:
    return MovedView(Head(alias, target.name, indexed=False), target)
