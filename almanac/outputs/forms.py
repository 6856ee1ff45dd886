"""`/forms/` and `/forms/<key>/`: lectures, exhibitions, contests …, with a page for each of their years."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.facet_pages import facet_pages
from almanac.site.pages import Page


def pages(site: Site) -> Iterator[Page]:
    """The list of forms, then the pages of each."""
    return facet_pages(site, "forms")
