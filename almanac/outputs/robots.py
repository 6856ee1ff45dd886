"""`/robots.txt`: allows every page, and names the site map."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.pages import Page, no_view, page


def pages(site: Site) -> Iterator[Page]:
    """The file."""
    del site
    yield page("/robots.txt", "html:robots.txt", no_view)
