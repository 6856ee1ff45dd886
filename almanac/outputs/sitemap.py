"""`/sitemap.xml`: every page for search engines, by https://www.sitemaps.org/protocol.html.

A site with too many pages for one file has several, divided by time, and `/sitemap.xml` is their index.
`/sitemap-2026.xml` holds the pages of a year. A year with too many pages is divided into months
(`/sitemap-2026-07.xml`), and so on. `/sitemap-pages.xml` holds pages without a time. A new event then changes only
the file of its time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from typing import TypeAlias

import msgspec

from almanac.core.digests import digest
from almanac.incremental import query
from almanac.model.identities import event_address
from almanac.model.links import events
from almanac.model.site import Site
from almanac.outputs import listed_pages
from almanac.site.pages import Page, page

# The limit of the protocol. Its limit of 50 MB is not reached: an address has one file name of at most 765 characters,
# and about 100 more characters around it.
MOST_IN_A_FILE = 50_000
TIMES = re.compile(r"/(\d{4})/(?:(\d\d)/(?:(\d\d)/)?)?$")  # the year, month and day at the end of an address
FINEST = 3  # parts of a time: year, month and day
LISTS_PAGES = True
TIMELESS = ("pages", "", "")

SitemapEntry: TypeAlias = tuple[str, datetime | None]


class SitemapView(msgspec.Struct, frozen=True):
    """The addresses of pages, and their last changes; None where unknown."""

    entries: tuple[SitemapEntry, ...]


class SitemapIndexView(msgspec.Struct, frozen=True):
    """The addresses of site maps, and the latest change among the pages of each; None where unknown."""

    files: tuple[SitemapEntry, ...]


def pages(site: Site) -> Iterator[Page]:
    """One file with all pages, or several files and their index."""
    found = sitemap_entries(site)
    if len(found) <= MOST_IN_A_FILE:
        yield page("/sitemap.xml", "html:sitemap.xml", whole_sitemap)
        return
    for name in sitemap_parts(site):
        yield page(f"/sitemap-{name}.xml", "html:sitemap.xml", sitemap_part, name)
    yield page("/sitemap.xml", "html:sitemap_index.xml", sitemap_index)


@query()
def sitemap_entries(site: Site) -> list[SitemapEntry]:
    """The address and the last change of every indexed page, in the order of addresses."""
    found = ((one.address, one.updated) for one in listed_pages(site) if one.indexed)
    return sorted(found, key=itemgetter(0))  # an event that moves to another date changes no entry


@query()
def sitemap_parts(site: Site) -> dict[str, tuple[SitemapEntry, ...]]:
    """The entries of each of several files, by the name of the file."""
    days = {event_address(event.id): event.begins.date() for event in events(site).values()}
    divided = _divided(sitemap_entries(site), partial(_time, days), ())
    return {name: tuple(found) for name, found in sorted(divided)}


def whole_sitemap(site: Site) -> SitemapView:
    """The view of a single file with every entry."""
    return SitemapView(tuple(sitemap_entries(site)))


def sitemap_part(site: Site, name: str) -> SitemapView:
    """The view of one of several files."""
    return SitemapView(sitemap_parts(site)[name])


def sitemap_index(site: Site) -> SitemapIndexView:
    """The view of the index."""
    return SitemapIndexView(
        tuple((f"/sitemap-{name}.xml", _newest(found)) for name, found in sitemap_parts(site).items())
    )


def _divided(
    entries: Sequence[SitemapEntry], time: Callable[[str], tuple[str, ...]], way: tuple[str, ...]
) -> Iterator[tuple[str, Sequence[SitemapEntry]]]:
    """The name and the entries of each part: divided by year, then by month, by day, and by digits of a digest."""
    if way and len(entries) <= MOST_IN_A_FILE:
        yield "-".join(filter(None, way)), entries
        return
    parts: dict[str, list[SitemapEntry]] = {}
    for entry in entries:
        parts.setdefault(_step(entry[0], time, len(way)), []).append(entry)
    for step, found in parts.items():
        yield from _divided(found, time, (*way, step))


def _step(address: str, time: Callable[[str], tuple[str, ...]], depth: int) -> str:
    """The name of an address's part at a depth: year, month, day or a digit; empty if its time is not that fine."""
    return time(address)[depth] if depth < FINEST else digest(address.encode())[depth - FINEST]


def _time(days: dict[str, date], address: str) -> tuple[str, ...]:
    """Year, month and day of a page: of the event's first date, else from the address, with empty missing parts."""
    if day := days.get(address):
        return f"{day:%Y}", f"{day:%m}", f"{day:%d}"
    found = TIMES.search(address)
    return tuple(part or "" for part in found.groups()) if found else TIMELESS


def _newest(entries: Iterable[SitemapEntry]) -> datetime | None:
    return max((updated for _, updated in entries if updated), default=None)
