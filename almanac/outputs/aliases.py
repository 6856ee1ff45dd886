"""Pages at old addresses, which lead to the new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from almanac.model.identities import event_address
from almanac.model.labels import former_stems
from almanac.model.links import events
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.site.addresses import made
from almanac.site.facet_pages import facet_years
from almanac.site.page_tree import text_page, text_pages
from almanac.site.pages import Page, page
from almanac.site.views import Head, Link

LAST = True  # another page with the same address keeps it


class MovedView(msgspec.Struct, frozen=True):
    """A page at an old address; `target` is the new one."""

    head: Head
    target: Link


def pages(site: Site) -> Iterator[Page]:
    """A page for each old address of an event, a page of text or a facet."""
    for _, one in moves(site):
        yield one


def moves(site: Site) -> Iterator[tuple[str, Page]]:
    """The new address and the page for each old address."""
    for event in events(site).values():
        for alias in dict.fromkeys((*event.metadata.aliases, *map(event_address, event.former_ids))):
            yield event_address(event.id), _moved(alias, moved_event, event.id, source=event.path)
    for event in withdrawn(site).values():
        for former in event.former_ids:
            yield event_address(event.id), _moved(event_address(former), moved_event, event.id)
    for one in text_pages(site):
        for alias in one.aliases:
            yield one.address, _moved(alias, moved_page, one.path, source=one.path)
    for former, stem in former_stems(site).items():
        facet = site.facet(*stem.split("/", 1))
        if made(facet.kind, site.config):
            for below in ("", *[f"{one.year}/" for one in facet_years(site, facet)]):
                yield f"{facet.address}{below}", _moved(f"/{former}/{below}", moved_facet, stem, below)


def _moved(alias: str, view: Callable[..., MovedView], *args: str, source: str = "") -> Page:
    return page(alias, "html:moved.html", view, alias, *args, source=source)


def moved_facet(site: Site, alias: str, stem: str, below: str) -> MovedView:
    """The view at an old address of a facet, or of a year of it."""
    facet = site.facet(*stem.split("/", 1))
    return _view(alias, Link(facet.name, f"{facet.address}{below}"))


def moved_event(site: Site, alias: str, event_id: str) -> MovedView:
    """The view at an old address of an event."""
    event = site.event_or_withdrawn(event_id)
    return _view(alias, Link(event.fields.title, event.address))


def moved_page(site: Site, alias: str, path: str) -> MovedView:
    """The view at an old address of a page of text."""
    found = text_page(site, path)
    return _view(alias, Link(found.title, found.address))


def _view(alias: str, target: Link) -> MovedView:
    return MovedView(Head(alias, target.name, indexed=False), target)
