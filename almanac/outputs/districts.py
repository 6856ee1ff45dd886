"""`/districts/` and `/districts/<key>/`, with a page for each of their years."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.facet_pages import (
    FacetIndexView,
    FacetView,
    facet_index_page,
    facet_index_view,
    facet_pages,
    facet_view,
)
from almanac.site.pages import Page

KIND = "districts"


def pages(site: Site) -> Iterator[Page]:
    """The list of districts, then the pages of each."""
    yield facet_index_page(KIND, index)
    yield from facet_pages(site, KIND, district)


def index(site: Site) -> FacetIndexView:
    """The view of the list."""
    return facet_index_view(site, KIND)


def district(site: Site, key: str) -> FacetView:
    """The view of one district."""
    return facet_view(site, KIND, key)
