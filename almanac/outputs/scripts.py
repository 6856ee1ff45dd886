"""`/static/page.js` for every page, and scripts for some pages or on demand. Each joins its modules into one file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from almanac.model.site import Site
from almanac.render.static import MADE, static_pages
from almanac.site.pages import Page


def pages(site: Site) -> Iterator[Page]:
    """The pages of each script; its template names the modules."""
    yield from chain.from_iterable(static_pages(site, address) for address in MADE["scripts"])
