"""`/themes/` and `/themes/<key>/`, with a page for each of their years."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.facet_pages import FacetView, IndexView, facet_pages, facet_view, index_page, index_view
from almanac.site.pages import Page

KIND = "themes"


def pages(site: Site) -> Iterator[Page]:
    """The list of all, then the pages of each."""
    yield index_page(KIND, index)
    yield from facet_pages(site, KIND, theme)


def index(site: Site) -> IndexView:
    """The view of the list."""
    return index_view(site, KIND)


def theme(site: Site, key: str) -> FacetView:
    """The view of one theme."""
    return facet_view(site, KIND, key)
