"""`/sitemap.xml`: every page for search engines, by https://www.sitemaps.org/protocol.html.

What is too much for one file stands in several, divided by time, and `/sitemap.xml` is their index: `/sitemap-2026.xml` holds what
belongs to a year; where that is too much, `/sitemap-2026-07.xml` what belongs to a month, and so on; `/sitemap-pages.xml` the rest.
A new event changes the file of its time, and no other.
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

# The protocol allows for that many. It allows for 50 MB, too, which these do not reach: there is one name of a file in an address, which is
# 765 characters when it is longest, and 100 more stand around it.
MOST_IN_A_FILE = 50_000
TIMES = re.compile(r"/(\d{4})/(?:(\d\d)/(?:(\d\d)/)?)?$")  # the year, month and day at the end of an address
FINEST = 3  # of these
LISTS_PAGES = True  # of all other outputs
TIMELESS = ("pages", "", "")

Entry: TypeAlias = tuple[str, datetime | None]


class SitemapView(msgspec.Struct, frozen=True):
    """Addresses, and when what they show last changed, where that is known."""

    entries: tuple[Entry, ...]


class IndexView(msgspec.Struct, frozen=True):
    """The addresses of site maps, and when the last of what each lists changed, where that is known."""

    files: tuple[Entry, ...]


def pages(site: Site) -> Iterator[Page]:
    """The one page, which lists the others; or those that do, and their index."""
    found = entries(site)
    if len(found) <= MOST_IN_A_FILE:
        yield page("/sitemap.xml", "html:sitemap.xml", whole)
        return
    for name in parts(site):
        yield page(f"/sitemap-{name}.xml", "html:sitemap.xml", one_part, name)
    yield page("/sitemap.xml", "html:sitemap_index.xml", index)


@query()
def entries(site: Site) -> list[Entry]:
    """The address of every indexed page, and when it changed, in the order of addresses."""
    found = ((one.address, one.updated) for one in listed_pages(site) if one.indexed)
    return sorted(found, key=itemgetter(0))  # so that an event on another date leaves them as they are


@query()
def parts(site: Site) -> dict[str, tuple[Entry, ...]]:
    """The entries of each file by its name, where they are too many for one."""
    days = {event_address(event.id): event.begins.date() for event in events(site).values()}
    divided = _divided(entries(site), partial(_time, days), ())
    return {name: tuple(found) for name, found in sorted(divided)}


def whole(site: Site) -> SitemapView:
    """Every entry."""
    return SitemapView(tuple(entries(site)))


def one_part(site: Site, name: str) -> SitemapView:
    """The entries of one file."""
    return SitemapView(parts(site)[name])


def index(site: Site) -> IndexView:
    """The files, and when the last of the pages that each lists has changed."""
    return IndexView(tuple((f"/sitemap-{name}.xml", _newest(found)) for name, found in parts(site).items()))


def _divided(
    entries: Sequence[Entry], time: Callable[[str], tuple[str, ...]], way: tuple[str, ...]
) -> Iterator[tuple[str, Sequence[Entry]]]:
    """Entries in as many parts as they need, each with its name: by year, then by month, by day, and in the end by digits of a digest."""
    if way and len(entries) <= MOST_IN_A_FILE:
        yield "-".join(filter(None, way)), entries
        return
    parts: dict[str, list[Entry]] = {}
    for entry in entries:
        parts.setdefault(_step(entry[0], time, len(way)), []).append(entry)
    for step, found in parts.items():
        yield from _divided(found, time, (*way, step))


def _step(address: str, time: Callable[[str], tuple[str, ...]], depth: int) -> str:
    """What an address is divided by after so many steps: nothing, where it has no time as fine as that."""
    return time(address)[depth] if depth < FINEST else digest(address.encode())[depth - FINEST]


def _time(days: dict[str, date], address: str) -> tuple[str, ...]:
    """Year, month and day to which a page belongs: those of an event's first date, else those in the address, as far as there are any."""
    if day := days.get(address):
        return f"{day:%Y}", f"{day:%m}", f"{day:%d}"
    found = TIMES.search(address)
    return tuple(part or "" for part in found.groups()) if found else TIMELESS


def _newest(entries: Iterable[Entry]) -> datetime | None:
    return max((updated for _, updated in entries if updated), default=None)
