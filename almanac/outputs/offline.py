"""Reading without a network: `/manifest.webmanifest` with icons, `/offline/`, and the list of pages that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from urllib.parse import quote

import msgspec

from almanac.core.digests import digest
from almanac.core.problems import text
from almanac.model.moments import today
from almanac.model.site import Site
from almanac.render.png import Drawing
from almanac.site.addresses import outputs_off, there
from almanac.site.menus import MY
from almanac.site.pages import Page, no_view, page
from almanac.site.pictures import picture_of
from almanac.site.settings import base_path
from almanac.site.theme import bytes_of, static_files
from almanac.site.views import Head, month_address

WEEKS_AHEAD = 4
MOST_EVENTS = 60  # whose pages are kept: some 400 KB compressed
ICON = "/static/icon.svg"
BRAND = "#0b5563"


class OfflineView(msgspec.Struct, frozen=True):
    """A page without variable content."""

    head: Head


class KeptPages(msgspec.Struct, frozen=True):
    """The addresses that browsers keep, with the base path; the version changes with the day and with any event."""

    version: str
    pages: tuple[str, ...]


def pages(site: Site) -> Iterator[Page]:
    """The manifest, its icons, the page that stands for pages that were not kept, and the list."""
    del site
    yield page("/manifest.webmanifest", "html:manifest.webmanifest", no_view)
    for size in (192, 512):
        yield page(f"/offline/icon-{size}.png", f"png:{size}", icon)
    yield page("/offline/icon-maskable.png", "png:512", maskable_icon)
    yield page("/offline/", "html:offline.html", offline_view)
    yield page("/offline/pages.json", "json", kept_pages)


def icon(site: Site) -> Drawing:
    """The icon of the site theme."""
    file = static_files.entry(site, ICON)
    return Drawing(file.path, bytes_of(site, file))


def maskable_icon(site: Site) -> Drawing:
    """The icon in the middle of a full square: phones cut all but the inner circle of 80 % away."""
    drawn = icon(site)
    inner = drawn.data.decode()
    square = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        f'<rect width="100" height="100" fill="{BRAND}"/><g transform="translate(18 18)">{inner}</g></svg>'
    )
    return Drawing(drawn.path, square.encode())


def offline_view(site: Site) -> OfflineView:
    """The view of the page that is shown in place of one that was not kept."""
    del site
    return OfflineView(Head("/offline/", text("No network").message, indexed=False))


def kept_pages(site: Site) -> KeptPages:
    """The pages of the coming four weeks: the first page, the starred events, the months, events and their drawings."""
    first = date.fromisoformat(today(site))
    last = first + timedelta(weeks=WEEKS_AHEAD)
    near = dict.fromkeys(event for _, event, _ in site.between(first, last))
    coming = [event for event in near if event.home is None][:MOST_EVENTS]  # those of other sites have no page here
    months = dict.fromkeys(month_address(day.replace(day=1)) for day in (first, last))
    drawn = [picture.address for event in coming if (picture := picture_of(event))]
    found = chain(("/", MY.address), months, (event.address for event in coming), drawn)
    base, off = base_path(site), outputs_off(site.config)
    kept = [address for address in dict.fromkeys(found) if there(address, off) and not _is_photograph(address)]
    stamps = [f"{event.id} {event.updated}" for event in coming]
    return KeptPages(digest(*[one.encode() for one in (first.isoformat(), *kept, *stamps)]), tuple(_in(base, kept)))


def _is_photograph(address: str) -> bool:
    """Whether a picture is none of the drawings, which have a few KB."""
    return address.startswith("/images/") and not address.endswith(".svg")


def _in(base: str, addresses: list[str]) -> Iterator[str]:
    return (base + quote(address.lstrip("/")) for address in addresses)
