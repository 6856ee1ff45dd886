"""`/robots.txt`: everything may be read, and here is the list."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.pages import Page, page


def pages(site: Site) -> Iterator[Page]:
    """The one page."""
    del site
    yield page("/robots.txt", "html:robots.txt", nothing)


def nothing(site: Site) -> tuple[()]:
    """An empty view: the page shows the site's settings alone."""
    del site
    return ()
