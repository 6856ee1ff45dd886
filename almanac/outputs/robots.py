"""`/robots.txt`: allows every page, and names the site map."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.pages import Page, page


def pages(site: Site) -> Iterator[Page]:
    """The file."""
    del site
    yield page("/robots.txt", "html:robots.txt", robots_view)


def robots_view(site: Site) -> tuple[()]:
    """An empty view: the page shows the site's settings alone."""
    del site
    return ()
