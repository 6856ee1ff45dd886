"""`/robots.txt`: everything may be read, and here is the list."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page; it shows nothing but the site's settings."""
    del catalogue
    yield Page("/robots.txt", "html:robots.txt", ())
