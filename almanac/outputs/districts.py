"""`/districts/` and `/districts/<key>/`, with a page for each of their years."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.catalogue import Catalogue
from almanac.facet_pages import facet_pages, index_page
from almanac.pages import Page

KIND = "districts"


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of all, and the pages of each."""
    yield index_page(catalogue, KIND, [("", catalogue.facets[KIND])])
    for facet in catalogue.facets[KIND]:
        yield from facet_pages(catalogue, facet)
